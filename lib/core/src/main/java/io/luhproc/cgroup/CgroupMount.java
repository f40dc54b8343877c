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
 * @param mountPoint where it is mounted
 * @param controllers the controllers of a v1 hierarchy; none for v2, where the files tell
 */
record CgroupMount(CgroupVersion version, String root, Path mountPoint, Set<String> controllers) {
  private static final int ROOT_FIELD = 3;
  private static final int MOUNT_POINT_FIELD = 4;
  private static final int FIRST_OPTIONAL_FIELD = 6;

  /** Returns the hierarchies that the lines of {@code /proc/self/mountinfo} tell of, proc(5). */
  static List<CgroupMount> parse(List<String> mountinfo) {
    List<CgroupMount> mounts = new ArrayList<>();
    for (String line : mountinfo) {
      // Most machines have many mounts and few hierarchies.
      if (line.contains(" - cgroup")) {
        parse(line).ifPresent(mounts::add);
      }
    }
    return mounts;
  }

  private static Optional<CgroupMount> parse(String line) {
    List<String> fields = Arrays.asList(line.split(" ", -1));
    // Optional fields, any number of them, end with a lone dash: type, source and options follow.
    int separator = FIRST_OPTIONAL_FIELD;
    while (separator < fields.size() && !fields.get(separator).equals("-")) {
      separator++;
    }
    if (separator + 3 >= fields.size()) {
      return Optional.empty();
    }
    String root = unescape(fields.get(ROOT_FIELD));
    Path mountPoint = Path.of(unescape(fields.get(MOUNT_POINT_FIELD)));
    return switch (fields.get(separator + 1)) {
      case "cgroup2" -> Optional.of(new CgroupMount(CgroupVersion.V2, root, mountPoint, Set.of()));
      case "cgroup" ->
          Optional.of(
              new CgroupMount(
                  CgroupVersion.V1,
                  root,
                  mountPoint,
                  Set.of(fields.get(separator + 3).split(",", -1))));
      default -> Optional.empty();
    };
  }

  /** The kernel writes space, tab, newline and backslash in three octal digits. */
  private static String unescape(String text) {
    StringBuilder unescaped = new StringBuilder();
    int index = 0;
    while (index < text.length()) {
      boolean isEscape = text.charAt(index) == '\\' && index + 3 < text.length();
      unescaped.append(
          isEscape ? (char) Integer.parseInt(text, index + 1, index + 4, 8) : text.charAt(index));
      index += isEscape ? 4 : 1;
    }
    return unescaped.toString();
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
      return Optional.of(resolve(group));
    }
    boolean isInside = group.equals(root) || group.startsWith(root + "/");
    return isInside ? Optional.of(resolve(group.substring(root.length()))) : Optional.empty();
  }

  private Path resolve(String group) {
    return mountPoint.resolve(group.startsWith("/") ? group.substring(1) : group);
  }
}
