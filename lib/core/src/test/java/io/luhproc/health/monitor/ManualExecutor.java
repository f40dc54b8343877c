package io.luhproc.health.monitor;

import io.luhproc.time.ResizableExecutor;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;

/** Executor that queues tasks until the test runs them on its own thread. */
final class ManualExecutor implements ResizableExecutor {
  private final Queue<Runnable> queue = new ArrayDeque<>();
  private int compensating;
  private boolean rejecting;

  @Override
  public void execute(Runnable body) {
    if (rejecting) {
      throw new RejectedExecutionException("no thread");
    }
    queue.add(body);
  }

  void setRejecting(boolean reject) {
    rejecting = reject;
  }

  @Override
  public void grow() {
    compensating++;
  }

  @Override
  public void shrink() {
    compensating--;
  }

  @Override
  public void close() {
    queue.clear();
  }

  int compensating() {
    return compensating;
  }

  int queued() {
    return queue.size();
  }

  void runNext() {
    queue.remove().run();
  }
}
