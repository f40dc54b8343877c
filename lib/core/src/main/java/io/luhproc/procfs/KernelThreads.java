package io.luhproc.procfs;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Lists the kernel threads, so that a scan of the process table can skip them.
 *
 * <p>Kernel threads are the children of kthreadd, pid 2. {@code /proc/2/task/2/children} lists them
 * in one read, see proc(5). They are the majority in most process tables and never belong to a
 * process tree.
 *
 * <p>The list may be incomplete while threads start and exit; missing ones are read like any
 * process. In a container, pid 2 is an ordinary program. Without CONFIG_PROC_CHILDREN there is no
 * list.
 */
final class KernelThreads {
  private static final long KTHREADD = 2;
  private static final int STAT_SIZE = 2048;
  private static final long[] NONE = {};

  private final String childrenFile;
  private final boolean supported;

  KernelThreads(String proc) {
    this.childrenFile = proc + "2/task/2/children";
    this.supported = isKernelThread(proc + "2/stat");
  }

  private static boolean isKernelThread(String stat) {
    byte[] line = new byte[STAT_SIZE];
    try (InputStream in = new FileInputStream(stat)) {
      return StatParser.isKernelThread(line, in.read(line));
    } catch (IOException ignored) {
      // No process has this pid.
      return false;
    }
  }

  /** Returns the pids of the kernel threads in ascending order; empty if unknown. */
  long[] pids() {
    if (!supported) {
      return NONE;
    }
    try (InputStream in = new FileInputStream(childrenFile)) {
      return withKthreadd(parse(in.readAllBytes()));
    } catch (IOException ignored) {
      // There is no list, or no free file descriptor, which the scan that follows reports.
      return NONE;
    }
  }

  private static long[] withKthreadd(long[] children) {
    long[] all = Arrays.copyOf(children, children.length + 1);
    all[children.length] = KTHREADD;
    Arrays.sort(all);
    return all;
  }

  /** Parses pids that are each followed by a space. */
  static long[] parse(byte[] text) {
    long[] pids = new long[text.length / 2 + 1];
    int count = 0;
    long pid = 0;
    for (byte c : text) {
      if (c >= '0' && c <= '9') {
        pid = pid * 10 + c - '0';
      } else if (pid > 0) {
        pids[count++] = pid;
        pid = 0;
      }
    }
    return Arrays.copyOf(pids, count);
  }
}
