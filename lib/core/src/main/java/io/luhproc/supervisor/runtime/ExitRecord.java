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

/** The end of a process in its directory, recorded by a task itself or by the supervisor. */
final class ExitRecord {
  private ExitRecord() {}

  /**
   * Reports the end of a process that is not our child: a task has recorded it; the exit code of a
   * command is known to its parent only.
   */
  static void reportExit(LocalInstance instance, LaunchListener listener) {
    Optional<ProcessEnd> end = read(instance);
    if (end.isPresent()) {
      listener.exited(ExitCauses.fromEnd(end.get()), end.get().exitCode());
    } else {
      String unknown = "ended; how is not known, because a former supervisor had launched it";
      listener.exited(new Cause(Cause.Kind.UNKNOWN, unknown), OptionalInt.empty());
    }
  }

  /** Returns whether its end is recorded. */
  static boolean isRecorded(LocalInstance instance) {
    return read(instance).isPresent();
  }

  /** Returns the end of a child, of a task with the exception that ended it. */
  static ProcessEnd addRecordedFailure(LocalInstance instance, ProcessEnd seen) {
    boolean isTask = instance.spec().command() instanceof Command.TaskCommand;
    return isTask ? read(instance).filter(it -> it.failure().isPresent()).orElse(seen) : seen;
  }

  /** An unreadable record must not prevent the exit from being reported. */
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
          exitCode.isPresent()
              ? ProcessEnd.ofExitStatus(time, exitCode.getAsInt()).signal()
              : Optional.empty();
      directory.writeRecord(
          known
              .get()
              .withEnd(new ProcessEnd(time, exitCode, signal, Optional.empty(), cause.detail())));
    }
  }
}
