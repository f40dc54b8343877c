package io.luhproc.cgroup;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Stops all processes of a group where they are, unseen by them and by their parents. */
final class Freezer {
  private static final String FREEZE = "cgroup.freeze";
  private static final String STATE = "freezer.state";

  private final Optional<GroupDir> group;

  /** Creates that of a group: v2 has it everywhere since 5.2, v1 in a hierarchy of its own. */
  Freezer(List<GroupDir> directories) {
    group =
        directories.stream()
            .filter(it -> it.version() == Version.V2 || it.controllers().contains("freezer"))
            .filter(it -> it.has(file(it)))
            .findFirst();
  }

  private static String file(GroupDir group) {
    return group.version() == Version.V2 ? FREEZE : STATE;
  }

  boolean isThere() {
    return group.isPresent();
  }

  /** Asks for it; the kernel freezes each process when it next leaves the kernel. */
  void set(boolean frozen) throws IOException {
    GroupDir directory = group.orElseThrow(() -> new IOException("the kernel has no freezer here"));
    if (directory.version() == Version.V2) {
      directory.write(FREEZE, frozen ? "1" : "0");
    } else {
      directory.write(STATE, frozen ? "FROZEN" : "THAWED");
    }
  }

  /** Returns whether everybody is frozen, not only asked to be. */
  boolean isFrozen() throws IOException {
    if (group.isEmpty()) {
      return false;
    }
    GroupDir directory = group.get();
    return directory.version() == Version.V2
        ? directory.fields("cgroup.events").getOrDefault("frozen", 0L) == 1
        : directory.lines(STATE).contains("FROZEN");
  }
}
