package io.luhproc.health.monitor;

import io.luhproc.health.CheckRecord;
import io.luhproc.health.HealthPolicy;
import io.luhproc.health.HealthResult;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Checks one running process periodically, from its start to its exit.
 *
 * <p>It is started and closed on the thread that runs the timers of its {@link HealthExecutor}, and
 * calls its listener there. So no result is published after {@link #close()}.
 */
public final class HealthMonitor implements AutoCloseable {
  private static final Duration INITIAL_DELAY = Duration.ofMillis(100);

  private final HealthPolicy policy;
  private final MonitorCheckContext context;
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
      MonitoredProcess process,
      HealthExecutor executor,
      Consumer<CheckRecord> listener) {
    this.policy = policy;
    this.context = executor.contextOf(process, policy.timeout());
    this.executor = executor;
    this.listener = listener;
    this.startNanos = executor.time().nanoTime();
  }

  /**
   * Starts to monitor a process. The first check is made after 100 ms, or after the interval if
   * that is shorter.
   *
   * @param listener receives each result on the timer thread; it may close the monitor
   */
  public static HealthMonitor start(
      HealthPolicy policy,
      MonitoredProcess process,
      HealthExecutor executor,
      Consumer<CheckRecord> listener) {
    HealthMonitor monitor = new HealthMonitor(policy, process, executor, listener);
    monitor.scheduleCheck(monitor.nextDelay());
    return monitor;
  }

  /** Returns doubling delays until the first success, so that startup is noticed early. */
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
      skipUnavailable("no thread is available: " + e);
    }
  }

  /**
   * Drops the check without a result: a resource that this JVM lacks is no failure of the process.
   */
  private void skipUnavailable(String reason) {
    execution = null;
    if (!unavailableLogged) {
      unavailableLogged = true;
      LoggerFactory.getLogger(HealthMonitor.class)
          .warn("cannot check {}: {}; its health stays as it is", context, reason);
    }
  }

  private void publishHung(CheckExecution hung) {
    String elapsed = DurationAndSizeFormat.format(hung.elapsed());
    if (!hungLogged) {
      hungLogged = true;
      LoggerFactory.getLogger(HealthMonitor.class)
          .warn("a check of {} ignores its interrupt and blocks a thread", context);
    }
    // The record starts now: when the check started, failures may not have counted yet.
    publish(executor.time().now(), executor.time().nanoTime(), hung.elapsed(), hungResult(elapsed));
  }

  private static HealthResult hungResult(String elapsed) {
    return HealthResult.unhealthy("the check has not returned for " + elapsed);
  }

  /** Must be the last call of its caller: the listener may close this monitor, or throw. */
  private void publish(
      Instant startedAt, long startedAtNanos, Duration duration, HealthResult result) {
    Duration monitoredFor = Duration.ofNanos(startedAtNanos - startNanos);
    if (!result.isHealthy()) {
      context.listeners().forget(); // another process may listen next time
    }
    listener.accept(new CheckRecord(startedAt, monitoredFor, duration, result));
  }

  /**
   * Stops monitoring; no result is published afterwards. A running check is interrupted, which
   * kills its command, without waiting for it here; {@link HealthExecutor#close()} waits.
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

  /** Handles the outcome of a check; outcomes of superseded checks are ignored. */
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
        // onTimeout has scheduled a full interval; the startup delay applies again.
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
