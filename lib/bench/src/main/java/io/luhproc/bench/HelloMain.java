package io.luhproc.bench;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.Task;
import io.luhproc.worker.TaskContext;

/**
 * A program that prints the duration of what it did before. The argument selects this: {@code
 * plain} is nothing, {@code lambda} is the creation of one lambda, {@code check} is {@code check()}
 * with a task that is an object of a class, {@code both} is {@code check()} with a task that is a
 * lambda.
 */
final class HelloMain {
  private HelloMain() {}

  /** Prints the duration in nanoseconds. */
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
