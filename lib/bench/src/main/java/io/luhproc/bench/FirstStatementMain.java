package io.luhproc.bench;

import io.luhproc.worker.ProcessManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A program with one task, which notes when its first statement ran in the file that BENCH_FILE
 * names. The clock is the machine's, {@code CLOCK_MONOTONIC}, so another process can compare. With
 * an argument it runs that statement as a program of its own, without luhproc.
 */
final class FirstStatementMain {
  static final String TASK = "BENCH_STATEMENT";
  static final String FILE = "BENCH_FILE";

  private FirstStatementMain() {}

  /** Runs the task, or the bare statement. */
  public static void main(String[] args) throws IOException {
    if (args.length > 0) {
      writeTimestamp();
      return;
    }
    ProcessManager.builder().app("bench").task(TASK, context -> writeTimestamp()).build().check();
  }

  private static void writeTimestamp() throws IOException {
    long now = System.nanoTime();
    Path file = Path.of(System.getenv(FILE));
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(temporary, Long.toString(now));
    Files.move(temporary, file);
  }
}
