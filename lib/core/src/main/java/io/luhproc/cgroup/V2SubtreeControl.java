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
 * Enables the controllers of a v2 cgroup for nested cgroups.
 *
 * <p>The kernel's "no internal processes" rule allows this only for a cgroup without processes. So
 * all processes in it, including this JVM, are moved into a nested leaf.
 */
final class V2SubtreeControl {
  /** Name of the leaf, which differs from the names of all supervised processes. */
  static final String LEAF_NAME = "luhproc.self";

  private static final String SUBTREE_CONTROL_FILE = "cgroup.subtree_control";
  private static final int MAX_PASSES = 20;

  private final CgroupDir cgroup;
  private final List<String> controllers;
  private final Map<String, UnavailableReason> unavailable = new HashMap<>();

  V2SubtreeControl(Path directory, List<String> controllers) {
    this.cgroup = new CgroupDir(CgroupVersion.V2, directory, Set.of());
    this.controllers = controllers;
  }

  /** Returns whether a cgroup is the root of the hierarchy, which is exempt from the rule. */
  static boolean isHierarchyRoot(Path cgroup) {
    return !Files.exists(cgroup.resolve("cgroup.type"));
  }

  /** Returns the reason for each controller that could not be enabled. */
  Map<String, UnavailableReason> unavailable() {
    return unavailable;
  }

  /** Enables the controllers and returns the cgroup with those that are enabled now. */
  CgroupDir enableControllers() {
    try {
      List<String> disabled = new ArrayList<>(controllers);
      disabled.retainAll(readWords("cgroup.controllers"));
      disabled.removeAll(readWords(SUBTREE_CONTROL_FILE));
      if (!disabled.isEmpty() && !isHierarchyRoot(cgroup.path())) {
        moveProcessesToLeaf();
      }
      disabled.forEach(this::enable);
      Set<String> enabled = new HashSet<>(readWords(SUBTREE_CONTROL_FILE));
      enabled.retainAll(controllers);
      return new CgroupDir(CgroupVersion.V2, cgroup.path(), Set.copyOf(enabled));
    } catch (IOException e) {
      controllers.forEach(
          controller ->
              unavailable.put(
                  controller, UnavailableReason.of(e, UnavailableReason.DELEGATE_REMEDY)));
      return cgroup;
    }
  }

  private List<String> readWords(String file) throws IOException {
    return List.of(cgroup.read(file).split(" ", -1));
  }

  /** Repeats the move, because a process may fork between listing and moving. */
  private void moveProcessesToLeaf() throws IOException {
    List<Long> remaining = cgroup.directPids();
    if (remaining.isEmpty()) {
      return;
    }
    CgroupDir leaf = cgroup.child(LEAF_NAME);
    Files.createDirectories(leaf.path());
    for (int pass = 0; pass < MAX_PASSES && !remaining.isEmpty(); pass++) {
      for (long pid : remaining) {
        move(pid, leaf);
      }
      remaining = cgroup.directPids();
    }
  }

  private static void move(long pid, CgroupDir leaf) throws IOException {
    try {
      leaf.write(CgroupDir.PROCS_FILE, Long.toString(pid));
    } catch (IOException e) {
      // ESRCH: the process has exited meanwhile.
      if (!String.valueOf(e.getMessage()).contains("No such process")) {
        throw e;
      }
    }
  }

  private void enable(String controller) {
    try {
      cgroup.write(SUBTREE_CONTROL_FILE, "+" + controller);
    } catch (IOException e) {
      unavailable.put(
          controller,
          new UnavailableReason(
              e.getMessage() + blockingProcesses(), UnavailableReason.DELEGATE_REMEDY));
    }
  }

  private String blockingProcesses() {
    try {
      List<Long> pids = isHierarchyRoot(cgroup.path()) ? List.of() : cgroup.directPids();
      return pids.isEmpty() ? "" : "; these processes in the cgroup prevent it: " + pids;
    } catch (IOException ignored) {
      // The first failure is the one to report.
      return "";
    }
  }
}
