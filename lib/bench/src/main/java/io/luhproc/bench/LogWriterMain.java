package io.luhproc.bench;

import io.luhproc.log.LogPolicy;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.TaskContext;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A program with one task that writes lines of 100 bytes to stdout as fast as possible, one
 * write(2) per line, and writes the duration to a file. Its log is rotated at BENCH_BYTES.
 */
final class LogWriterMain {
  static final String TASK = "BENCH_WRITER";
  static final String MAX_BYTES = "BENCH_BYTES";
  static final String RESULT_FILE = "BENCH_FILE";
  static final int LINES = 1_000_000;

  private static final byte[] LINE = ("x".repeat(99) + "\n").getBytes(StandardCharsets.US_ASCII);

  private LogWriterMain() {}

  /** Runs the task. */
  public static void main(String[] args) {
    String bytes = System.getenv().getOrDefault(MAX_BYTES, "10485760");
    ProcessManager.builder()
        .app("bench")
        .task(TASK, LogWriterMain::writeLines)
        .logs(LogPolicy.defaults().withMaxBytes(Long.parseLong(bytes)))
        .build()
        .check();
  }

  private static void writeLines(TaskContext context) throws IOException {
    long start = System.nanoTime();
    try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
      for (int i = 0; i < LINES; i++) {
        out.write(LINE);
      }
    }
    long nanos = System.nanoTime() - start;
    Files.writeString(Path.of(System.getenv(RESULT_FILE)), Long.toString(nanos));
  }
}
