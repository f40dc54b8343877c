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

/** How a process ended, as its directory tells: written there by a task itself, or by us. */
final class ExitRecord {
  private ExitRecord() {}

  /**
   * Tells how a process ended of which we are not the parent: a task has written it down; of a
   * command nobody knows but who was its parent.
   */
  static void reportExit(ProcessInstance instance, LaunchListener listener) {
    Optional<ProcessEnd> end = read(instance);
    if (end.isPresent()) {
      listener.exited(ExitCauses.fromEnd(end.get()), end.get().exitCode());
    } else {
      String unknown = "ended; how is not known, because a former supervisor had launched it";
      listener.exited(new Cause(Cause.Kind.UNKNOWN, unknown), OptionalInt.empty());
    }
  }

  /** Returns whether somebody has recorded how it ended. */
  static boolean isRecorded(ProcessInstance instance) {
    return read(instance).isPresent();
  }

  /** Returns the end of a child with the exception that ended it, where it was a task. */
  static ProcessEnd addRecordedFailure(ProcessInstance instance, ProcessEnd seen) {
    boolean isTask = instance.spec().command() instanceof Command.TaskCommand;
    return isTask ? read(instance).filter(it -> it.failure().isPresent()).orElse(seen) : seen;
  }

  /** What cannot be read must not keep us from telling that it has ended. */
  private static Optional<ProcessEnd> read(ProcessInstance instance) {
    try {
      return instance.location().directory().readRecord().flatMap(ProcessRecord::end);
    } catch (LuhprocException e) {
      LoggerFactory.getLogger(ExitRecord.class).warn("the end of {} cannot be read", instance, e);
      return Optional.empty();
    }
  }

  /** Records the end of a process that has not done so itself. */
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
