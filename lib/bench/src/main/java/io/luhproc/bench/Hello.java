package io.luhproc.bench;

import io.luhproc.worker.ProcessManager;

/**
 * A program that says hello: {@code plain}; with {@code lambda}, after making one, as every app
 * does that names its task by a lambda; with {@code check}, after {@code check()} with one task.
 */
final class Hello {
  private Hello() {}

  /** Says hello. */
  public static void main(String[] args) {
    long begin = System.nanoTime();
    switch (args[0]) {
      case "check" -> ProcessManager.builder().task("BENCH_TASK", context -> {}).build().check();
      case "lambda" -> {
        Runnable nothing = () -> {};
        nothing.run();
      }
      default -> {}
    }
    System.out.println(System.nanoTime() - begin);
  }
}
