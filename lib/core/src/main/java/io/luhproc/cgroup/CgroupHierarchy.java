package io.luhproc.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A hierarchy that is mounted, and where we are in it.
 *
 * @param mount the mount
 * @param ownCgroup the directory of our own group; nothing where it cannot be seen from here
 */
record CgroupHierarchy(CgroupMount mount, Optional<Path> ownCgroup) {

  /** Returns the hierarchies of the process that {@code self} in a proc file system is. */
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
      // Not Linux, or a kernel without control groups: there are none.
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
