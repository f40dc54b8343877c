package io.luhproc.testing;

import io.luhproc.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Timers that run when {@link #advance(Duration)} says so, on the thread that calls it. */
public final class VirtualTimers implements Timers {
  private final VirtualTime time;
  private final List<Pending> pending = new ArrayList<>();

  /** Creates timers that move a virtual clock along. */
  public VirtualTimers(VirtualTime time) {
    this.time = time;
  }

  @Override
  public Timer after(Duration delay, Runnable body) {
    long at = time.nanoTime() + Math.max(0, delay.toNanos());
    Pending timer = new Pending(at, body);
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
    for (Pending next = firstBefore(end); next != null; next = firstBefore(end)) {
      pending.remove(next);
      time.advance(Duration.ofNanos(Math.max(0, next.at - time.nanoTime())));
      next.body.run();
    }
    time.advance(Duration.ofNanos(end - time.nanoTime()));
  }

  private Pending firstBefore(long end) {
    return pending.stream()
        .filter(timer -> timer.at <= end)
        .min(Comparator.comparingLong(timer -> timer.at))
        .orElse(null);
  }

  private static final class Pending {
    private final long at;
    private final Runnable body;

    private Pending(long at, Runnable body) {
      this.at = at;
      this.body = body;
    }
  }
}
