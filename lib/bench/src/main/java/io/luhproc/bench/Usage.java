package io.luhproc.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What this JVM holds and has used.
 *
 * @param cpuNanos how long its threads that live have had a processor, see schedstat in proc(5)
 * @param rss what it holds in RAM, in bytes
 * @param heap what of its heap is in use, in bytes
 */
record Usage(long cpuNanos, long rss, long heap) {

  /** Returns what it holds after a full collection, which gives the free heap back. */
  static Usage collected() throws IOException {
    System.gc();
    System.gc();
    return now();
  }

  static Usage now() throws IOException {
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return new Usage(cpu(), resident(), heap);
  }

  private static long resident() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IOException("/proc/self/status has no VmRSS");
  }

  // Not the times of /proc/self/stat, which come in steps of 10 ms.
  static long cpu() throws IOException {
    long nanos = 0;
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path thread : threads) {
        nanos += cpu(thread);
      }
    }
    return nanos;
  }

  private static long cpu(Path thread) throws IOException {
    try {
      return Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ", -1)[0]);
    } catch (NoSuchFileException expected) {
      // It has just ended.
      return 0;
    }
  }
}
