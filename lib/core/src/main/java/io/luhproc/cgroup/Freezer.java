package io.luhproc.cgroup;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Stops all processes of a group where they are, unseen by them and by their parents. */
final class Freezer {
  private static final String FREEZE_FILE = "cgroup.freeze";
  private static final String STATE_FILE = "freezer.state";

  private final Optional<CgroupDir> group;

  /** Creates that of a group: v2 has it everywhere since 5.2, v1 in a hierarchy of its own. */
  Freezer(List<CgroupDir> directories) {
    group =
        directories.stream()
            .filter(it -> it.version() == CgroupVersion.V2 || it.controllers().contains("freezer"))
            .filter(it -> it.hasFile(freezerFile(it)))
            .findFirst();
  }

  private static String freezerFile(CgroupDir group) {
    return group.version() == CgroupVersion.V2 ? FREEZE_FILE : STATE_FILE;
  }

  boolean isSupported() {
    return group.isPresent();
  }

  /** Asks for it; the kernel freezes each process when it next leaves the kernel. */
  void setFrozen(boolean frozen) throws IOException {
    CgroupDir directory =
        group.orElseThrow(() -> new IOException("the kernel has no freezer here"));
    if (directory.version() == CgroupVersion.V2) {
      directory.write(FREEZE_FILE, frozen ? "1" : "0");
    } else {
      directory.write(STATE_FILE, frozen ? "FROZEN" : "THAWED");
    }
  }

  /** Returns whether everybody is frozen, not only asked to be. */
  boolean isFrozen() throws IOException {
    if (group.isEmpty()) {
      return false;
    }
    CgroupDir directory = group.get();
    return directory.version() == CgroupVersion.V2
        ? directory.fields("cgroup.events").getOrDefault("frozen", 0L) == 1
        : directory.lines(STATE_FILE).contains("FROZEN");
  }
}
