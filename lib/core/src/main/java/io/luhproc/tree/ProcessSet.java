package io.luhproc.tree;

import io.luhproc.process.ProcessStat;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A set of processes, identified by pid and start time.
 *
 * <p>Not a set of records: the first {@code hashCode} of a record takes 50 ms in a cold JVM.
 */
final class ProcessSet {
  private final Map<Long, Long> startTicks = new HashMap<>();

  /** Adds a process and replaces an earlier one with its pid; returns false if present. */
  boolean add(ProcessStat process) {
    Long previous = startTicks.put(process.pid(), process.startTicks());
    return previous == null || previous != process.startTicks();
  }

  boolean contains(ProcessStat process) {
    Long start = startTicks.get(process.pid());
    return start != null && start == process.startTicks();
  }

  /** Returns the pids of all elements. */
  Set<Long> pids() {
    return startTicks.keySet();
  }
}
