package io.luhproc.cgroup;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The cgroups of a process in all hierarchies, as listed in {@code /proc/PID/cgroup}. */
final class ProcSelfCgroup {
  private static final String DELETED_SUFFIX = " (deleted)";

  private final Map<String, String> byController = new HashMap<>();

  private ProcSelfCgroup() {}

  /** Parses the lines of {@code /proc/PID/cgroup}, see cgroups(7). */
  static ProcSelfCgroup parse(List<String> lines) {
    ProcSelfCgroup result = new ProcSelfCgroup();
    for (String line : lines) {
      // id:controllers:path, where only the path may contain colons; v2 has no controllers.
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

  /** Returns the cgroup in a hierarchy; empty if the process is not in it. */
  Optional<String> cgroupIn(CgroupMount mount) {
    return mount.version() == CgroupVersion.V2
        ? Optional.ofNullable(byController.get(""))
        : mount.controllers().stream()
            .filter(byController::containsKey)
            .findFirst()
            .map(byController::get);
  }
}
