package io.luhproc.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A mounted cgroup hierarchy and the position of this process in it.
 *
 * @param mount the mount
 * @param ownCgroup the directory of this process's cgroup; empty if it lies outside of the mount
 */
record CgroupHierarchy(CgroupMount mount, Optional<Path> ownCgroup) {

  /** Reads {@code self/mountinfo} and {@code self/cgroup} of a procfs, usually {@code /proc}. */
  static List<CgroupHierarchy> read(Path proc) {
    try {
      ProcSelfCgroup selfCgroup =
          ProcSelfCgroup.parse(Files.readAllLines(proc.resolve("self/cgroup")));
      List<CgroupHierarchy> hierarchies = new ArrayList<>();
      for (CgroupMount mount :
          CgroupMount.parse(Files.readAllLines(proc.resolve("self/mountinfo")))) {
        hierarchies.add(
            new CgroupHierarchy(mount, selfCgroup.cgroupIn(mount).flatMap(mount::directory)));
      }
      return hierarchies;
    } catch (IOException expected) {
      // Not Linux, or a kernel without cgroups.
      return List.of();
    }
  }

  boolean isUnified() {
    return mount.version() == CgroupVersion.V2;
  }

  boolean hasController(String controller) {
    return mount.controllers().contains(controller);
  }

  boolean contains(Path directory) {
    return directory.startsWith(mount.mountPoint());
  }
}
