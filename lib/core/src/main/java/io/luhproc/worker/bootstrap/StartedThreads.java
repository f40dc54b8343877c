package io.luhproc.worker.bootstrap;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The non-daemon threads that were started after a point in time. A JVM waits for such threads when
 * {@code main} returns.
 */
public final class StartedThreads {
  private final List<Thread> before = liveThreads();

  /** Returns the live non-daemon threads that were started after this object was created. */
  public List<Thread> live() {
    List<Thread> started = new ArrayList<>();
    for (Thread thread : liveThreads()) {
      // Thread has no equals method of its own, so this compares identities.
      if (!thread.isDaemon() && !before.contains(thread)) {
        started.add(thread);
      }
    }
    return started;
  }

  private static List<Thread> liveThreads() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    while (group.getParent() != null) {
      group = group.getParent();
    }
    // The count is an estimate, and enumerate() ignores what does not fit.
    Thread[] threads = new Thread[2 * group.activeCount() + 8];
    int count = group.enumerate(threads);
    return Arrays.asList(threads).subList(0, count);
  }
}
