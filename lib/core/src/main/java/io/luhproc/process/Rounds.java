package io.luhproc.process;

import io.luhproc.LuhprocException;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import io.luhproc.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Runs any number of errands with one roll call a round, for one thread. In between, an errand
 * costs a glance at one of the processes that it waits for, ever more rarely up to every 20 ms.
 *
 * <p>Roll calls take at most half of the time: after one that took 10 ms nobody looks for 10 ms,
 * and who comes due meanwhile shares the next. So a single errand is served at once, and a hundred
 * that end one after the other do not take a hundred looks. Nobody waits for more than 200 ms so.
 */
final class Rounds {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(20);
  // A roll call during which this JVM was stopped took long, and says nothing of the next.
  private static final Duration LONGEST_REST = Duration.ofMillis(200);
  // Nothing can be looked at while this JVM is out of descriptors, say.
  private static final Duration RETRY = Duration.ofMillis(50);

  private final ProcessTable table;
  private final TimeSource time;
  private final Timers timers;
  private final CookieJar jar = new CookieJar();
  private final List<Waiting<?>> waiting = new ArrayList<>();
  private Deadline rest;
  private Optional<Timers.Timer> wake = Optional.empty();

  Rounds(ProcessTable table, TimeSource time, Timers timers) {
    this.table = table;
    this.time = time;
    this.timers = timers;
    this.rest = Deadline.after(time, Duration.ZERO);
  }

  /** Takes an errand on; the next {@link #turn()} serves it. */
  <T> void add(Errand<T> errand, CompletableFuture<T> answer) {
    waiting.add(new Waiting<>(errand, answer));
  }

  /** Does all that is due now, and asks the timers for the next turn. */
  void turn() {
    waiting.removeIf(Waiting::isOver);
    List<Waiting<?>> due = new ArrayList<>();
    for (Waiting<?> one : waiting) {
      if (one.isDue(time)) {
        due.add(one);
      }
    }
    try {
      if (!due.isEmpty() && rest.expired()) {
        serve(due);
      }
    } finally {
      waiting.removeIf(Waiting::isOver);
      plan();
    }
  }

  private void serve(List<Waiting<?>> due) {
    long begin = time.nanoTime();
    rest = Deadline.after(time, RETRY);
    Optional<RollCall> present = rollCall(due);
    if (present.isPresent()) {
      Duration took = Duration.ofNanos(time.nanoTime() - begin);
      rest = Deadline.after(time, shorter(took, LONGEST_REST));
      for (Waiting<?> one : due) {
        one.look(present.get(), time);
      }
    }
  }

  private Optional<RollCall> rollCall(List<Waiting<?>> due) {
    long firstTicks = Long.MAX_VALUE;
    Deadline end = due.get(0).errand.end();
    for (Waiting<?> one : due) {
      firstTicks = Math.min(firstTicks, one.errand.firstTicks());
      end = later(end, one.errand.end());
    }
    try {
      return Optional.of(new RollCall(table, jar, firstTicks, end));
    } catch (LuhprocException e) {
      for (Waiting<?> one : due) {
        one.retry(e, time);
      }
      return Optional.empty();
    }
  }

  private static Deadline later(Deadline one, Deadline other) {
    return one.remaining().compareTo(other.remaining()) < 0 ? other : one;
  }

  private void plan() {
    wake.ifPresent(Timers.Timer::cancel);
    wake = Optional.empty();
    Iterator<Waiting<?>> all = waiting.iterator();
    if (all.hasNext()) {
      Duration next = all.next().untilNext(rest);
      while (all.hasNext()) {
        next = shorter(next, all.next().untilNext(rest));
      }
      wake = Optional.of(timers.after(next, this::turn));
    }
  }

  static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** An errand and who wants to know what comes of it. */
  private static final class Waiting<T> {
    private final Errand<T> errand;
    private final CompletableFuture<T> answer;
    private Optional<Deadline> glance = Optional.empty();
    private Duration pause = FIRST_PAUSE;
    private boolean due;

    Waiting(Errand<T> errand, CompletableFuture<T> answer) {
      this.errand = errand;
      this.answer = answer;
    }

    /** Returns whether it is done, has failed, or was called off by who wanted it. */
    boolean isOver() {
      return answer.isDone();
    }

    /** Glances, when it is time to, whether the next look is due. */
    boolean isDue(TimeSource time) {
      if (!due && (glance.isEmpty() || isSoon(glance.get()))) {
        glance(time);
      }
      return due;
    }

    /** Within half a pause, so that those who wait equally long come to glance at the same time. */
    private boolean isSoon(Deadline deadline) {
      Duration left = deadline.remaining();
      return left.plus(left).compareTo(pause) <= 0;
    }

    private void glance(TimeSource time) {
      glance = Optional.of(Deadline.after(time, shorter(pause, errand.patience().remaining())));
      pause = shorter(pause.plus(pause), LONGEST_PAUSE);
      run(() -> due = errand.getAsBoolean() || errand.patience().expired(), time);
    }

    void look(RollCall present, TimeSource time) {
      due = false;
      glance = Optional.empty();
      pause = FIRST_PAUSE;
      run(() -> errand.look(present), time);
      if (errand.isDone()) {
        boolean ignored = answer.complete(errand.result());
      }
    }

    /** What fails for one errand changes nothing for the others. */
    private void run(Runnable step, TimeSource time) {
      try {
        step.run();
      } catch (LuhprocException e) {
        retry(e, time);
      } catch (RuntimeException | Error e) {
        boolean ignored = answer.completeExceptionally(e);
      }
    }

    /** Does the step again in a while, or fails when there is no time left for it. */
    void retry(LuhprocException cause, TimeSource time) {
      if (errand.end().expired()) {
        boolean ignored = answer.completeExceptionally(cause);
      }
      due = false;
      glance = Optional.of(Deadline.after(time, RETRY));
    }

    Duration untilNext(Deadline rest) {
      if (due) {
        return rest.remaining();
      }
      return glance.isEmpty() ? Duration.ZERO : glance.get().remaining();
    }
  }
}
