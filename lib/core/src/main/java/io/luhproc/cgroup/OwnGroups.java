package io.luhproc.cgroup;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** In which group of each hierarchy a process is. */
final class OwnGroups {
  private static final String DELETED = " (deleted)";

  private final Map<String, String> byController = new HashMap<>();

  private OwnGroups() {}

  /** Returns what the lines of {@code /proc/PID/cgroup} tell, cgroups(7). */
  static OwnGroups parse(List<String> lines) {
    OwnGroups groups = new OwnGroups();
    for (String line : lines) {
      // id:controllers:path, of which only the path may hold a colon; v2 has no controllers.
      String[] fields = line.split(":", 3);
      if (fields.length == 3) {
        Arrays.stream(fields[1].split(",", -1))
            .forEach(controller -> groups.byController.put(controller, plain(fields[2])));
      }
    }
    return groups;
  }

  private static String plain(String path) {
    return path.endsWith(DELETED) ? path.substring(0, path.length() - DELETED.length()) : path;
  }

  /** Returns the group in a hierarchy; nothing when the process is in none of it. */
  Optional<String> in(Mount mount) {
    return mount.version() == Version.V2
        ? Optional.ofNullable(byController.get(""))
        : mount.controllers().stream()
            .filter(byController::containsKey)
            .findFirst()
            .map(byController::get);
  }
}
