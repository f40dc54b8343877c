package io.luhproc.health;

import io.luhproc.time.Timers;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One check under way: made on a thread of its own, called off by the thread of the timers. */
final class CheckExecution implements Runnable {
  // What takes longer is perhaps stuck, and others must not wait for it.
  private static final Duration COMPENSATION_DELAY = Duration.ofMillis(500);

  private final HealthCheck check;
  private final CheckContext context;
  private final HealthExecutor executor;
  private final Listener listener;

  // Guarded by this.
  private @Nullable Thread thread;
  private boolean cancelled;
  private boolean compensated;
  private Instant startedAt = Instant.EPOCH;
  private long startNanos;

  CheckExecution(
      HealthCheck check, CheckContext context, HealthExecutor executor, Listener listener) {
    this.check = check;
    this.context = context;
    this.executor = executor;
    this.listener = listener;
  }

  /** Who wants to know; called on the thread of the timers. */
  interface Listener {
    /** The check has taken as long as it may. */
    void onTimeout(CheckExecution execution);

    /** The check has returned, and its thread is free. */
    void onResult(CheckExecution execution, Duration duration, HealthResult result);

    /** The check could not be made, for want of something that is ours. */
    void onUnavailable(CheckExecution execution, String reason);
  }

  @Override
  public void run() {
    if (!markStarted()) {
      return;
    }
    // The time that it waited for a thread is not its own.
    Timers.Timer timeoutTimer =
        executor.timers().schedule(context.timeout(), () -> listener.onTimeout(this));
    Timers.Timer compensationTimer =
        executor.timers().schedule(COMPENSATION_DELAY, this::compensate);
    Runnable notification = perform();
    compensationTimer.cancel();
    timeoutTimer.cancel();
    finish();
    Timers.Timer ignored = executor.timers().schedule(Duration.ZERO, notification);
  }

  private synchronized boolean markStarted() {
    thread = Thread.currentThread();
    startedAt = executor.time().now();
    startNanos = executor.time().nanoTime();
    return !cancelled;
  }

  /** Returns what is to be told of it. */
  private Runnable perform() {
    try {
      @Nullable HealthResult result = executor.runCheck(check, context);
      return resultNotification(
          result == null ? HealthResult.unhealthy("the check returned null") : result);
    } catch (CheckUnavailableException e) {
      return () -> listener.onUnavailable(this, String.valueOf(e.getMessage()));
    } catch (Exception | Error e) {
      // It is the user's own code; whatever it throws, the next check is made.
      return resultNotification(HealthResult.unhealthy(e.toString()));
    }
  }

  private Runnable resultNotification(HealthResult result) {
    Duration elapsed = elapsed();
    return () -> listener.onResult(this, elapsed, result);
  }

  private synchronized void finish() {
    thread = null;
    if (cancelled) {
      // What was meant for this check must not hit the next one on this thread.
      boolean ignored = Thread.interrupted();
    }
    if (compensated) {
      executor.threads().shrink();
    }
  }

  /** While the check has not returned, its thread counts no longer. */
  private synchronized void compensate() {
    if (thread != null && !compensated) {
      compensated = true;
      executor.threads().grow();
    }
  }

  /** Interrupts the check. */
  synchronized void cancel() {
    if (cancelled) {
      return;
    }
    cancelled = true;
    if (thread != null) {
      compensate();
      thread.interrupt();
    }
  }

  synchronized Instant startedAt() {
    return startedAt;
  }

  synchronized long startNanos() {
    return startNanos;
  }

  synchronized Duration elapsed() {
    return Duration.ofNanos(executor.time().nanoTime() - startNanos);
  }
}
