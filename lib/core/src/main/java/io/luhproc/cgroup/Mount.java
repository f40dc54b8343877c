package io.luhproc.cgroup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A mounted hierarchy of control groups.
 *
 * @param version its interface
 * @param root which group of the hierarchy is at the mount point: {@code /} unless a container or a
 *     bind mount shows a part only
 * @param point where it is mounted
 * @param controllers the controllers of a v1 hierarchy; none for v2, where the files tell
 */
record Mount(Version version, String root, Path point, Set<String> controllers) {
  private static final int ROOT = 3;
  private static final int POINT = 4;
  private static final int FIRST_OPTIONAL = 6;

  /** Returns the hierarchies that the lines of {@code /proc/self/mountinfo} tell of, proc(5). */
  static List<Mount> parse(List<String> mountinfo) {
    List<Mount> mounts = new ArrayList<>();
    for (String line : mountinfo) {
      // Most machines have many mounts and few hierarchies.
      if (line.contains(" - cgroup")) {
        parse(line).ifPresent(mounts::add);
      }
    }
    return mounts;
  }

  private static Optional<Mount> parse(String line) {
    List<String> fields = Arrays.asList(line.split(" ", -1));
    // Optional fields, any number of them, end with a lone dash: type, source and options follow.
    int dash = FIRST_OPTIONAL;
    while (dash < fields.size() && !fields.get(dash).equals("-")) {
      dash++;
    }
    if (dash + 3 >= fields.size()) {
      return Optional.empty();
    }
    String root = unescaped(fields.get(ROOT));
    Path point = Path.of(unescaped(fields.get(POINT)));
    return switch (fields.get(dash + 1)) {
      case "cgroup2" -> Optional.of(new Mount(Version.V2, root, point, Set.of()));
      case "cgroup" ->
          Optional.of(
              new Mount(Version.V1, root, point, Set.of(fields.get(dash + 3).split(",", -1))));
      default -> Optional.empty();
    };
  }

  /** The kernel writes space, tab, newline and backslash in three octal digits. */
  private static String unescaped(String text) {
    StringBuilder plain = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      boolean escape = text.charAt(at) == '\\' && at + 3 < text.length();
      plain.append(escape ? (char) Integer.parseInt(text, at + 1, at + 4, 8) : text.charAt(at));
      at += escape ? 4 : 1;
    }
    return plain.toString();
  }

  /**
   * Returns the directory of a group of this hierarchy; nothing where it is outside of what is
   * mounted here, as a container sees the groups of its host.
   */
  Optional<Path> directory(String group) {
    if (group.startsWith("/..")) {
      return Optional.empty();
    }
    if (root.equals("/")) {
      return Optional.of(inside(group));
    }
    boolean within = group.equals(root) || group.startsWith(root + "/");
    return within ? Optional.of(inside(group.substring(root.length()))) : Optional.empty();
  }

  private Path inside(String group) {
    return point.resolve(group.startsWith("/") ? group.substring(1) : group);
  }
}
