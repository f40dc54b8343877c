package io.luhproc.procfs;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Who is a thread of the kernel and no program: the children of kthreadd, pid 2, whom {@code
 * /proc/2/task/2/children} lists in one read, see proc(5). They are the greater part of most
 * process tables, start no program and never belong to a tree, so nobody needs to read each.
 *
 * <p>The list may lack some while threads come and go; these are read as any process is. In a
 * container pid 2 is any program, and without CONFIG_PROC_CHILDREN there is no list.
 */
final class KernelThreads {
  private static final long KTHREADD = 2;
  private static final int STAT_SIZE = 2048;
  private static final long[] NONE = {};

  private final String childrenFile;
  private final boolean supported;

  KernelThreads(String proc) {
    this.childrenFile = proc.concat("2/task/2/children");
    this.supported = isKernelThread(proc.concat("2/stat"));
  }

  private static boolean isKernelThread(String stat) {
    byte[] line = new byte[STAT_SIZE];
    try (InputStream in = new FileInputStream(stat)) {
      return StatParser.isKernelThread(line, in.read(line));
    } catch (IOException ignored) {
      // Not Linux as we know it, or nobody has this pid.
      return false;
    }
  }

  /** Returns those that live now, in order; none where that is not known. */
  long[] pids() {
    if (!supported) {
      return NONE;
    }
    try (InputStream in = new FileInputStream(childrenFile)) {
      return sorted(in.readAllBytes());
    } catch (IOException ignored) {
      // It is not there, or there are no descriptors: who lists processes next says so.
      return NONE;
    }
  }

  private static long[] sorted(byte[] text) {
    long[] pids = new long[text.length / 2 + 2];
    pids[0] = KTHREADD;
    int count = 1;
    long pid = 0;
    for (byte c : text) {
      if (c >= '0' && c <= '9') {
        pid = pid * 10 + c - '0';
      } else if (pid > 0) {
        pids[count++] = pid;
        pid = 0;
      }
    }
    long[] all = Arrays.copyOf(pids, count);
    Arrays.sort(all);
    return all;
  }
}
