package io.luhproc.cgroup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Kills all of a group. By {@code cgroup.kill} where the kernel has it, since 5.14: nobody can fork
 * out of that. Else everybody is frozen first, where there is a freezer, and killed one by one.
 */
final class CgroupKiller {
  private static final String KILL_FILE = "cgroup.kill";
  private static final int MAX_PASSES = 50;
  private static final int MAX_FREEZER_POLLS = 1000;

  private final CgroupDir group;
  private final Freezer freezer;

  CgroupKiller(CgroupDir group, Freezer freezer) {
    this.group = group;
    this.freezer = freezer;
  }

  /** Sends KILL to everybody, and does not wait until they are gone. */
  void kill() throws IOException {
    List<Long> pids = CgroupSubtree.pids(group);
    if (pids.isEmpty()) {
      return;
    }
    if (pids.contains(ProcessHandle.current().pid())) {
      throw new IOException("this JVM is in " + group.path() + " itself, so it is not killed");
    }
    if (group.version() == CgroupVersion.V2 && group.hasFile(KILL_FILE)) {
      group.write(KILL_FILE, "1");
    } else {
      freezeAndKill();
    }
  }

  private void freezeAndKill() throws IOException {
    boolean frozen = freezer.isSupported() && freezeAndWait();
    Set<Long> killed = new HashSet<>();
    try {
      // A frozen group is killed in one round; another may fork while we look at it.
      for (int pass = 0; pass < MAX_PASSES && killRemaining(killed); pass++) {
        Thread.onSpinWait();
      }
    } finally {
      // In v1 only who is thawed can die.
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

  /** Returns whether there was somebody who had not been killed before. */
  private boolean killRemaining(Set<Long> killed) throws IOException {
    List<ProcessHandle> handles = new ArrayList<>();
    for (long pid : CgroupSubtree.pids(group)) {
      if (!killed.contains(pid)) {
        Optional<ProcessHandle> handle = ProcessHandle.of(pid);
        handle.ifPresent(handles::add);
      }
    }
    // A handle knows a start time. Whoever is in the group now, after that was taken, is who the
    // handle means: a stranger who got the pid is in another group.
    Set<Long> currentMembers =
        new HashSet<>(handles.isEmpty() ? List.of() : CgroupSubtree.pids(group));
    for (ProcessHandle handle : handles) {
      if (currentMembers.contains(handle.pid())) {
        boolean ignored = handle.destroyForcibly();
      }
    }
    return killed.addAll(handles.stream().map(ProcessHandle::pid).toList());
  }
}
