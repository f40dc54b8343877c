package io.luhproc.bench;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.TaskContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A program with one task that writes the time of its first statement to the file named by
 * BENCH_FILE. The time is {@code CLOCK_MONOTONIC}, which is comparable between processes. With an
 * argument, the program runs that statement without luhproc. If BENCH_WAIT is set, the task waits
 * for a stop.
 */
final class FirstStatementMain {
  static final String TASK = "BENCH_STATEMENT";
  static final String FILE = "BENCH_FILE";
  static final String WAIT = "BENCH_WAIT";

  private FirstStatementMain() {}

  /** Runs the task, or the statement alone. */
  public static void main(String[] args) throws IOException {
    if (args.length > 0) {
      writeTimestamp();
      return;
    }
    ProcessManager.builder().app("bench").task(TASK, FirstStatementMain::runTask).build().check();
  }

  private static void runTask(TaskContext context) throws IOException, InterruptedException {
    writeTimestamp();
    if (System.getenv(WAIT) != null) {
      context.ready();
      context.awaitStop(Duration.ofDays(1));
    }
  }

  private static void writeTimestamp() throws IOException {
    long now = System.nanoTime();
    Path file = Path.of(System.getenv(FILE));
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(temporary, Long.toString(now));
    Files.move(temporary, file);
  }
}
