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
 * CPU time and memory of this JVM.
 *
 * @param cpuNanos CPU time of all live threads, see schedstat in proc(5)
 * @param rssBytes resident set size
 * @param heapBytes used heap
 */
record ResourceUsage(long cpuNanos, long rssBytes, long heapBytes) {
  private static final Duration HEAP_UNCOMMIT_DELAY = Duration.ofSeconds(3);
  // Sums with awk(1), because some shells have 32-bit arithmetic.
  private static final String CPU_SCRIPT =
      "sum() { cat /proc/$PPID/task/*/schedstat | awk '{ s += $1 } END { printf \"%.0f\", s }'; }; "
          + "before=$(sum); sleep \"$0\"; echo \"$(sum) $before\"";

  /**
   * Returns the usage after a full collection and a pause, in which G1 uncommits the free heap in
   * steps.
   */
  static ResourceUsage afterFullGc() throws IOException, InterruptedException {
    System.gc();
    System.gc();
    TimeSource.system().sleep(HEAP_UNCOMMIT_DELAY);
    return current();
  }

  static ResourceUsage current() throws IOException {
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return new ResourceUsage(readCpuNanos(), readStatus("self", "VmRSS") << 10, heap);
  }

  /** Returns a number of {@code /proc/PID/status}; sizes are in KiB. */
  static long readStatus(String pid, String name) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", pid, "status"))) {
      if (line.startsWith(name + ":")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("/proc/" + pid + "/status has no " + name);
  }

  static long readCpuNanos() throws IOException {
    return readCpuNanos("self");
  }

  /** Returns the CPU time of the live threads of a process. */
  // The times in /proc/PID/stat have steps of 10 ms.
  static long readCpuNanos(String pid) throws IOException {
    long nanos = 0;
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc", pid, "task"))) {
      for (Path thread : threads) {
        nanos += readCpuNanos(thread);
      }
    }
    return nanos;
  }

  /**
   * Returns the CPU time of all threads in the coming interval. Another process reads it, because
   * reading a thousand threads takes as much CPU time as they use in a minute.
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
      // The thread has just ended: ENOENT or ESRCH.
      return 0;
    }
  }
}
