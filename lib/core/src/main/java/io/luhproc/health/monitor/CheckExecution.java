package io.luhproc.health.monitor;

import io.luhproc.health.CheckContext;
import io.luhproc.health.CheckUnavailableException;
import io.luhproc.health.HealthCheck;
import io.luhproc.health.HealthResult;
import io.luhproc.time.Timers;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One execution of a check on a pool thread, which the timer thread can cancel. */
final class CheckExecution implements Runnable {
  // A longer check may hang; the pool grows so that other checks do not wait for its thread.
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

  /** Receives the outcome; called on the timer thread. */
  interface Listener {
    /** Called when the check exceeds its timeout. */
    void onTimeout(CheckExecution execution);

    /** Called when the check has returned and its thread is free. */
    void onResult(CheckExecution execution, Duration duration, HealthResult result);

    /** Called when the check could not run because this JVM lacks a resource. */
    void onUnavailable(CheckExecution execution, String reason);
  }

  @Override
  public void run() {
    if (!markStarted()) {
      return;
    }
    // The timeout starts here: time spent waiting for a thread does not count.
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

  /** Performs the check and returns the listener call with its outcome. */
  private Runnable perform() {
    try {
      @Nullable HealthResult result = check.check(context);
      return resultNotification(
          result == null ? HealthResult.unhealthy("the check returned null") : result);
    } catch (CheckUnavailableException e) {
      return () -> listener.onUnavailable(this, String.valueOf(e.getMessage()));
    } catch (Exception | Error e) {
      // A check is user code: any exception is a failed check, and the next one is made.
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
      // The interrupt must not reach the next check on this thread.
      boolean ignored = Thread.interrupted();
    }
    if (compensated) {
      executor.threads().shrink();
    }
  }

  /** Lets the pool start another thread until the check has returned. */
  private synchronized void compensate() {
    if (thread != null && !compensated) {
      compensated = true;
      executor.threads().grow();
    }
  }

  /** Interrupts the check, or prevents it from starting. */
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
