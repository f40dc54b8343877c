package io.luhproc.supervisor.runtime;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Slow work, off the supervisor's thread: what is done for one process is done in its order. Lanes
 * of the same name are one, so that what is left to do for a process that was removed comes before
 * what is done for the next one of its name.
 */
final class KeyedSerialExecutor {
  private final Executor pool;
  // Guarded by this: what waits, of lanes that are at work.
  private final Map<Object, Queue<Runnable>> queues = new HashMap<>();

  KeyedSerialExecutor(Executor pool) {
    this.pool = pool;
  }

  /** Returns what runs one thing after the other, beside what other lanes run. */
  Executor executorFor(Object name) {
    return body -> execute(name, body);
  }

  private void execute(Object name, Runnable body) {
    synchronized (this) {
      Queue<Runnable> waiting = queues.get(name);
      if (waiting != null) {
        waiting.add(body);
        return;
      }
      queues.put(name, new ArrayDeque<>());
    }
    pool.execute(() -> run(name, body));
  }

  private void run(Object name, Runnable first) {
    for (Runnable body = first; body != null; body = pollNext(name)) {
      try {
        body.run();
      } catch (RuntimeException | Error e) {
        LoggerFactory.getLogger(KeyedSerialExecutor.class).error("work for a process failed", e);
      }
    }
  }

  private synchronized @Nullable Runnable pollNext(Object name) {
    Queue<Runnable> waiting = queues.get(name);
    Runnable body = waiting == null ? null : waiting.poll();
    if (body == null) {
      queues.remove(name);
    }
    return body;
  }
}
