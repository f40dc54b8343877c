package io.luhproc.supervisor.engine;

import io.luhproc.testing.VirtualTime;
import io.luhproc.testing.VirtualTimers;
import io.luhproc.time.Timers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/** An event loop in virtual time: what it is given has run, as a batch, when the giving returns. */
final class VirtualLoop implements Executor, Timers {
  private final VirtualTimers timers;
  private final Runnable afterBatch;
  private final Queue<Runnable> ready = new ArrayDeque<>();
  private boolean running;

  VirtualLoop(VirtualTime time, Runnable afterBatch) {
    this.timers = new VirtualTimers(time);
    this.afterBatch = afterBatch;
  }

  @Override
  public void execute(Runnable body) {
    ready.add(body);
    if (!running) {
      runAll();
    }
  }

  private void runAll() {
    running = true;
    try {
      while (!ready.isEmpty()) {
        while (!ready.isEmpty()) {
          ready.remove().run();
        }
        afterBatch.run();
      }
    } finally {
      running = false;
    }
  }

  @Override
  public Timer schedule(Duration delay, Runnable body) {
    return timers.schedule(delay, () -> execute(body));
  }

  /** Lets time pass. */
  void advance(Duration duration) {
    timers.advance(duration);
  }

  /** Returns how many timers are armed. */
  int timerCount() {
    return timers.size();
  }
}
