package com.example.modular;

import io.luhproc.worker.Task;
import io.luhproc.worker.TaskContext;
import java.time.Duration;

/** A task that prints one line and waits until it is asked to stop. */
final class Ticker implements Task {
  static final String TASK = "TICKER";

  @Override
  public void run(TaskContext context) throws InterruptedException {
    System.out.println("tick in " + Ticker.class.getModule());
    context.ready();
    context.heartbeat();
    context.awaitStop(Duration.ofMinutes(5));
  }
}
