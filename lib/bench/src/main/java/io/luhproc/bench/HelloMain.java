package io.luhproc.bench;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.Task;
import io.luhproc.worker.TaskContext;

/**
 * A program that says hello: {@code plain}; with {@code lambda}, after making one, as every app
 * does that names its task by a lambda; with {@code check}, after {@code check()} with one task
 * that is an object of a class; with {@code both}, after {@code check()} with one that is a lambda.
 */
final class HelloMain {
  private HelloMain() {}

  /** Says hello. */
  public static void main(String[] args) {
    long start = System.nanoTime();
    switch (args[0]) {
      case "check" -> ProcessManager.builder().task("BENCH_TASK", new EmptyTask()).build().check();
      case "both" -> ProcessManager.builder().task("BENCH_TASK", context -> {}).build().check();
      case "lambda" -> {
        Runnable runnable = () -> {};
        runnable.run();
      }
      default -> {}
    }
    System.out.println(System.nanoTime() - start);
  }

  private static final class EmptyTask implements Task {
    @Override
    public void run(TaskContext context) {}
  }
}
