package io.luhproc.bench;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.Task;
import io.luhproc.worker.TaskContext;

/**
 * A program that says hello: {@code plain}; with {@code lambda}, after making one, as every app
 * does that names its task by a lambda; with {@code check}, after {@code check()} with one task
 * that is an object of a class; with {@code both}, after {@code check()} with one that is a lambda.
 */
final class Hello {
  private Hello() {}

  /** Says hello. */
  public static void main(String[] args) {
    long begin = System.nanoTime();
    switch (args[0]) {
      case "check" -> ProcessManager.builder().task("BENCH_TASK", new Nothing()).build().check();
      case "both" -> ProcessManager.builder().task("BENCH_TASK", context -> {}).build().check();
      case "lambda" -> {
        Runnable nothing = () -> {};
        nothing.run();
      }
      default -> {}
    }
    System.out.println(System.nanoTime() - begin);
  }

  private static final class Nothing implements Task {
    @Override
    public void run(TaskContext context) {}
  }
}
