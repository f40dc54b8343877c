package io.luhproc.cgroup;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** In which group of each hierarchy a process is. */
final class ProcSelfCgroup {
  private static final String DELETED_SUFFIX = " (deleted)";

  private final Map<String, String> byController = new HashMap<>();

  private ProcSelfCgroup() {}

  /** Returns what the lines of {@code /proc/PID/cgroup} tell, cgroups(7). */
  static ProcSelfCgroup parse(List<String> lines) {
    ProcSelfCgroup result = new ProcSelfCgroup();
    for (String line : lines) {
      // id:controllers:path, of which only the path may hold a colon; v2 has no controllers.
      String[] fields = line.split(":", 3);
      if (fields.length == 3) {
        Arrays.stream(fields[1].split(",", -1))
            .forEach(
                controller -> result.byController.put(controller, stripDeletedSuffix(fields[2])));
      }
    }
    return result;
  }

  private static String stripDeletedSuffix(String path) {
    return path.endsWith(DELETED_SUFFIX)
        ? path.substring(0, path.length() - DELETED_SUFFIX.length())
        : path;
  }

  /** Returns the group in a hierarchy; nothing when the process is in none of it. */
  Optional<String> cgroupIn(CgroupMount mount) {
    return mount.version() == CgroupVersion.V2
        ? Optional.ofNullable(byController.get(""))
        : mount.controllers().stream()
            .filter(byController::containsKey)
            .findFirst()
            .map(byController::get);
  }
}
