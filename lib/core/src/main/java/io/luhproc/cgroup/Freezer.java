package io.luhproc.cgroup;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Freezes and thaws the processes of a cgroup. */
final class Freezer {
  private static final String FREEZE_FILE = "cgroup.freeze";
  private static final String STATE_FILE = "freezer.state";

  private final Optional<CgroupDir> cgroup;

  /** Finds the freezer: in every v2 cgroup since Linux 5.2, in v1 in a hierarchy of its own. */
  Freezer(List<CgroupDir> directories) {
    cgroup =
        directories.stream()
            .filter(it -> it.version() == CgroupVersion.V2 || it.controllers().contains("freezer"))
            .filter(it -> it.hasFile(freezerFile(it)))
            .findFirst();
  }

  private static String freezerFile(CgroupDir cgroup) {
    return cgroup.version() == CgroupVersion.V2 ? FREEZE_FILE : STATE_FILE;
  }

  boolean isSupported() {
    return cgroup.isPresent();
  }

  /** Requests a state; a process is frozen when it next returns to user mode. */
  void setFrozen(boolean frozen) throws IOException {
    CgroupDir directory =
        cgroup.orElseThrow(
            () ->
                new IOException(
                    "cannot freeze or thaw: the kernel has no freezer for this cgroup"));
    if (directory.version() == CgroupVersion.V2) {
      directory.write(FREEZE_FILE, frozen ? "1" : "0");
    } else {
      directory.write(STATE_FILE, frozen ? "FROZEN" : "THAWED");
    }
  }

  /** Returns whether all processes are frozen, as opposed to requested to be. */
  boolean isFrozen() throws IOException {
    if (cgroup.isEmpty()) {
      return false;
    }
    CgroupDir directory = cgroup.get();
    return directory.version() == CgroupVersion.V2
        ? directory.fields("cgroup.events").getOrDefault("frozen", 0L) == 1
        : directory.lines(STATE_FILE).contains("FROZEN");
  }
}
