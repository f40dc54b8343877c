package io.luhproc.worker;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessKey;
import io.luhproc.time.Threads;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/** Stops many workers at the same time: nearly all of a stop is waiting for the worker. */
final class StopAll {
  private static final int AT_ONCE = 256;

  private final Queue<ProcessKey> waiting;
  private final Function<ProcessKey, StopResult> stop;
  private final List<StopResult> results = Collections.synchronizedList(new ArrayList<>());
  private final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();

  private StopAll(List<ProcessKey> keys, Function<ProcessKey, StopResult> stop) {
    this.waiting = new ConcurrentLinkedQueue<>(keys);
    this.stop = stop;
  }

  static List<StopResult> run(List<ProcessKey> keys, Function<ProcessKey, StopResult> stop) {
    return new StopAll(keys, stop).runAll(Math.min(AT_ONCE, keys.size()));
  }

  private List<StopResult> runAll(int atOnce) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < atOnce; i++) {
      Thread thread = Threads.daemon("stop-" + i, this::stopWaiting);
      threads.add(thread);
      thread.start();
    }
    threads.forEach(this::join);
    RuntimeException first = failures.poll();
    if (first != null) {
      failures.forEach(first::addSuppressed);
      throw first;
    }
    return List.copyOf(results);
  }

  private void stopWaiting() {
    for (ProcessKey key = waiting.poll(); key != null; key = waiting.poll()) {
      try {
        results.add(stop.apply(key));
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
  }

  private void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      waiting.clear();
      failures.add(new LuhprocException("interrupted while stopping workers; stop them again", e));
    }
  }
}
