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
 * the timers of its {@link HealthTools}: it is started and closed there, and tells its results
 * there, so none comes after {@link #close()}.
 */
public final class HealthProbe implements AutoCloseable {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  private final HealthPolicy policy;
  private final HealthTarget target;
  private final HealthTools tools;
  private final Consumer<HealthRecord> listener;
  private final long startNanos;

  private Duration pause = FIRST_PAUSE;
  private boolean everPassed;
  private boolean overdue;
  private boolean saidHung;
  private boolean saidNotMade;
  private boolean closed;
  private @Nullable CheckRun run;
  private Timers.@Nullable Timer next;

  private HealthProbe(
      HealthPolicy policy,
      HealthTarget target,
      HealthTools tools,
      Consumer<HealthRecord> listener) {
    this.policy = policy;
    this.target = target.within(policy.timeout());
    this.tools = tools;
    this.listener = listener;
    this.startNanos = tools.time().nanoTime();
  }

  /**
   * Starts to check a process; the first check comes after 100 ms, or the interval where that is
   * shorter.
   *
   * @param listener is told of each check on the thread of the timers, and may close the probe
   */
  public static HealthProbe start(
      HealthPolicy policy,
      HealthTarget target,
      HealthTools tools,
      Consumer<HealthRecord> listener) {
    HealthProbe probe = new HealthProbe(policy, target, tools, listener);
    probe.lookAfter(probe.nextPause());
    return probe;
  }

  /** Until it is known to be up, a process is looked at sooner than the policy says. */
  private Duration nextPause() {
    Duration interval = policy.interval();
    if (everPassed || pause.compareTo(interval) >= 0) {
      return interval;
    }
    Duration now = pause;
    pause = pause.multipliedBy(2);
    return now;
  }

  private void lookAfter(Duration delay) {
    if (next != null) {
      next.cancel();
    }
    next = tools.timers().schedule(delay, this::look);
  }

  private void look() {
    CheckRun hung = run;
    if (closed) {
      return;
    }
    if (hung == null) {
      begin();
    } else {
      lookAfter(policy.interval());
      tellHung(hung);
    }
  }

  private void begin() {
    CheckRun begun = new CheckRun(policy.check(), target, tools, new Answers());
    run = begun;
    overdue = false;
    saidHung = false;
    try {
      tools.threads().execute(begun);
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      lookAfter(policy.interval());
      giveUp("there is no thread for it: " + e);
    }
  }

  /** What we lack is our trouble, and says nothing about the process. */
  private void giveUp(String why) {
    run = null;
    if (!saidNotMade) {
      saidNotMade = true;
      LoggerFactory.getLogger(HealthProbe.class)
          .warn("{} cannot be checked for now, and is left as it is: {}", target, why);
    }
  }

  private void tellHung(CheckRun hung) {
    String taken = DurationAndSizeFormat.format(hung.duration());
    if (!saidHung) {
      saidHung = true;
      LoggerFactory.getLogger(HealthProbe.class)
          .warn("a check of {} does not return when interrupted and holds a thread", target);
    }
    // It counts from now: it may have begun when failures did not count yet.
    tell(tools.time().now(), tools.time().nanoTime(), hung.duration(), unreturned(taken));
  }

  private static HealthResult unreturned(String taken) {
    return HealthResult.unhealthy("the check has not returned for " + taken);
  }

  /** Comes last wherever it is called: the listener may close us, or throw. */
  private void tell(Instant time, long nanos, Duration duration, HealthResult result) {
    Duration age = Duration.ofNanos(nanos - startNanos);
    listener.accept(new HealthRecord(time, age, duration, result));
  }

  /**
   * Stops for good: no result is told after this. A check that is under way is interrupted, and
   * killed where it is a command, without waiting for it here; {@link HealthTools#close()} waits.
   */
  @Override
  public void close() {
    closed = true;
    if (next != null) {
      next.cancel();
    }
    if (run != null) {
      run.callOff();
    }
  }

  /** What the check that is under way tells. */
  private final class Answers implements CheckRun.Observer {
    @Override
    public void overdue(CheckRun late) {
      if (late == run && !closed) {
        overdue = true;
        late.callOff();
        lookAfter(policy.interval());
        tell(late, late.duration(), HealthResult.late(policy.timeout()));
      }
    }

    @Override
    public void returned(CheckRun done, Duration duration, HealthResult result) {
      if (done != run || closed) {
        return;
      }
      run = null;
      saidNotMade = false;
      if (!overdue) {
        everPassed |= result.isHealthy();
        lookAfter(nextPause());
        tell(done, duration, result);
      } else if (!everPassed) {
        // The interval was for a check that does not return; this one did, so look soon again.
        lookAfter(nextPause());
      }
    }

    @Override
    public void notMade(CheckRun done, String why) {
      if (done == run && !closed) {
        lookAfter(policy.interval());
        giveUp(why);
      }
    }

    private void tell(CheckRun done, Duration duration, HealthResult result) {
      HealthProbe.this.tell(done.began(), done.beganNanos(), duration, result);
    }
  }
}
