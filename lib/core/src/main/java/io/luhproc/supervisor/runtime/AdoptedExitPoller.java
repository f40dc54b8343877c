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
 * Tells when processes of a former supervisor end: they are looked at again and again, and what
 * they exited with went to whoever is their parent now.
 */
final class AdoptedExitPoller {
  private static final Duration POLL_INTERVAL = Duration.ofMillis(200);
  // So many looks take some 10 ms; beyond it the pause grows with their number.
  private static final int MAX_PER_INTERVAL = 1_000;

  private final ProcessTable table;
  private final Timers timers;
  // Belongs to the thread of the timers.
  private final Map<ProcessIdentity, Runnable> adopted = new HashMap<>();

  AdoptedExitPoller(ProcessTable table, Timers timers) {
    this.table = table;
    this.timers = timers;
  }

  /** Tells when such a process has ended; called on the thread of the timers. */
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
      // Nothing can be looked at while this JVM is out of descriptors, say; the next look tells.
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
