package io.luhproc.tree;

import io.luhproc.LuhprocException;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import io.luhproc.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Runs any number of scan tasks on one thread and shares each process table scan among all that are
 * due.
 *
 * <p>Between scans a task only polls one process that it waits for, at intervals that grow from 1
 * to 20 ms.
 *
 * <p>Scans use at most half of the time: a scan that took 10 ms is followed by a cooldown of 10 ms,
 * at most 200 ms. Tasks that become due during the cooldown share the next scan. A single task is
 * therefore served at once, and a hundred tasks that finish one after the other do not cause a
 * hundred scans.
 */
final class ScanScheduler {
  private static final Duration MIN_POLL_INTERVAL = Duration.ofMillis(1);
  private static final Duration MAX_POLL_INTERVAL = Duration.ofMillis(20);
  // A scan may have taken long only because this JVM was suspended.
  private static final Duration MAX_COOLDOWN = Duration.ofMillis(200);
  // Applies after a failure, such as a lack of file descriptors.
  private static final Duration RETRY_DELAY = Duration.ofMillis(50);

  private final TimeSource time;
  private final Timers timers;
  private final SnapshotSource snapshots;
  private final List<PendingTask<?>> tasks = new ArrayList<>();
  private Deadline cooldown;
  private Optional<Timers.Timer> nextTimer = Optional.empty();

  ScanScheduler(ProcessTable table, TimeSource time, Timers timers) {
    this.time = time;
    this.timers = timers;
    this.snapshots = new SnapshotSource(table, time);
    this.cooldown = Deadline.after(time, Duration.ZERO);
  }

  /** Adds a task. The next {@link #runDue()} runs it. */
  <T> void add(ScanTask<T> task, CompletableFuture<T> future) {
    tasks.add(new PendingTask<>(task, future));
  }

  /** Runs all tasks that are due and schedules the next call. */
  void runDue() {
    tasks.removeIf(PendingTask::isFinished);
    List<PendingTask<?>> due = new ArrayList<>();
    for (PendingTask<?> task : tasks) {
      if (task.isDue(time)) {
        due.add(task);
      }
    }
    try {
      if (!due.isEmpty() && cooldown.isExpired()) {
        scanFor(due);
      }
    } finally {
      tasks.removeIf(PendingTask::isFinished);
      scheduleNext();
    }
  }

  private void scanFor(List<PendingTask<?>> due) {
    List<PendingTask<?>> indexable = new ArrayList<>();
    List<PendingTask<?>> others = new ArrayList<>();
    for (PendingTask<?> task : due) {
      boolean ignored = (task.scanTask.isIndexable() ? indexable : others).add(task);
    }
    long startNanos = time.nanoTime();
    cooldown = Deadline.after(time, RETRY_DELAY);
    boolean indexableScanned = scanFor(indexable, true);
    boolean othersScanned = scanFor(others, false);
    if (indexableScanned && othersScanned) {
      Duration took = Duration.ofNanos(time.nanoTime() - startNanos);
      cooldown = Deadline.after(time, min(took, MAX_COOLDOWN));
    }
  }

  /** Returns whether the process table was readable. */
  private boolean scanFor(List<PendingTask<?>> due, boolean byIndex) {
    if (due.isEmpty()) {
      return true;
    }
    Optional<ProcessSnapshot> snapshot = takeSnapshot(due, byIndex);
    if (snapshot.isPresent()) {
      for (PendingTask<?> task : due) {
        task.onScan(snapshot.get(), time);
      }
    }
    return snapshot.isPresent();
  }

  private Optional<ProcessSnapshot> takeSnapshot(List<PendingTask<?>> due, boolean byIndex) {
    long minStartTicks = Long.MAX_VALUE;
    Deadline deadline = due.get(0).scanTask.deadline();
    for (PendingTask<?> task : due) {
      minStartTicks = Math.min(minStartTicks, task.scanTask.minStartTicks());
      deadline = later(deadline, task.scanTask.deadline());
    }
    try {
      return Optional.of(snapshots.take(byIndex, minStartTicks, deadline));
    } catch (LuhprocException e) {
      for (PendingTask<?> task : due) {
        task.retryOrFail(e, time);
      }
      return Optional.empty();
    }
  }

  private static Deadline later(Deadline one, Deadline other) {
    return one.remaining().compareTo(other.remaining()) < 0 ? other : one;
  }

  private void scheduleNext() {
    nextTimer.ifPresent(Timers.Timer::cancel);
    nextTimer = Optional.empty();
    Iterator<PendingTask<?>> all = tasks.iterator();
    if (all.hasNext()) {
      Duration next = all.next().delayUntilNext(cooldown);
      while (all.hasNext()) {
        next = min(next, all.next().delayUntilNext(cooldown));
      }
      nextTimer = Optional.of(timers.schedule(next, this::runDue));
    }
  }

  static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** A task, the future of its result, and its poll schedule. */
  private static final class PendingTask<T> {
    private final ScanTask<T> scanTask;
    private final CompletableFuture<T> future;
    private Optional<Deadline> nextPoll = Optional.empty();
    private Duration pollInterval = MIN_POLL_INTERVAL;
    private boolean due;

    PendingTask(ScanTask<T> scanTask, CompletableFuture<T> future) {
      this.scanTask = scanTask;
      this.future = future;
    }

    /** Returns whether the task has completed, has failed or was cancelled by the caller. */
    boolean isFinished() {
      return future.isDone();
    }

    /** Polls the task if its interval has elapsed, and returns whether a scan is due. */
    boolean isDue(TimeSource time) {
      if (!due && (nextPoll.isEmpty() || isNearlyExpired(nextPoll.get()))) {
        poll(time);
      }
      return due;
    }

    /** Rounds to half an interval, so that tasks with equal intervals are polled together. */
    private boolean isNearlyExpired(Deadline deadline) {
      Duration left = deadline.remaining();
      return left.plus(left).compareTo(pollInterval) <= 0;
    }

    private void poll(TimeSource time) {
      nextPoll =
          Optional.of(
              Deadline.after(time, min(pollInterval, scanTask.nextScanDeadline().remaining())));
      pollInterval = min(pollInterval.plus(pollInterval), MAX_POLL_INTERVAL);
      runGuarded(
          () -> due = scanTask.getAsBoolean() || scanTask.nextScanDeadline().isExpired(), time);
    }

    void onScan(ProcessSnapshot snapshot, TimeSource time) {
      due = false;
      nextPoll = Optional.empty();
      pollInterval = MIN_POLL_INTERVAL;
      runGuarded(() -> scanTask.onScan(snapshot), time);
      if (scanTask.isDone()) {
        boolean ignored = future.complete(scanTask.result());
      }
    }

    /** Runs a step and confines its failure to this task. */
    private void runGuarded(Runnable step, TimeSource time) {
      try {
        step.run();
      } catch (LuhprocException e) {
        retryOrFail(e, time);
      } catch (RuntimeException | Error e) {
        boolean ignored = future.completeExceptionally(e);
      }
    }

    /** Schedules a retry, or fails the task if its deadline has expired. */
    void retryOrFail(LuhprocException cause, TimeSource time) {
      if (scanTask.deadline().isExpired()) {
        boolean ignored = future.completeExceptionally(cause);
      }
      due = false;
      nextPoll = Optional.of(Deadline.after(time, RETRY_DELAY));
    }

    Duration delayUntilNext(Deadline cooldown) {
      if (due) {
        return cooldown.remaining();
      }
      return nextPoll.isEmpty() ? Duration.ZERO : nextPoll.get().remaining();
    }
  }
}
