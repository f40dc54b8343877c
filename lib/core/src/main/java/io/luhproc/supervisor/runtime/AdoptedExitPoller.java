package io.luhproc.supervisor.runtime;

import io.luhproc.LuhprocException;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.Timers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Polls for the exits of adopted processes. They are not children of this JVM, so it can neither
 * wait for them nor read their exit codes.
 */
final class AdoptedExitPoller {
  private static final Duration POLL_INTERVAL = Duration.ofMillis(200);
  // Polling this many takes about 10 ms; the interval grows with their number.
  private static final int MAX_PER_INTERVAL = 1_000;

  private final ProcessTable table;
  private final Timers timers;
  // Confined to the timer thread.
  private final Map<ProcessIdentity, Runnable> adopted = new HashMap<>();

  AdoptedExitPoller(ProcessTable table, Timers timers) {
    this.table = table;
    this.timers = timers;
  }

  /** Runs an action once a process has exited. Must be called on the timer thread. */
  void watch(ProcessIdentity identity, Runnable ended) {
    adopted.put(identity, ended);
    if (adopted.size() == 1) {
      schedulePoll();
    }
  }

  private void schedulePoll() {
    timers.schedule(POLL_INTERVAL.multipliedBy(1 + adopted.size() / MAX_PER_INTERVAL), this::poll);
  }

  private void poll() {
    try {
      reportExited();
    } catch (LuhprocException expected) {
      // The process table is unreadable, for example without free descriptors; the next poll may
      // succeed.
    } finally {
      if (!adopted.isEmpty()) {
        schedulePoll();
      }
    }
  }

  private void reportExited() {
    Iterator<Map.Entry<ProcessIdentity, Runnable>> all = adopted.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<ProcessIdentity, Runnable> next = all.next();
      if (!table.isAlive(next.getKey())) {
        all.remove();
        next.getValue().run();
      }
    }
  }
}
