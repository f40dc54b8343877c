package io.luhproc.worker;

import io.luhproc.LuhprocException;
import io.luhproc.directory.DirectoryLock;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessFinder;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.posix.Posix;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;
import io.luhproc.time.Deadline;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.tree.StopTreeRequest;
import io.luhproc.tree.StopTreeResult;
import io.luhproc.tree.TreeStopper;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Stops workers: their whole tree, with proof, within the time it was given. */
final class WorkerStopper {
  private final ManagerContext context;
  private final AppOwnershipCheck ownership;
  private final ProcessFinder processFinder;

  WorkerStopper(ManagerContext context) {
    this.context = context;
    this.ownership = new AppOwnershipCheck(context.program());
    this.processFinder = new ProcessFinder(context.table());
  }

  /** Stops a worker; see {@link ProcessManager#stop(String, String, StopOptions)}. */
  StopResult stop(ProcessKey key, StopOptions options) {
    long startNanos = context.time().nanoTime();
    Deadline deadline = Deadline.after(context.time(), options.timeout());
    ProcessDirectory directory = context.root().directory(key);
    Optional<DirectoryLock> lock = createAndLock(directory, deadline);
    StopTreeResult outcome;
    if (lock.isPresent()) {
      DirectoryLock acquired = lock.get();
      try (acquired) {
        outcome = stopWithLockHeld(key, directory, new Attempt(options, deadline));
      }
    } else {
      // Somebody may have removed the root by hand; the cookie finds the worker all the same.
      outcome = stopTree(key, directory, Optional.empty(), new Attempt(options, deadline));
    }
    Duration elapsed = Duration.ofNanos(context.time().nanoTime() - startNanos);
    return new StopResult(key.task(), key.id(), toOutcome(outcome), elapsed);
  }

  /**
   * Makes the directory where there is none: a worker whose directory somebody removed by hand is
   * found by its cookie, and so would be one that is being started now.
   */
  private Optional<DirectoryLock> createAndLock(ProcessDirectory directory, Deadline deadline) {
    Optional<DirectoryLock> lock = Optional.empty();
    boolean retry = true;
    while (lock.isEmpty() && retry && isLockable(directory)) {
      boolean ignored = directory.create();
      lock = directory.lock(deadline);
      retry = !deadline.isExpired();
    }
    return lock;
  }

  private boolean isLockable(ProcessDirectory directory) {
    return context.root().exists() && (directory.exists() || context.root().isWritable());
  }

  private static StopResult.Outcome toOutcome(StopTreeResult outcome) {
    if (!outcome.found()) {
      return StopResult.Outcome.NOT_RUNNING;
    }
    return outcome.killed() ? StopResult.Outcome.KILLED : StopResult.Outcome.STOPPED;
  }

  private StopTreeResult stopWithLockHeld(
      ProcessKey key, ProcessDirectory directory, Attempt attempt) {
    Optional<ProcessRecord> record = directory.readRecord();
    record.ifPresent(it -> ownership.check(directory, it, key));
    Optional<ProcessIdentity> rootProcess =
        record.flatMap(ProcessRecord::identity).or(() -> processFinder.find(directory, record));
    StopTreeResult outcome = stopTree(key, directory, rootProcess, attempt);
    if (attempt.options().keepLogs() && directory.isUsed()) {
      directory.deletePid();
      directory.readRecord().ifPresent(it -> recordEnd(directory, it, outcome));
    } else {
      directory.delete();
    }
    return outcome;
  }

  private StopTreeResult stopTree(
      ProcessKey key,
      ProcessDirectory directory,
      Optional<ProcessIdentity> rootProcess,
      Attempt attempt) {
    // By identity: a worker that died long ago may have had the pid that is ours now.
    if (rootProcess.isPresent()
        && rootProcess.equals(context.table().identify(context.table().currentPid()))) {
      throw new LuhprocException(
          key + " cannot stop itself and prove that it is gone; let its task return instead");
    }
    Duration remaining = attempt.deadline().remaining();
    Duration grace = attempt.options().grace();
    StopTreeRequest request =
        new StopTreeRequest(
            directory.path(),
            rootProcess,
            attempt.options().signal(),
            grace.compareTo(remaining) < 0 ? grace : remaining,
            remaining);
    StopTreeResult outcome = executeStop(key, request);
    if (!outcome.alive().isEmpty()) {
      throw stopFailed(key, outcome.alive(), attempt.options());
    }
    return outcome;
  }

  private StopTreeResult executeStop(ProcessKey key, StopTreeRequest request) {
    try {
      return new TreeStopper(context.table(), Posix.lazy(), context.time()).stop(request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LuhprocException("interrupted while stopping " + key + "; stop it again", e);
    }
  }

  private StopFailedException stopFailed(
      ProcessKey key, List<ProcessStat> alive, StopOptions options) {
    StringBuilder survivors = new StringBuilder();
    for (ProcessStat entry : alive) {
      survivors.append("\n  pid ").append(entry.pid()).append(" (").append(entry.name());
      survivors.append("), state ").append(entry.state());
    }
    return new StopFailedException(
        "could not stop "
            + key
            + " within "
            + DurationAndSizeFormat.format(options.timeout())
            + ". Still alive:"
            + survivors
            + "\nState D waits for a device or a network file system; others may belong to another"
            + " user. Its directory stays; stop it again when the cause is gone.",
        alive.stream().map(context.table()::identityOf).toList());
  }

  /** Completes what the worker could not write itself. */
  private void recordEnd(ProcessDirectory directory, ProcessRecord record, StopTreeResult outcome) {
    if (record.end().isEmpty() && outcome.found()) {
      String reason = outcome.killed() ? "killed by stop, its grace was over" : "stopped";
      ProcessEnd end =
          new ProcessEnd(
              context.time().now(),
              OptionalInt.empty(),
              outcome.killed() ? Optional.of(Signal.KILL) : Optional.empty(),
              Optional.empty(),
              reason);
      directory.writeRecord(record.withEnd(end));
    }
  }

  /** One stop with its options, under way since some time. */
  private record Attempt(StopOptions options, Deadline deadline) {}
}
