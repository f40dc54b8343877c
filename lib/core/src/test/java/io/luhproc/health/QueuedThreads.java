package io.luhproc.health;

import io.luhproc.time.ResizableExecutor;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;

/** Threads on which nothing runs until the test says so, and then on the test's own. */
final class QueuedThreads implements ResizableExecutor {
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int extra;
  private boolean refusing;

  @Override
  public void execute(Runnable body) {
    if (refusing) {
      throw new RejectedExecutionException("no thread");
    }
    waiting.add(body);
  }

  void refuse(boolean refuse) {
    refusing = refuse;
  }

  @Override
  public void grow() {
    extra++;
  }

  @Override
  public void shrink() {
    extra--;
  }

  @Override
  public void close() {
    waiting.clear();
  }

  int extra() {
    return extra;
  }

  int waiting() {
    return waiting.size();
  }

  void runNext() {
    waiting.remove().run();
  }
}
