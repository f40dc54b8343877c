package io.luhproc.cgroup;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/** Operations on a cgroup and all nested ones, in one hierarchy. */
final class CgroupSubtree {
  private CgroupSubtree() {}

  /** Returns the pids of all processes; with v1, these include zombies. */
  static List<Long> pids(CgroupDir cgroup) throws IOException {
    List<Long> pids = new ArrayList<>(cgroup.directPids());
    for (CgroupDir child : cgroup.children()) {
      pids.addAll(pids(child));
    }
    return pids;
  }

  /**
   * Removes a cgroup and all nested ones, innermost first.
   *
   * @return false if a process prevents the removal
   */
  static boolean remove(CgroupDir cgroup) throws IOException {
    // Most cgroups have no nested ones, and listing costs more than removing.
    if (removeDirectory(cgroup)) {
      return true;
    }
    boolean allRemoved = true;
    for (CgroupDir child : cgroup.children()) {
      allRemoved &= remove(child);
    }
    return allRemoved && removeDirectory(cgroup);
  }

  private static boolean removeDirectory(CgroupDir cgroup) throws IOException {
    try {
      Files.delete(cgroup.path());
      return true;
    } catch (NoSuchFileException expected) {
      return true;
    } catch (DirectoryNotEmptyException expected) {
      return false;
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("busy")) {
        return false;
      }
      throw e;
    }
  }
}
