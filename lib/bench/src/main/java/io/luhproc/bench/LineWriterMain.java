package io.luhproc.bench;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A command without our library that writes lines of 80 bytes to stdout as fast as possible, one
 * write(2) each, and writes its duration and CPU time to a file: {@code LineWriterMain LINES FILE}.
 */
final class LineWriterMain {
  static final int LINE_BYTES = 80;

  private LineWriterMain() {}

  /** Writes the lines. */
  public static void main(String[] args) throws IOException {
    byte[] line = ("x".repeat(LINE_BYTES - 1) + "\n").getBytes(StandardCharsets.US_ASCII);
    int lines = Integer.parseInt(args[0]);
    long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    long start = System.nanoTime();
    try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
      for (int i = 0; i < lines; i++) {
        out.write(line);
      }
    }
    long nanos = System.nanoTime() - start;
    cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu;
    Path result = Path.of(args[1]);
    Path temp = result.resolveSibling(result.getFileName() + ".tmp");
    Files.writeString(temp, nanos + " " + cpu);
    Files.move(temp, result, StandardCopyOption.ATOMIC_MOVE);
  }
}
