package io.luhproc.cgroup;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/** A group and all groups that were made in it, in one hierarchy. */
final class GroupTree {
  private GroupTree() {}

  /** Returns the pids of all that are in it, dead ones that nobody waited for excluded by v2. */
  static List<Long> pids(GroupDir group) throws IOException {
    List<Long> pids = new ArrayList<>(group.procs());
    for (GroupDir child : group.children()) {
      pids.addAll(pids(child));
    }
    return pids;
  }

  /**
   * Removes it, the innermost groups first.
   *
   * @return false when a process is in it
   */
  static boolean remove(GroupDir group) throws IOException {
    // Most groups have no groups in them, and a listing costs more than the removal.
    if (removeOne(group)) {
      return true;
    }
    boolean all = true;
    for (GroupDir child : group.children()) {
      all &= remove(child);
    }
    return all && removeOne(group);
  }

  private static boolean removeOne(GroupDir group) throws IOException {
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
