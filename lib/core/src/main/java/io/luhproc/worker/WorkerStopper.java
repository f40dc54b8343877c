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
import io.luhproc.tree.TreeStopService;
import io.luhproc.tree.TreeStopper;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Stops the process trees of workers, and deletes their directories. */
final class WorkerStopper {
  private final ManagerContext context;
  private final ProcessFinder processFinder;
  private final @Nullable TreeStopService stopService;

  WorkerStopper(ManagerContext context) {
    this(context, null);
  }

  /**
   * Creates a stopper.
   *
   * @param stopService scans the process table for several stops at once; null to scan for one
   */
  WorkerStopper(ManagerContext context, @Nullable TreeStopService stopService) {
    this.context = context;
    this.processFinder = new ProcessFinder(context.table());
    this.stopService = stopService;
  }

  /** Stops a worker; see {@link ProcessManager#stop(String, String, StopOptions)}. */
  StopResult stop(ProcessKey key, StopOptions options) {
    context.table().requireOwnNamespace("stop " + key);
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
      // A user may have deleted the root; the marker still identifies the worker.
      outcome = stopTree(key, directory, Optional.empty(), new Attempt(options, deadline));
    }
    Duration elapsed = Duration.ofNanos(context.time().nanoTime() - startNanos);
    return new StopResult(key.task(), key.id(), toOutcome(outcome), elapsed);
  }

  /**
   * Locks the directory, and creates it if a user has deleted it: the marker still identifies the
   * worker, and the lock prevents concurrent starts.
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
    record.ifPresent(it -> context.checkOwnership(directory, it, key));
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
    // Compares identities: this JVM may have the pid of a worker that ended long ago.
    if (rootProcess.isPresent()
        && rootProcess.equals(context.table().identify(context.table().currentPid()))) {
      throw new LuhprocException(
          "cannot stop " + key + ": a worker cannot stop itself; let its task return instead");
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
      return stopService == null
          ? new TreeStopper(context.table(), Posix.lazy(), context.time()).stop(request)
          : stopService.stop(request).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LuhprocException failure) {
        throw failure;
      }
      throw new LuhprocException("cannot stop " + key + ": " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LuhprocException("interrupted while stopping " + key + "; stop it again", e);
    }
  }

  private StopFailedException stopFailed(
      ProcessKey key, List<ProcessStat> alive, StopOptions options) {
    StringBuilder message = new StringBuilder("cannot stop ").append(key).append(" within ");
    message.append(DurationAndSizeFormat.format(options.timeout())).append(": still alive are");
    for (ProcessStat process : alive) {
      message.append("\n  pid ").append(process.pid()).append(" (").append(process.name());
      message.append("), state ").append(process.state());
    }
    message.append(
        "\nA process in state D waits for a device or a network file system; others may");
    message.append(" belong to another user. The directory is kept; stop the worker again later.");
    return new StopFailedException(
        message.toString(), alive.stream().map(context.table()::identityOf).toList());
  }

  /** Records the end if the worker could not do so. */
  private void recordEnd(ProcessDirectory directory, ProcessRecord record, StopTreeResult outcome) {
    if (record.end().isEmpty() && outcome.found()) {
      String reason = outcome.killed() ? "killed by stop after the grace period" : "stopped";
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

  /** The options of one stop, and its deadline. */
  private record Attempt(StopOptions options, Deadline deadline) {}
}
