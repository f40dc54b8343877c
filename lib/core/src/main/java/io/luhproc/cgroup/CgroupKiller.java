package io.luhproc.cgroup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Kills all processes of a cgroup.
 *
 * <p>It uses {@code cgroup.kill} (Linux 5.14), which no fork can escape. Without this file it
 * freezes the processes, if there is a freezer, and kills them one by one.
 */
final class CgroupKiller {
  private static final String KILL_FILE = "cgroup.kill";
  private static final int MAX_PASSES = 50;
  private static final int MAX_FREEZER_POLLS = 1000;

  private final CgroupDir cgroup;
  private final Freezer freezer;

  CgroupKiller(CgroupDir cgroup, Freezer freezer) {
    this.cgroup = cgroup;
    this.freezer = freezer;
  }

  /** Sends SIGKILL to all processes, without waiting for their exit. */
  void kill() throws IOException {
    List<Long> pids = CgroupSubtree.pids(cgroup);
    if (pids.isEmpty()) {
      return;
    }
    if (pids.contains(ProcessHandle.current().pid())) {
      throw new IOException("cannot kill " + cgroup.path() + ": it contains this JVM");
    }
    if (cgroup.version() == CgroupVersion.V2 && cgroup.hasFile(KILL_FILE)) {
      cgroup.write(KILL_FILE, "1");
    } else {
      freezeAndKill();
    }
  }

  private void freezeAndKill() throws IOException {
    boolean frozen = freezer.isSupported() && freezeAndWait();
    Set<Long> killed = new HashSet<>();
    try {
      // A frozen cgroup needs one pass; in others, processes may fork between list and kill.
      for (int pass = 0; pass < MAX_PASSES && killRemaining(killed); pass++) {
        Thread.onSpinWait();
      }
    } finally {
      // In v1, frozen processes do not handle SIGKILL until they are thawed.
      if (frozen) {
        freezer.setFrozen(false);
      }
    }
  }

  private boolean freezeAndWait() throws IOException {
    freezer.setFrozen(true);
    for (int poll = 0; poll < MAX_FREEZER_POLLS && !freezer.isFrozen(); poll++) {
      Thread.onSpinWait();
    }
    return true;
  }

  /** Kills the processes that were not killed before, and returns whether there were any. */
  private boolean killRemaining(Set<Long> killed) throws IOException {
    List<ProcessHandle> handles = new ArrayList<>();
    for (long pid : CgroupSubtree.pids(cgroup)) {
      if (!killed.contains(pid)) {
        Optional<ProcessHandle> handle = ProcessHandle.of(pid);
        handle.ifPresent(handles::add);
      }
    }
    // The pid may have been reused before the handle recorded its start time. Only a process that
    // is still listed in the cgroup after that is killed.
    Set<Long> currentMembers =
        new HashSet<>(handles.isEmpty() ? List.of() : CgroupSubtree.pids(cgroup));
    for (ProcessHandle handle : handles) {
      if (currentMembers.contains(handle.pid())) {
        boolean ignored = handle.destroyForcibly();
      }
    }
    return killed.addAll(handles.stream().map(ProcessHandle::pid).toList());
  }
}
