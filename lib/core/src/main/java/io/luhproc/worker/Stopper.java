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
final class Stopper {
  private final Parts parts;
  private final Ownership ownership;
  private final ProcessFinder living;

  Stopper(Parts parts) {
    this.parts = parts;
    this.ownership = new Ownership(parts.program());
    this.living = new ProcessFinder(parts.table());
  }

  /** Stops a worker; see {@link ProcessManager#stop(String, String, StopOptions)}. */
  StopResult stop(ProcessKey key, StopOptions options) {
    long begin = parts.time().nanoTime();
    Deadline deadline = Deadline.after(parts.time(), options.timeout());
    ProcessDirectory directory = parts.root().directory(key);
    Optional<DirectoryLock> lock = lock(directory, deadline);
    StopTreeResult outcome;
    if (lock.isPresent()) {
      DirectoryLock held = lock.get();
      try (held) {
        outcome = stopHolding(key, directory, new Attempt(options, deadline));
      }
    } else {
      // Somebody may have removed the root by hand; the cookie finds the worker all the same.
      outcome = stopTree(key, directory, Optional.empty(), new Attempt(options, deadline));
    }
    Duration took = Duration.ofNanos(parts.time().nanoTime() - begin);
    return new StopResult(key.task(), key.id(), outcomeOf(outcome), took);
  }

  /**
   * Makes the directory where there is none: a worker whose directory somebody removed by hand is
   * found by its cookie, and so would be one that is being started now.
   */
  private Optional<DirectoryLock> lock(ProcessDirectory directory, Deadline deadline) {
    Optional<DirectoryLock> lock = Optional.empty();
    boolean again = true;
    while (lock.isEmpty() && again && isPlaceFor(directory)) {
      boolean ignored = directory.create();
      lock = directory.lock(deadline);
      again = !deadline.isExpired();
    }
    return lock;
  }

  private boolean isPlaceFor(ProcessDirectory directory) {
    return parts.root().exists() && (directory.exists() || parts.root().isWritable());
  }

  private static StopResult.Outcome outcomeOf(StopTreeResult outcome) {
    if (!outcome.found()) {
      return StopResult.Outcome.NOT_RUNNING;
    }
    return outcome.killed() ? StopResult.Outcome.KILLED : StopResult.Outcome.STOPPED;
  }

  private StopTreeResult stopHolding(ProcessKey key, ProcessDirectory directory, Attempt attempt) {
    Optional<ProcessRecord> description = directory.readRecord();
    description.ifPresent(it -> ownership.check(directory, it, key));
    Optional<ProcessIdentity> root =
        description.flatMap(ProcessRecord::identity).or(() -> living.find(directory, description));
    StopTreeResult outcome = stopTree(key, directory, root, attempt);
    if (attempt.options().keepLogs() && directory.isUsed()) {
      directory.deletePid();
      directory.readRecord().ifPresent(it -> recordEnd(directory, it, outcome));
    } else {
      directory.delete();
    }
    return outcome;
  }

  private StopTreeResult stopTree(
      ProcessKey key, ProcessDirectory directory, Optional<ProcessIdentity> root, Attempt attempt) {
    // By identity: a worker that died long ago may have had the pid that is ours now.
    if (root.isPresent() && root.equals(parts.table().identify(parts.table().currentPid()))) {
      throw new LuhprocException(
          key + " cannot stop itself and prove that it is gone; let its task return instead");
    }
    Duration left = attempt.deadline().remaining();
    Duration grace = attempt.options().grace();
    StopTreeRequest request =
        new StopTreeRequest(
            directory.path(),
            root,
            attempt.options().signal(),
            grace.compareTo(left) < 0 ? grace : left,
            left);
    StopTreeResult outcome = run(key, request);
    if (!outcome.alive().isEmpty()) {
      throw stillAlive(key, outcome.alive(), attempt.options());
    }
    return outcome;
  }

  private StopTreeResult run(ProcessKey key, StopTreeRequest request) {
    try {
      return new TreeStopper(parts.table(), Posix.lazy(), parts.time()).stop(request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LuhprocException("interrupted while stopping " + key + "; stop it again", e);
    }
  }

  private StopFailedException stillAlive(
      ProcessKey key, List<ProcessStat> alive, StopOptions options) {
    StringBuilder who = new StringBuilder();
    for (ProcessStat entry : alive) {
      who.append("\n  pid ").append(entry.pid()).append(" (").append(entry.name());
      who.append("), state ").append(entry.state());
    }
    return new StopFailedException(
        "could not stop "
            + key
            + " within "
            + DurationAndSizeFormat.format(options.timeout())
            + ". Still alive:"
            + who
            + "\nState D waits for a device or a network file system; others may belong to another"
            + " user. Its directory stays; stop it again when the cause is gone.",
        alive.stream().map(parts.table()::identityOf).toList());
  }

  /** Completes what the worker could not write itself. */
  private void recordEnd(
      ProcessDirectory directory, ProcessRecord description, StopTreeResult outcome) {
    if (description.end().isEmpty() && outcome.found()) {
      String reason = outcome.killed() ? "killed by stop, its grace was over" : "stopped";
      ProcessEnd end =
          new ProcessEnd(
              parts.time().now(),
              OptionalInt.empty(),
              outcome.killed() ? Optional.of(Signal.KILL) : Optional.empty(),
              Optional.empty(),
              reason);
      directory.writeRecord(description.withEnd(end));
    }
  }

  /** One stop with its options, under way since some time. */
  private record Attempt(StopOptions options, Deadline deadline) {}
}
