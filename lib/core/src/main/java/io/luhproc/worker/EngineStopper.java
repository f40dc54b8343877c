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
import io.luhproc.worker.remote.LogMirror;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

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
    Optional<WorkerStatus> found = engine.info(EngineRecords.workerKey(key));
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
    boolean ended = found.phase() == Phase.ENDED;
    LogMirror mirror = records.mirror(directory, found);
    if (options.keepLogs()) {
      directory.createLogFiles();
      mirror.follow();
    }
    try {
      if (options.keepLogs()) {
        boolean ignored = mirror.awaitOpen(LAST_LINES_TIMEOUT);
      }
      Optional<WorkerStatus> last = awaitRemoved(key, found, options);
      if (options.keepLogs()) {
        boolean ignored = mirror.awaitEnd(LAST_LINES_TIMEOUT);
      }
      Optional<ProcessEnd> end =
          last.flatMap(WorkerStatus::end).map(WorkerStatus.WorkerEnd::process);
      boolean killed = end.flatMap(ProcessEnd::signal).filter(it -> it == Signal.KILL).isPresent();
      StopResult.Outcome outcome = killed ? StopResult.Outcome.KILLED : StopResult.Outcome.STOPPED;
      return new Stopped(
          ended ? StopResult.Outcome.NOT_RUNNING : outcome,
          Optional.of(end.orElseGet(this::stopped)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LuhprocException("interrupted while stopping " + key + "; stop it again", e);
    } finally {
      records.forget(mirror);
    }
  }

  private ProcessEnd stopped() {
    return new ProcessEnd(
        context.time().now(), OptionalInt.empty(), Optional.empty(), Optional.empty(), "stopped");
  }

  /** Stops a run until the engine has removed it; returns the last that it said about the run. */
  private Optional<WorkerStatus> awaitRemoved(
      ProcessKey key, WorkerStatus found, StopOptions options) {
    WorkerKey workerKey = EngineRecords.workerKey(key);
    Duration timeout = options.timeout().plus(ENGINE_DELAY);
    EngineRecords.Latest latest = records.new Latest(workerKey);
    StopReply reply = engine.stop(workerKey, found.incarnation(), options.grace());
    WorkerStatus[] last = {found};
    boolean removed =
        reply == StopReply.NOT_FOUND
            || records.await(
                key,
                timeout,
                () -> {
                  Optional<WorkerStatus> now =
                      latest.read().filter(it -> it.incarnation().equals(found.incarnation()));
                  now.ifPresent(it -> last[0] = it);
                  return now.filter(it -> it.phase() != Phase.ENDED).isEmpty();
                });
    if (!removed) {
      throw new StopFailedException(
          "cannot stop %s within %s: %s still has it; it goes on stopping it, look again later"
              .formatted(key, DurationAndSizeFormat.format(timeout), context.engine()),
          List.of());
    }
    if (latest.status.filter(it -> it.incarnation().equals(found.incarnation())).isPresent()) {
      StopReply ignored = engine.stop(workerKey, found.incarnation(), options.grace());
    }
    return Optional.of(last[0]);
  }

  private record Stopped(StopResult.Outcome outcome, Optional<ProcessEnd> end) {}
}
