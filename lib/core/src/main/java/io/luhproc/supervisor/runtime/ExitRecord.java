package io.luhproc.supervisor.runtime;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.Signal;
import io.luhproc.service.Cause;
import io.luhproc.service.Command;
import io.luhproc.supervisor.state.ExitCauses;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.LoggerFactory;

/** Reads and records the end of a process in its directory. A task records its own end. */
final class ExitRecord {
  private ExitRecord() {}

  /**
   * Reports the end of an adopted process. A task has recorded its end. The exit code of a command
   * is known only to its parent.
   */
  static void reportExit(LocalInstance instance, Instant now, LaunchListener listener) {
    Optional<ProcessEnd> end = read(instance);
    if (end.isPresent()) {
      listener.exited(ExitCauses.fromEnd(end.get()), end.get());
    } else {
      String unknown = "ended with an unknown exit code, because a former supervisor launched it";
      listener.exited(new Cause(Cause.Kind.UNKNOWN, unknown), ProcessEnd.ofReason(now, unknown));
    }
  }

  /** Returns whether its end is recorded. */
  static boolean isRecorded(LocalInstance instance) {
    return read(instance).isPresent();
  }

  /** Returns the end of a child; for a task, with the recorded exception. */
  static ProcessEnd addRecordedFailure(LocalInstance instance, ProcessEnd seen) {
    boolean isTask = instance.spec().command() instanceof Command.TaskCommand;
    return isTask ? read(instance).filter(it -> it.failure().isPresent()).orElse(seen) : seen;
  }

  /** Reads the recorded end. An unreadable record must not prevent the report of an exit. */
  private static Optional<ProcessEnd> read(LocalInstance instance) {
    try {
      return instance.location().directory().readRecord().flatMap(ProcessRecord::end);
    } catch (LuhprocException e) {
      LoggerFactory.getLogger(ExitRecord.class).warn("cannot read how {} ended", instance, e);
      return Optional.empty();
    }
  }

  /** Records the end of a process that has not recorded it itself. */
  static void write(ProcessDirectory directory, Instant time, Cause cause, OptionalInt exitCode) {
    Optional<ProcessRecord> known = directory.readRecord().filter(it -> it.end().isEmpty());
    if (known.isPresent()) {
      Optional<Signal> signal =
          exitCode.isPresent() && cause.kind() == Cause.Kind.SIGNAL
              ? ProcessEnd.ofExitStatus(time, exitCode.getAsInt()).signal()
              : Optional.empty();
      directory.writeRecord(
          known
              .get()
              .withEnd(new ProcessEnd(time, exitCode, signal, Optional.empty(), cause.detail())));
    }
  }
}
