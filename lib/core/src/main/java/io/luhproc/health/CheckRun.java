package io.luhproc.health;

import io.luhproc.time.Timers;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One check under way: made on a thread of its own, called off by the thread of the timers. */
final class CheckRun implements Runnable {
  // What takes longer is perhaps stuck, and others must not wait for it.
  private static final Duration BRIEF = Duration.ofMillis(500);

  private final HealthCheck check;
  private final HealthTarget target;
  private final HealthTools tools;
  private final Observer observer;

  // Guarded by this.
  private @Nullable Thread thread;
  private boolean calledOff;
  private boolean exempt;
  private Instant began = Instant.EPOCH;
  private long beganNanos;

  CheckRun(HealthCheck check, HealthTarget target, HealthTools tools, Observer observer) {
    this.check = check;
    this.target = target;
    this.tools = tools;
    this.observer = observer;
  }

  /** Who wants to know; called on the thread of the timers. */
  interface Observer {
    /** The check has taken as long as it may. */
    void overdue(CheckRun run);

    /** The check has returned, and its thread is free. */
    void returned(CheckRun run, Duration duration, HealthResult result);

    /** The check could not be made, for want of something that is ours. */
    void notMade(CheckRun run, String why);
  }

  @Override
  public void run() {
    if (!begin()) {
      return;
    }
    // The time that it waited for a thread is not its own.
    Timers.Timer limit = tools.timers().schedule(target.timeout(), () -> observer.overdue(this));
    Timers.Timer brief = tools.timers().schedule(BRIEF, this::exempt);
    Runnable answer = examine();
    brief.cancel();
    limit.cancel();
    end();
    Timers.Timer ignored = tools.timers().schedule(Duration.ZERO, answer);
  }

  private synchronized boolean begin() {
    thread = Thread.currentThread();
    began = tools.time().now();
    beganNanos = tools.time().nanoTime();
    return !calledOff;
  }

  /** Returns what is to be told of it. */
  private Runnable examine() {
    try {
      @Nullable HealthResult result = tools.make(check, target);
      return answer(result == null ? HealthResult.unhealthy("the check returned null") : result);
    } catch (NotCheckedException e) {
      return () -> observer.notMade(this, String.valueOf(e.getMessage()));
    } catch (Exception | Error e) {
      // It is the user's own code; whatever it throws, the next check is made.
      return answer(HealthResult.unhealthy(e.toString()));
    }
  }

  private Runnable answer(HealthResult result) {
    Duration duration = duration();
    return () -> observer.returned(this, duration, result);
  }

  private synchronized void end() {
    thread = null;
    if (calledOff) {
      // What was meant for this check must not hit the next one on this thread.
      boolean ignored = Thread.interrupted();
    }
    if (exempt) {
      tools.threads().shrink();
    }
  }

  /** While the check has not returned, its thread counts no longer. */
  private synchronized void exempt() {
    if (thread != null && !exempt) {
      exempt = true;
      tools.threads().grow();
    }
  }

  /** Interrupts the check. */
  synchronized void callOff() {
    if (calledOff) {
      return;
    }
    calledOff = true;
    if (thread != null) {
      exempt();
      thread.interrupt();
    }
  }

  synchronized Instant began() {
    return began;
  }

  synchronized long beganNanos() {
    return beganNanos;
  }

  synchronized Duration duration() {
    return Duration.ofNanos(tools.time().nanoTime() - beganNanos);
  }
}
