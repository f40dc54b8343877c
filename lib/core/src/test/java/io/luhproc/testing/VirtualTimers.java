package io.luhproc.testing;

import io.luhproc.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Timers in virtual time. They run on the thread that calls {@link #advance(Duration)}. */
public final class VirtualTimers implements Timers {
  private final VirtualTime time;
  private final List<PendingTimer> pending = new ArrayList<>();

  /** Creates timers on a virtual clock. */
  public VirtualTimers(VirtualTime time) {
    this.time = time;
  }

  @Override
  public Timer schedule(Duration delay, Runnable body) {
    long at = time.nanoTime() + Math.max(0, delay.toNanos());
    PendingTimer timer = new PendingTimer(at, body);
    pending.add(timer);
    return () -> pending.remove(timer);
  }

  /** Returns the number of pending timers. */
  public int size() {
    return pending.size();
  }

  /** Advances the clock and runs due timers in order, each at its own time. */
  public void advance(Duration duration) {
    long end = time.nanoTime() + duration.toNanos();
    for (PendingTimer next = firstDueBy(end); next != null; next = firstDueBy(end)) {
      pending.remove(next);
      time.advance(Duration.ofNanos(Math.max(0, next.at - time.nanoTime())));
      next.body.run();
    }
    time.advance(Duration.ofNanos(end - time.nanoTime()));
  }

  private PendingTimer firstDueBy(long end) {
    return pending.stream()
        .filter(timer -> timer.at <= end)
        .min(Comparator.comparingLong(timer -> timer.at))
        .orElse(null);
  }

  private static final class PendingTimer {
    private final long at;
    private final Runnable body;

    private PendingTimer(long at, Runnable body) {
      this.at = at;
      this.body = body;
    }
  }
}
