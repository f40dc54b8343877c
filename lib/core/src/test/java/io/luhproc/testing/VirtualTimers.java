package io.luhproc.testing;

import io.luhproc.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Timers that run when {@link #advance(Duration)} says so, on the thread that calls it. */
public final class VirtualTimers implements Timers {
  private final VirtualTime time;
  private final List<PendingTimer> pending = new ArrayList<>();

  /** Creates timers that move a virtual clock along. */
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

  /** Returns how many timers have neither run nor been called off. */
  public int size() {
    return pending.size();
  }

  /** Moves the clock on and runs what becomes due, in order, each at its own time. */
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
