package io.luhproc.supervisor;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Slow work, off the supervisor's thread: what is done for one process is done in its order. */
final class Lanes {
  private final Executor pool;

  Lanes(Executor pool) {
    this.pool = pool;
  }

  /** Returns what runs one thing after the other, beside what other lanes run. */
  Executor lane() {
    return new Lane();
  }

  private final class Lane implements Executor, Runnable {
    // Guarded by this.
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    @Override
    public void execute(Runnable body) {
      synchronized (this) {
        waiting.add(body);
        if (running) {
          return;
        }
        running = true;
      }
      pool.execute(this);
    }

    @Override
    public void run() {
      for (Runnable body = next(); body != null; body = next()) {
        try {
          body.run();
        } catch (RuntimeException | Error e) {
          LoggerFactory.getLogger(Lanes.class).error("work for a process failed", e);
        }
      }
    }

    private synchronized @Nullable Runnable next() {
      Runnable body = waiting.poll();
      running = body != null;
      return body;
    }
  }
}
