package io.luhproc.health;

import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The checks of one running process, from its start to its end. It belongs to the thread that runs
 * the timers of its {@link HealthExecutor}: it is started and closed there, and tells its results
 * there, so none comes after {@link #close()}.
 */
public final class HealthMonitor implements AutoCloseable {
  private static final Duration INITIAL_DELAY = Duration.ofMillis(100);

  private final HealthPolicy policy;
  private final CheckContext context;
  private final HealthExecutor executor;
  private final Consumer<CheckRecord> listener;
  private final long startNanos;

  private Duration startupDelay = INITIAL_DELAY;
  private boolean everHealthy;
  private boolean timedOut;
  private boolean hungLogged;
  private boolean unavailableLogged;
  private boolean closed;
  private @Nullable CheckExecution execution;
  private Timers.@Nullable Timer timer;

  private HealthMonitor(
      HealthPolicy policy,
      CheckContext context,
      HealthExecutor executor,
      Consumer<CheckRecord> listener) {
    this.policy = policy;
    this.context = context.withTimeout(policy.timeout());
    this.executor = executor;
    this.listener = listener;
    this.startNanos = executor.time().nanoTime();
  }

  /**
   * Starts to check a process; the first check comes after 100 ms, or the interval where that is
   * shorter.
   *
   * @param listener is told of each check on the thread of the timers, and may close the probe
   */
  public static HealthMonitor start(
      HealthPolicy policy,
      CheckContext context,
      HealthExecutor executor,
      Consumer<CheckRecord> listener) {
    HealthMonitor monitor = new HealthMonitor(policy, context, executor, listener);
    monitor.scheduleCheck(monitor.nextDelay());
    return monitor;
  }

  /** Until it is known to be up, a process is looked at sooner than the policy says. */
  private Duration nextDelay() {
    Duration interval = policy.interval();
    if (everHealthy || startupDelay.compareTo(interval) >= 0) {
      return interval;
    }
    Duration delay = startupDelay;
    startupDelay = startupDelay.multipliedBy(2);
    return delay;
  }

  private void scheduleCheck(Duration delay) {
    if (timer != null) {
      timer.cancel();
    }
    timer = executor.timers().schedule(delay, this::onTimer);
  }

  private void onTimer() {
    CheckExecution hung = execution;
    if (closed) {
      return;
    }
    if (hung == null) {
      startCheck();
    } else {
      scheduleCheck(policy.interval());
      publishHung(hung);
    }
  }

  private void startCheck() {
    CheckExecution started =
        new CheckExecution(policy.check(), context, executor, new ExecutionListener());
    execution = started;
    timedOut = false;
    hungLogged = false;
    try {
      executor.threads().execute(started);
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      scheduleCheck(policy.interval());
      skipUnavailable("there is no thread for it: " + e);
    }
  }

  /** What we lack is our trouble, and says nothing about the process. */
  private void skipUnavailable(String reason) {
    execution = null;
    if (!unavailableLogged) {
      unavailableLogged = true;
      LoggerFactory.getLogger(HealthMonitor.class)
          .warn("{} cannot be checked for now, and is left as it is: {}", context, reason);
    }
  }

  private void publishHung(CheckExecution hung) {
    String elapsed = DurationAndSizeFormat.format(hung.elapsed());
    if (!hungLogged) {
      hungLogged = true;
      LoggerFactory.getLogger(HealthMonitor.class)
          .warn("a check of {} does not return when interrupted and holds a thread", context);
    }
    // It counts from now: it may have begun when failures did not count yet.
    publish(executor.time().now(), executor.time().nanoTime(), hung.elapsed(), hungResult(elapsed));
  }

  private static HealthResult hungResult(String elapsed) {
    return HealthResult.unhealthy("the check has not returned for " + elapsed);
  }

  /** Comes last wherever it is called: the listener may close us, or throw. */
  private void publish(
      Instant startedAt, long startedAtNanos, Duration duration, HealthResult result) {
    Duration monitoredFor = Duration.ofNanos(startedAtNanos - startNanos);
    listener.accept(new CheckRecord(startedAt, monitoredFor, duration, result));
  }

  /**
   * Stops for good: no result is told after this. A check that is under way is interrupted, and
   * killed where it is a command, without waiting for it here; {@link HealthExecutor#close()}
   * waits.
   */
  @Override
  public void close() {
    closed = true;
    if (timer != null) {
      timer.cancel();
    }
    if (execution != null) {
      execution.cancel();
    }
  }

  /** What the check that is under way tells. */
  private final class ExecutionListener implements CheckExecution.Listener {
    @Override
    public void onTimeout(CheckExecution source) {
      if (source == execution && !closed) {
        timedOut = true;
        source.cancel();
        scheduleCheck(policy.interval());
        publish(source, source.elapsed(), HealthResult.timedOut(policy.timeout()));
      }
    }

    @Override
    public void onResult(CheckExecution source, Duration duration, HealthResult result) {
      if (source != execution || closed) {
        return;
      }
      execution = null;
      unavailableLogged = false;
      if (!timedOut) {
        everHealthy |= result.isHealthy();
        scheduleCheck(nextDelay());
        publish(source, duration, result);
      } else if (!everHealthy) {
        // The interval was for a check that does not return; this one did, so look soon again.
        scheduleCheck(nextDelay());
      }
    }

    @Override
    public void onUnavailable(CheckExecution source, String reason) {
      if (source == execution && !closed) {
        scheduleCheck(policy.interval());
        skipUnavailable(reason);
      }
    }

    private void publish(CheckExecution source, Duration duration, HealthResult result) {
      HealthMonitor.this.publish(source.startedAt(), source.startNanos(), duration, result);
    }
  }
}
