package io.luhproc.tree;

import io.luhproc.procfs.PidCounter;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Decides which pids may belong to processes that have started since the last look.
 *
 * <p>The kernel allocates a pid some time before the process appears in {@code /proc}. Every pid is
 * therefore looked at again until a look that is 2 s after its allocation.
 */
final class AllocatedPids {
  private static final Duration MAX_FORK_DURATION = Duration.ofSeconds(2);
  private static final Duration RESOLUTION = Duration.ofMillis(50);
  // More than a machine has processes that are in the middle of fork(2).
  private static final long MAX_CONCURRENT_FORKS = 256;
  // proc_sys_kernel(5): after the maximum the kernel starts again at this pid.
  private static final long RESERVED = 300;
  // A machine that starts more than a million threads per second is not known.
  private static final long MIN_NANOS_PER_FORK = 1000;

  /** The pids above {@code after} and up to {@code last}; all pids if they may have been reused. */
  record Range(boolean isAll, long after, long last) {}

  private final PidCounter counter;
  private final TimeSource time;
  // The counter at earlier looks, while some pids up to it were not looked at 2 s later.
  private final Deque<Reading> history = new ArrayDeque<>();
  // All pids up to this one were looked at 2 s after their allocation or later.
  private long resolved;
  private boolean isReset = true;
  private long forks;
  private long lastLookNanos;
  private long last;

  AllocatedPids(PidCounter counter, TimeSource time) {
    this.counter = counter;
    this.time = time;
  }

  /** Returns the pids to look at, and begins the next look. */
  Range next() {
    long now = time.nanoTime();
    boolean mayBeReused = isReset || hasWrapped(now);
    long before = last;
    last = counter.last();
    lastLookNanos = now;
    if (mayBeReused || last < before) {
      isReset = false;
      history.clear();
      history.add(new Reading(now, last));
      resolved = Math.max(0, last - MAX_CONCURRENT_FORKS);
      forks = counter.forks();
      return new Range(true, 0, last);
    }
    return new Range(false, advance(now), last);
  }

  /** Makes the next look a look at all pids. */
  void reset() {
    isReset = true;
  }

  /** Returns whether the counter may have passed its present value at least once. */
  private boolean hasWrapped(long now) {
    long cycle = counter.max() - RESERVED;
    if (now - lastLookNanos < cycle * MIN_NANOS_PER_FORK) {
      return false;
    }
    long forksBefore = forks;
    forks = counter.forks();
    return forks - forksBefore >= cycle;
  }

  /** Returns the last pid that need not be looked at again. */
  private long advance(long now) {
    long after = resolved;
    while (!history.isEmpty() && now - history.getFirst().nanos >= MAX_FORK_DURATION.toNanos()) {
      resolved = history.removeFirst().last;
    }
    if (history.isEmpty() || now - history.getLast().nanos >= RESOLUTION.toNanos()) {
      history.add(new Reading(now, last));
    }
    return after;
  }

  private record Reading(long nanos, long last) {}
}
