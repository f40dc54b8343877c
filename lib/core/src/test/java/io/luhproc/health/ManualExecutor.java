package io.luhproc.health;

import io.luhproc.time.ResizableExecutor;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;

/** Threads on which nothing runs until the test says so, and then on the test's own. */
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
