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
final class UnifiedBase {
  /** The leaf that takes the processes of the group; not a name that a supervised process gets. */
  static final String LEAF = "luhproc.self";

  private static final String CONTROL = "cgroup.subtree_control";
  private static final int MOST_ROUNDS = 20;

  private final GroupDir group;
  private final List<String> wanted;
  private final Map<String, Gap> gaps = new HashMap<>();

  UnifiedBase(Path directory, List<String> wanted) {
    this.group = new GroupDir(Version.V2, directory, Set.of());
    this.wanted = wanted;
  }

  /** Returns whether this is the root of the whole hierarchy, to which the rule does not apply. */
  static boolean isRoot(Path group) {
    return !Files.exists(group.resolve("cgroup.type"));
  }

  /** Returns why controllers that this group has could not be passed on. */
  Map<String, Gap> gaps() {
    return gaps;
  }

  /** Returns the group with the controllers that groups in it have from now on. */
  GroupDir prepare() {
    try {
      List<String> missing = new ArrayList<>(wanted);
      missing.retainAll(words("cgroup.controllers"));
      missing.removeAll(words(CONTROL));
      if (!missing.isEmpty() && !isRoot(group.path())) {
        empty();
      }
      missing.forEach(this::enable);
      Set<String> enabled = new HashSet<>(words(CONTROL));
      enabled.retainAll(wanted);
      return new GroupDir(Version.V2, group.path(), Set.copyOf(enabled));
    } catch (IOException e) {
      wanted.forEach(controller -> gaps.put(controller, Gap.of(e, Gap.DELEGATE)));
      return group;
    }
  }

  private List<String> words(String file) throws IOException {
    return List.of(group.read(file).split(" ", -1));
  }

  /** Whoever forks meanwhile leaves a child behind, so there are rounds. */
  private void empty() throws IOException {
    List<Long> left = group.procs();
    if (left.isEmpty()) {
      return;
    }
    GroupDir leaf = group.child(LEAF);
    Files.createDirectories(leaf.path());
    for (int round = 0; round < MOST_ROUNDS && !left.isEmpty(); round++) {
      for (long pid : left) {
        move(pid, leaf);
      }
      left = group.procs();
    }
  }

  private static void move(long pid, GroupDir leaf) throws IOException {
    try {
      leaf.write(GroupDir.PROCS, Long.toString(pid));
    } catch (IOException e) {
      // ESRCH: it ended just now.
      if (!String.valueOf(e.getMessage()).contains("No such process")) {
        throw e;
      }
    }
  }

  private void enable(String controller) {
    try {
      group.write(CONTROL, "+" + controller);
    } catch (IOException e) {
      gaps.put(controller, new Gap(e.getMessage() + inTheWay(), Gap.DELEGATE));
    }
  }

  private String inTheWay() {
    try {
      List<Long> pids = isRoot(group.path()) ? List.of() : group.procs();
      return pids.isEmpty() ? "" : "; processes in the group itself are in the way: " + pids;
    } catch (IOException ignored) {
      // The failure that is told already is the one that counts.
      return "";
    }
  }
}
