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
import io.luhproc.time.Deadline;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.tree.StopTreeRequest;
import io.luhproc.tree.StopTreeResult;
import io.luhproc.tree.TreeScope;
import io.luhproc.tree.TreeStopService;
import io.luhproc.tree.TreeStopper;
import io.luhproc.worker.local.StopEnd;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
    Ending ending;
    if (lock.isPresent()) {
      DirectoryLock acquired = lock.get();
      try (acquired) {
        ending = stopWithLockHeld(key, directory, new Attempt(options, deadline));
      }
    } else {
      // A user may have deleted the root; the marker still identifies the worker.
      TreeScope scope = TreeScope.of(directory.path(), Optional.empty());
      StopTreeResult tree = stopTree(key, scope, new Attempt(options, deadline));
      ending = new Ending(tree, false, Optional.empty());
    }
    Duration elapsed = Duration.ofNanos(context.time().nanoTime() - startNanos);
    return new StopResult(key.task(), key.id(), ending.outcome(), elapsed, ending.end());
  }

  /**
   * Stops one run of a worker; does nothing if another run has the directory now.
   *
   * @param run its record
   * @param onLocked called with the lock held, before the first signal
   * @throws StopFailedException if a process is still alive at the timeout
   */
  void stopRun(ProcessRecord run, StopOptions options, Runnable onLocked) {
    Deadline deadline = Deadline.after(context.time(), options.timeout());
    ProcessDirectory directory = context.root().directory(run.key());
    Optional<DirectoryLock> lock = directory.lock(deadline);
    if (lock.isPresent()) {
      DirectoryLock acquired = lock.get();
      try (acquired) {
        onLocked.run();
        Optional<ProcessRecord> current = directory.readRecord();
        if (current.isPresent() && current.get().isSameLaunch(run)) {
          Ending ignored =
              stopWithLockHeld(run.key(), directory, new Attempt(options, deadline, true));
        }
      }
    }
  }

  /**
   * Kills one run of a worker that another call is stopping, which has the lock.
   *
   * @param run its record
   * @throws StopFailedException if a process is still alive after 5 s
   */
  void killRun(ProcessRecord run) {
    StopOptions options = StopOptions.builder().grace(Duration.ZERO).build();
    Attempt attempt = new Attempt(options, Deadline.after(context.time(), options.timeout()));
    ProcessDirectory directory = context.root().directory(run.key());
    StopTreeResult ignored =
        stopTree(run.key(), scope(directory, run.identity(), Optional.of(run)), attempt);
  }

  /**
   * Stops what is left of a worker that has ended: its children may outlive it. The caller holds
   * the lock.
   *
   * @throws StopFailedException if a process is still alive after the grace period and SIGKILL
   */
  void stopLeftovers(ProcessKey key, ProcessDirectory directory, ProcessRecord previous) {
    StopOptions options = StopOptions.builder().grace(context.grace()).build();
    Deadline deadline = Deadline.after(context.time(), options.timeout());
    TreeScope scope = scope(directory, previous.identity(), Optional.of(previous));
    StopTreeResult ignored = stopTree(key, scope, new Attempt(options, deadline));
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

  private Ending stopWithLockHeld(ProcessKey key, ProcessDirectory directory, Attempt attempt) {
    Optional<ProcessRecord> record = directory.readRecord();
    record.ifPresent(it -> context.checkOwnership(directory, it, key));
    Optional<ProcessIdentity> rootProcess =
        record.flatMap(ProcessRecord::identity).or(() -> processFinder.find(directory, record));
    StopTreeResult outcome = stopTree(key, scope(directory, rootProcess, record), attempt);
    // The worker may have recorded its end, which would be lost with the directory.
    Optional<ProcessRecord> lastRecord = directory.readRecord();
    if (attempt.options().keepLogs() && directory.isUsed()) {
      directory.deletePid();
      boolean stopped = outcome.found() || attempt.ofRun();
      lastRecord.filter(it -> stopped).ifPresent(it -> recordEnd(directory, it, outcome));
    } else {
      directory.delete();
    }
    boolean endedBefore = record.flatMap(ProcessRecord::end).isPresent();
    return new Ending(outcome, endedBefore, lastRecord.flatMap(ProcessRecord::end));
  }

  private static TreeScope scope(
      ProcessDirectory directory, Optional<ProcessIdentity> root, Optional<ProcessRecord> record) {
    TreeScope scope = TreeScope.of(directory.path(), root);
    return record.flatMap(ProcessRecord::limitMarker).map(scope::withLimitMarker).orElse(scope);
  }

  private StopTreeResult stopTree(ProcessKey key, TreeScope scope, Attempt attempt) {
    // Compares identities: this JVM may have the pid of a worker that ended long ago.
    if (scope.root().isPresent()
        && scope.root().equals(context.table().identify(context.table().currentPid()))) {
      throw new LuhprocException(
          "cannot stop " + key + ": a worker cannot stop itself; let its task return instead");
    }
    Duration remaining = attempt.deadline().remaining();
    Duration grace = attempt.options().grace();
    StopTreeRequest request =
        new StopTreeRequest(
            scope,
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
    if (record.end().isEmpty()) {
      ProcessEnd end = StopEnd.of(context.time().now(), outcome.killed());
      directory.writeRecord(record.withEnd(end));
    }
  }

  /** How the tree ended, and what the worker recorded about its end, perhaps before this stop. */
  private record Ending(StopTreeResult tree, boolean endedBefore, Optional<ProcessEnd> end) {
    StopResult.Outcome outcome() {
      if (!tree.found()) {
        return StopResult.Outcome.NOT_RUNNING;
      }
      boolean outlivedGrace = !endedBefore && end.filter(TaskRunner::isForcedExit).isPresent();
      return tree.killed() || outlivedGrace
          ? StopResult.Outcome.KILLED
          : StopResult.Outcome.STOPPED;
    }
  }

  /**
   * One stop.
   *
   * @param ofRun whether the process was alive when the stop was requested, so that the stop ended
   *     it, even if another call kills it before the first look at the tree
   */
  private record Attempt(StopOptions options, Deadline deadline, boolean ofRun) {
    /** Creates a stop of whatever is there, perhaps nothing. */
    Attempt(StopOptions options, Deadline deadline) {
      this(options, deadline, false);
    }
  }
}
