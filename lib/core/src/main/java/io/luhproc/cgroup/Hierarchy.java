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
 * @param own the directory of our own group; nothing where it cannot be seen from here
 */
record Hierarchy(Mount mount, Optional<Path> own) {

  /** Returns the hierarchies of the process that {@code self} in a proc file system is. */
  static List<Hierarchy> read(Path proc) {
    try {
      OwnGroups groups = OwnGroups.parse(Files.readAllLines(proc.resolve("self/cgroup")));
      List<Hierarchy> hierarchies = new ArrayList<>();
      for (Mount mount : Mount.parse(Files.readAllLines(proc.resolve("self/mountinfo")))) {
        hierarchies.add(new Hierarchy(mount, groups.in(mount).flatMap(mount::directory)));
      }
      return hierarchies;
    } catch (IOException expected) {
      // Not Linux, or a kernel without control groups: there are none.
      return List.of();
    }
  }

  boolean isUnified() {
    return mount.version() == Version.V2;
  }

  boolean controls(String controller) {
    return mount.controllers().contains(controller);
  }

  boolean contains(Path directory) {
    return directory.startsWith(mount.point());
  }
}
