package io.luhproc.supervisor.engine;

import io.luhproc.testing.VirtualTime;
import io.luhproc.testing.VirtualTimers;
import io.luhproc.time.Timers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/** An event loop in virtual time; a body has run when {@code execute} returns. */
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

  /** Advances the time. */
  void advance(Duration duration) {
    timers.advance(duration);
  }

  /** Returns the number of armed timers. */
  int timerCount() {
    return timers.size();
  }
}
