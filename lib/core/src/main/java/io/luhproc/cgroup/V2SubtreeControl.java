package io.luhproc.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes a v2 group of ours ready for groups in it: its controllers are passed on to them, for which
 * no process may be left in it, the "no internal processes" rule of the kernel. So all that are
 * there, this JVM among them, are moved into a leaf.
 */
final class V2SubtreeControl {
  /** The leaf that takes the processes of the group; not a name that a supervised process gets. */
  static final String LEAF_NAME = "luhproc.self";

  private static final String SUBTREE_CONTROL_FILE = "cgroup.subtree_control";
  private static final int MAX_PASSES = 20;

  private final CgroupDir group;
  private final List<String> controllers;
  private final Map<String, UnavailableReason> unavailable = new HashMap<>();

  V2SubtreeControl(Path directory, List<String> controllers) {
    this.group = new CgroupDir(CgroupVersion.V2, directory, Set.of());
    this.controllers = controllers;
  }

  /** Returns whether this is the root of the whole hierarchy, to which the rule does not apply. */
  static boolean isHierarchyRoot(Path group) {
    return !Files.exists(group.resolve("cgroup.type"));
  }

  /** Returns why controllers that this group has could not be passed on. */
  Map<String, UnavailableReason> unavailable() {
    return unavailable;
  }

  /** Returns the group with the controllers that groups in it have from now on. */
  CgroupDir enableControllers() {
    try {
      List<String> disabled = new ArrayList<>(controllers);
      disabled.retainAll(readWords("cgroup.controllers"));
      disabled.removeAll(readWords(SUBTREE_CONTROL_FILE));
      if (!disabled.isEmpty() && !isHierarchyRoot(group.path())) {
        moveProcessesToLeaf();
      }
      disabled.forEach(this::enable);
      Set<String> enabled = new HashSet<>(readWords(SUBTREE_CONTROL_FILE));
      enabled.retainAll(controllers);
      return new CgroupDir(CgroupVersion.V2, group.path(), Set.copyOf(enabled));
    } catch (IOException e) {
      controllers.forEach(
          controller ->
              unavailable.put(
                  controller, UnavailableReason.of(e, UnavailableReason.DELEGATE_REMEDY)));
      return group;
    }
  }

  private List<String> readWords(String file) throws IOException {
    return List.of(group.read(file).split(" ", -1));
  }

  /** Whoever forks meanwhile leaves a child behind, so there are rounds. */
  private void moveProcessesToLeaf() throws IOException {
    List<Long> remaining = group.directPids();
    if (remaining.isEmpty()) {
      return;
    }
    CgroupDir leaf = group.child(LEAF_NAME);
    Files.createDirectories(leaf.path());
    for (int pass = 0; pass < MAX_PASSES && !remaining.isEmpty(); pass++) {
      for (long pid : remaining) {
        move(pid, leaf);
      }
      remaining = group.directPids();
    }
  }

  private static void move(long pid, CgroupDir leaf) throws IOException {
    try {
      leaf.write(CgroupDir.PROCS_FILE, Long.toString(pid));
    } catch (IOException e) {
      // ESRCH: it ended just now.
      if (!String.valueOf(e.getMessage()).contains("No such process")) {
        throw e;
      }
    }
  }

  private void enable(String controller) {
    try {
      group.write(SUBTREE_CONTROL_FILE, "+" + controller);
    } catch (IOException e) {
      unavailable.put(
          controller,
          new UnavailableReason(
              e.getMessage() + blockingProcesses(), UnavailableReason.DELEGATE_REMEDY));
    }
  }

  private String blockingProcesses() {
    try {
      List<Long> pids = isHierarchyRoot(group.path()) ? List.of() : group.directPids();
      return pids.isEmpty() ? "" : "; processes in the group itself are in the way: " + pids;
    } catch (IOException ignored) {
      // The failure that is told already is the one that counts.
      return "";
    }
  }
}
