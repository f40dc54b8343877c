package io.luhproc.cgroup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A mounted cgroup hierarchy.
 *
 * @param version the version of the interface
 * @param root the cgroup at the mount point: {@code /}, or another one in a container or bind mount
 * @param mountPoint the mount point
 * @param controllers the mount options of a v1 hierarchy, which contain its controllers; empty for
 *     v2
 */
record CgroupMount(CgroupVersion version, String root, Path mountPoint, Set<String> controllers) {
  private static final int ROOT_FIELD = 3;
  private static final int MOUNT_POINT_FIELD = 4;
  private static final int FIRST_OPTIONAL_FIELD = 6;

  /** Parses the lines of {@code /proc/self/mountinfo}, see proc(5). */
  static List<CgroupMount> parse(List<String> mountinfo) {
    List<CgroupMount> mounts = new ArrayList<>();
    for (String line : mountinfo) {
      // Cheap test first: most mounts are not cgroup hierarchies.
      if (line.contains(" - cgroup")) {
        parse(line).ifPresent(mounts::add);
      }
    }
    return mounts;
  }

  private static Optional<CgroupMount> parse(String line) {
    List<String> fields = Arrays.asList(line.split(" ", -1));
    // A single dash ends the optional fields; type, source and options follow.
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

  /** Decodes the octal escapes of space, tab, newline and backslash. */
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
   * Returns the directory of a cgroup of this hierarchy; empty if it lies outside of the mount, as
   * the cgroups of the host do in a container.
   */
  Optional<Path> directory(String cgroup) {
    if (cgroup.startsWith("/..")) {
      return Optional.empty();
    }
    if (root.equals("/")) {
      return Optional.of(resolve(cgroup));
    }
    boolean isInside = cgroup.equals(root) || cgroup.startsWith(root + "/");
    return isInside ? Optional.of(resolve(cgroup.substring(root.length()))) : Optional.empty();
  }

  private Path resolve(String cgroup) {
    return mountPoint.resolve(cgroup.startsWith("/") ? cgroup.substring(1) : cgroup);
  }
}
