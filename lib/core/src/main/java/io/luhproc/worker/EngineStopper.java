package io.luhproc.worker;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.engine.StopReply;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.Signal;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.worker.local.WorkerKeys;
import io.luhproc.worker.remote.LogMirror;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Stops workers on an engine. */
final class EngineStopper {
  // A kubelet takes almost a minute to remove a pod that never ran.
  private static final Duration ENGINE_DELAY = Duration.ofSeconds(90);
  private static final Duration LAST_LINES_TIMEOUT = Duration.ofSeconds(5);

  private final ManagerContext context;
  private final WorkerEngine engine;
  private final EngineRecords records;

  EngineStopper(ManagerContext context, WorkerEngine engine, EngineRecords records) {
    this.context = context;
    this.engine = engine;
    this.records = records;
  }

  /** Stops a worker; see {@link ProcessManager#stop(String, String, StopOptions)}. */
  StopResult stop(ProcessKey key, StopOptions options) {
    long startNanos = context.time().nanoTime();
    context.root().create();
    ProcessDirectory directory = records.directory(key);
    Stopped stopped =
        records.withLock(
            key, directory, options.timeout(), () -> stopWithLockHeld(key, directory, options));
    return new StopResult(
        key.task(),
        key.id(),
        stopped.outcome(),
        Duration.ofNanos(context.time().nanoTime() - startNanos),
        stopped.end());
  }

  private Stopped stopWithLockHeld(
      ProcessKey key, ProcessDirectory directory, StopOptions options) {
    Optional<ProcessRecord> record = records.readRecord(directory, key);
    Optional<WorkerStatus> found = engine.info(WorkerKeys.of(key));
    Stopped stopped =
        found.isPresent()
            ? stop(key, directory, found.get(), options)
            : new Stopped(StopResult.Outcome.NOT_RUNNING, record.flatMap(ProcessRecord::end));
    Optional<ProcessRecord> kept = record.isPresent() ? record : found.map(records::recordOfOther);
    if (options.keepLogs() && kept.isPresent()) {
      ProcessRecord last = kept.get();
      directory.writeRecord(stopped.end().isPresent() ? last.withEnd(stopped.end().get()) : last);
    } else {
      directory.delete();
    }
    return stopped;
  }

  private Stopped stop(
      ProcessKey key, ProcessDirectory directory, WorkerStatus found, StopOptions options) {
    LogMirror mirror = records.mirror(directory, found);
    try {
      WorkerStatus last =
          options.keepLogs()
              ? awaitEndAndLog(key, found, options, mirror)
              : awaitEnd(key, found, options);
      ProcessEnd end =
          last.end()
              .map(WorkerStatus.WorkerEnd::process)
              .orElseGet(() -> ProcessEnd.ofReason(context.time().now(), "stopped"));
      return new Stopped(outcome(found, end), Optional.of(end));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LuhprocException("interrupted while stopping " + key + "; stop it again", e);
    } finally {
      records.forget(mirror);
    }
  }

  private static StopResult.Outcome outcome(WorkerStatus found, ProcessEnd end) {
    if (found.phase() == Phase.ENDED) {
      return StopResult.Outcome.NOT_RUNNING;
    }
    boolean killed = end.signal().filter(it -> it == Signal.KILL).isPresent();
    return killed ? StopResult.Outcome.KILLED : StopResult.Outcome.STOPPED;
  }

  /** Follows the log until after the end, because an engine may delete it together with the run. */
  private WorkerStatus awaitEndAndLog(
      ProcessKey key, WorkerStatus found, StopOptions options, LogMirror mirror)
      throws InterruptedException {
    mirror.follow();
    mirror.awaitOpen(LAST_LINES_TIMEOUT);
    WorkerStatus last = awaitEnd(key, found, options);
    mirror.awaitEnd(LAST_LINES_TIMEOUT);
    return last;
  }

  /** Stops a run until it has ended or is gone; returns the last that is known of it. */
  private WorkerStatus awaitEnd(ProcessKey key, WorkerStatus found, StopOptions options) {
    WorkerKey workerKey = WorkerKeys.of(key);
    String incarnation = found.incarnation();
    Duration timeout = options.timeout().plus(ENGINE_DELAY);
    if (engine.stop(workerKey, incarnation, options.grace()) == StopReply.NOT_FOUND) {
      return found;
    }
    Optional<WorkerStatus> last =
        records
            .awaitStatus(key, timeout, it -> !isAlive(it, incarnation))
            .filter(it -> it.incarnation().equals(incarnation));
    if (isAlive(last, incarnation)) {
      throw new StopFailedException(
          "cannot stop %s within %s: %s still has it; it goes on stopping it, look again later"
              .formatted(key, DurationAndSizeFormat.format(timeout), context.engine()),
          List.of());
    }
    if (last.isPresent()) {
      // Removes what the engine keeps of the ended run.
      StopReply ignored = engine.stop(workerKey, incarnation, options.grace());
    }
    return last.orElse(found);
  }

  private static boolean isAlive(Optional<WorkerStatus> status, String incarnation) {
    return status.isPresent()
        && status.get().incarnation().equals(incarnation)
        && status.get().phase() != Phase.ENDED;
  }

  private record Stopped(StopResult.Outcome outcome, Optional<ProcessEnd> end) {}
}
