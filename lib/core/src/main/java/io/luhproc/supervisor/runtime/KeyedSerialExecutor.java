package io.luhproc.supervisor.runtime;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Runs slow work on a pool, in order for each key. The key is a process directory, so the work for
 * a removed process comes before the work for its successor.
 */
final class KeyedSerialExecutor {
  private final Executor pool;
  // Guarded by this: the waiting work of each key that has running work.
  private final Map<Object, Queue<Runnable>> queues = new HashMap<>();

  KeyedSerialExecutor(Executor pool) {
    this.pool = pool;
  }

  /** Returns an executor that runs one body at a time for a key. */
  Executor executorFor(Object key) {
    return body -> execute(key, body);
  }

  private void execute(Object key, Runnable body) {
    synchronized (this) {
      Queue<Runnable> waiting = queues.get(key);
      if (waiting != null) {
        waiting.add(body);
        return;
      }
      queues.put(key, new ArrayDeque<>());
    }
    pool.execute(() -> run(key, body));
  }

  private void run(Object key, Runnable first) {
    for (Runnable body = first; body != null; body = pollNext(key)) {
      try {
        body.run();
      } catch (RuntimeException | Error e) {
        LoggerFactory.getLogger(KeyedSerialExecutor.class).error("work for a process failed", e);
      }
    }
  }

  private synchronized @Nullable Runnable pollNext(Object key) {
    Queue<Runnable> waiting = queues.get(key);
    Runnable body = waiting == null ? null : waiting.poll();
    if (body == null) {
      queues.remove(key);
    }
    return body;
  }
}
