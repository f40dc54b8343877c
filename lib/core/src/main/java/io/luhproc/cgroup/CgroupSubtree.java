package io.luhproc.cgroup;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/** A group and all groups that were made in it, in one hierarchy. */
final class CgroupSubtree {
  private CgroupSubtree() {}

  /** Returns the pids of all that are in it, dead ones that nobody waited for excluded by v2. */
  static List<Long> pids(CgroupDir group) throws IOException {
    List<Long> pids = new ArrayList<>(group.directPids());
    for (CgroupDir child : group.children()) {
      pids.addAll(pids(child));
    }
    return pids;
  }

  /**
   * Removes it, the innermost groups first.
   *
   * @return false when a process is in it
   */
  static boolean remove(CgroupDir group) throws IOException {
    // Most groups have no groups in them, and a listing costs more than the removal.
    if (removeDirectory(group)) {
      return true;
    }
    boolean allRemoved = true;
    for (CgroupDir child : group.children()) {
      allRemoved &= remove(child);
    }
    return allRemoved && removeDirectory(group);
  }

  private static boolean removeDirectory(CgroupDir group) throws IOException {
    try {
      Files.delete(group.path());
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
