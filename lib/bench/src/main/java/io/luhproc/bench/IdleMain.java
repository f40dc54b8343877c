package io.luhproc.bench;

import io.luhproc.worker.ProcessManager;
import java.util.concurrent.CountDownLatch;

/** A program whose task waits for a stop; with an argument, it waits without luhproc. */
final class IdleMain {
  static final String TASK = "BENCH_IDLE";

  private IdleMain() {}

  /** Waits until it is killed. */
  public static void main(String[] args) throws InterruptedException {
    if (args.length > 0) {
      new CountDownLatch(1).await();
    }
    ProcessManager.builder()
        .app("bench")
        .task(TASK, context -> new CountDownLatch(1).await())
        .build()
        .check();
  }
}
