package io.luhproc.worker;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessKey;
import io.luhproc.posix.Posix;
import io.luhproc.time.Threads;
import io.luhproc.tree.TreeStopService;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/**
 * Stops many workers concurrently. All share one {@link TreeStopService}, so each round scans the
 * process table once and not once per worker. The threads only wait: for locks, and for the
 * service.
 */
final class ParallelStop {
  private static final int MAX_THREADS = 256;

  private final Queue<ProcessKey> pending;
  private final Function<ProcessKey, StopResult> stop;
  private final List<StopResult> results = Collections.synchronizedList(new ArrayList<>());
  private final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();

  private ParallelStop(List<ProcessKey> keys, Function<ProcessKey, StopResult> stop) {
    this.pending = new ConcurrentLinkedQueue<>(keys);
    this.stop = stop;
  }

  /** Stops workers, see {@link ProcessManager#stopAll(String, StopOptions)}. */
  static List<StopResult> run(ManagerContext context, List<ProcessKey> keys, StopOptions options) {
    if (keys.isEmpty()) {
      return List.of();
    }
    try (TreeStopService service =
        TreeStopService.start(context.table(), Posix.lazy(), context.time())) {
      WorkerStopper stopper = new WorkerStopper(context, service);
      return run(keys, key -> stopper.stop(key, options));
    }
  }

  static List<StopResult> run(List<ProcessKey> keys, Function<ProcessKey, StopResult> stop) {
    return new ParallelStop(keys, stop).runThreads(Math.min(MAX_THREADS, keys.size()));
  }

  private List<StopResult> runThreads(int threadCount) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < threadCount; i++) {
      Thread thread = Threads.daemon("stop-" + i, this::stopPending);
      threads.add(thread);
      thread.start();
    }
    join(threads);
    RuntimeException first = failures.poll();
    if (first != null) {
      failures.forEach(first::addSuppressed);
      throw first;
    }
    return List.copyOf(results);
  }

  private void stopPending() {
    for (ProcessKey key = pending.poll(); key != null; key = pending.poll()) {
      try {
        results.add(stop.apply(key));
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
  }

  private void join(List<Thread> threads) {
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      pending.clear();
      failures.add(new LuhprocException("interrupted while stopping workers; stop them again", e));
    }
  }
}
