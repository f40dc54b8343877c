package io.luhproc.tree;

import io.luhproc.process.ProcessStat;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Processes told apart by pid and start time. A set of records would do, but the first {@code
 * hashCode} of a record costs a JVM 50 ms, and a stop is often all that a JVM does.
 */
final class ProcessSet {
  private final Map<Long, Long> startTicks = new HashMap<>();

  /** Adds a process, in place of an earlier one of its pid; returns whether it was not in yet. */
  boolean add(ProcessStat entry) {
    Long previous = startTicks.put(entry.pid(), entry.startTicks());
    return previous == null || previous != entry.startTicks();
  }

  boolean contains(ProcessStat entry) {
    Long start = startTicks.get(entry.pid());
    return start != null && start == entry.startTicks();
  }

  /** Returns the pids of all that are in. */
  Set<Long> pids() {
    return startTicks.keySet();
  }
}
