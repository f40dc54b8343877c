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
final class GroupKill {
  private static final String KILL = "cgroup.kill";
  private static final int MOST_ROUNDS = 50;
  private static final int MOST_LOOKS_AT_FREEZER = 1000;

  private final GroupDir group;
  private final Freezer freezer;

  GroupKill(GroupDir group, Freezer freezer) {
    this.group = group;
    this.freezer = freezer;
  }

  /** Sends KILL to everybody, and does not wait until they are gone. */
  void kill() throws IOException {
    List<Long> pids = GroupTree.pids(group);
    if (pids.isEmpty()) {
      return;
    }
    if (pids.contains(ProcessHandle.current().pid())) {
      throw new IOException("this JVM is in " + group.path() + " itself, so it is not killed");
    }
    if (group.version() == Version.V2 && group.has(KILL)) {
      group.write(KILL, "1");
    } else {
      killFrozen();
    }
  }

  private void killFrozen() throws IOException {
    boolean frozen = freezer.isThere() && freeze();
    Set<Long> killed = new HashSet<>();
    try {
      // A frozen group is killed in one round; another may fork while we look at it.
      for (int round = 0; round < MOST_ROUNDS && killNew(killed); round++) {
        Thread.onSpinWait();
      }
    } finally {
      // In v1 only who is thawed can die.
      if (frozen) {
        freezer.set(false);
      }
    }
  }

  private boolean freeze() throws IOException {
    freezer.set(true);
    for (int look = 0; look < MOST_LOOKS_AT_FREEZER && !freezer.isFrozen(); look++) {
      Thread.onSpinWait();
    }
    return true;
  }

  /** Returns whether there was somebody who had not been killed before. */
  private boolean killNew(Set<Long> killed) throws IOException {
    List<ProcessHandle> handles = new ArrayList<>();
    for (long pid : GroupTree.pids(group)) {
      if (!killed.contains(pid)) {
        Optional<ProcessHandle> handle = ProcessHandle.of(pid);
        handle.ifPresent(handles::add);
      }
    }
    // A handle knows a start time. Whoever is in the group now, after that was taken, is who the
    // handle means: a stranger who got the pid is in another group.
    Set<Long> still = new HashSet<>(handles.isEmpty() ? List.of() : GroupTree.pids(group));
    for (ProcessHandle handle : handles) {
      if (still.contains(handle.pid())) {
        boolean ignored = handle.destroyForcibly();
      }
    }
    return killed.addAll(handles.stream().map(ProcessHandle::pid).toList());
  }
}
