package io.luhproc.bench;

import io.luhproc.time.TimeSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What this JVM holds and has used.
 *
 * @param cpuNanos how long its threads that live have had a processor, see schedstat in proc(5)
 * @param rssBytes what it holds in RAM, in bytes
 * @param heapBytes what of its heap is in use, in bytes
 */
record ResourceUsage(long cpuNanos, long rssBytes, long heapBytes) {
  private static final Duration HEAP_UNCOMMIT_DELAY = Duration.ofSeconds(3);
  // Of all threads that live both times, summed by awk(1), as shells count in 32 bits at times.
  private static final String CPU_SCRIPT =
      "sum() { cat /proc/$PPID/task/*/schedstat | awk '{ s += $1 } END { printf \"%.0f\", s }'; }; "
          + "before=$(sum); sleep \"$0\"; echo \"$(sum) $before\"";

  /**
   * Returns what it holds after a full collection, which gives the free heap back: a thread of G1
   * does so bit by bit.
   */
  static ResourceUsage afterFullGc() throws IOException, InterruptedException {
    System.gc();
    System.gc();
    TimeSource.system().sleep(HEAP_UNCOMMIT_DELAY);
    return current();
  }

  static ResourceUsage current() throws IOException {
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return new ResourceUsage(readCpuNanos(), readRssBytes(), heap);
  }

  private static long readRssBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IOException("/proc/self/status has no VmRSS");
  }

  // Not the times of /proc/self/stat, which come in steps of 10 ms.
  static long readCpuNanos() throws IOException {
    long nanos = 0;
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path thread : threads) {
        nanos += readCpuNanos(thread);
      }
    }
    return nanos;
  }

  /**
   * Returns how long the threads have a processor in the time to come. Another process looks: to
   * look at a thousand threads takes as long as they do in a minute.
   */
  static long measureCpuExternally(Duration time) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-c", CPU_SCRIPT, String.valueOf(time.toSeconds()));
    Process shell = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader in = shell.inputReader()) {
      String[] sums = in.readLine().split(" ", -1);
      return Long.parseLong(sums[0]) - Long.parseLong(sums[1]);
    }
  }

  private static long readCpuNanos(Path thread) {
    try {
      return Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ", -1)[0]);
    } catch (IOException expected) {
      // It has just ended: there is no such file, or no such process behind it, ESRCH.
      return 0;
    }
  }
}
