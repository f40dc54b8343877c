package io.luhproc.worker.local;

import io.luhproc.directory.ProcessRecord;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.engine.WorkerStatus.WorkerEnd;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import java.time.Instant;
import java.util.Optional;

/** Describes a worker on this machine by its record, as an engine does. */
public final class LocalStatus {
  private static final int BOOT_ID_LENGTH = 8;

  private LocalStatus() {}

  /** Returns the status of a worker that another process is launching. */
  public static WorkerStatus starting(ProcessRecord record) {
    return status(record, Phase.STARTING, Optional.empty());
  }

  /**
   * Returns the status of a worker that runs.
   *
   * @param stopping whether a stop was accepted
   */
  public static WorkerStatus running(ProcessRecord record, boolean stopping) {
    return status(record, stopping ? Phase.STOPPING : Phase.RUNNING, Optional.empty());
  }

  /** Returns the status of a worker that has ended, whether its end was recorded or not. */
  public static WorkerStatus ended(ProcessRecord record) {
    WorkerEnd end =
        record
            .end()
            .map(it -> new WorkerEnd(kind(it), it))
            .orElseGet(() -> new WorkerEnd(WorkerEnd.Kind.UNKNOWN, unknown(record.startedAt())));
    return status(record, Phase.ENDED, Optional.of(end));
  }

  /** Returns an end at the last time that is known. */
  private static ProcessEnd unknown(Instant time) {
    return ProcessEnd.ofReason(
        time, "unknown: its starter had exited before it, or the machine was restarted");
  }

  private static WorkerEnd.Kind kind(ProcessEnd end) {
    if (end.failure().filter(it -> it.startsWith("java.lang.OutOfMemoryError")).isPresent()) {
      return WorkerEnd.Kind.OUT_OF_MEMORY;
    }
    return StopEnd.isStop(end) ? WorkerEnd.Kind.STOPPED : WorkerEnd.Kind.EXITED;
  }

  private static WorkerStatus status(ProcessRecord record, Phase phase, Optional<WorkerEnd> end) {
    Optional<ProcessIdentity> process = record.identity();
    return new WorkerStatus(
        WorkerKeys.of(record.key()),
        incarnation(record),
        record.launchToken(),
        phase,
        Optional.empty(),
        process.map(it -> "pid " + it.pid()),
        record.startedAt(),
        process.map(ignored -> record.startedAt()),
        end);
  }

  /** Returns whether an incarnation is the run that a record is about. */
  public static boolean isIncarnation(String incarnation, ProcessRecord record) {
    return incarnation.equals(incarnation(record)) || incarnation.equals(launch(record));
  }

  /** Returns pid, start time and boot of a process; its launch if it has no pid yet. */
  private static String incarnation(ProcessRecord record) {
    if (record.identity().isEmpty()) {
      return launch(record);
    }
    ProcessIdentity process = record.identity().get();
    String boot = process.bootId();
    return process.pid()
        + "-"
        + process.startTicks()
        + "-"
        + boot.substring(0, Math.min(BOOT_ID_LENGTH, boot.length()));
  }

  private static String launch(ProcessRecord record) {
    return "launch-" + record.launchToken();
  }
}
