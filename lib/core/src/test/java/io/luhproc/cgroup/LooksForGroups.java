package io.luhproc.cgroup;

import io.luhproc.limits.ResourceLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Prints which groups it may make: {@code find}, or {@code DIRECTORY} for those below one; or tries
 * to kill the group {@code luhproc-me}: {@code kill DIRECTORY}.
 */
final class LooksForGroups {
  private LooksForGroups() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments[0].equals("kill")) {
      kill(Cgroups.below(Path.of(arguments[1])).existing("me").orElseThrow());
    } else {
      look(arguments[0]);
    }
  }

  private static void kill(Cgroup group) {
    try {
      group.kill();
    } catch (IOException e) {
      System.out.println(e.getMessage());
    }
  }

  private static void look(String how) throws IOException {
    Cgroups cgroups = find(how);
    System.out.println(cgroups);
    Cgroup group = cgroups.create("looked", ResourceLimits.builder().pids(5).build());
    System.out.println(group.limitsEnforced());
    System.out.println("removed: " + group.remove());
    System.out.println("second look: " + find(how).enforceable());
    System.out.println("own: " + Files.readString(Path.of("/proc/self/cgroup")));
  }

  private static Cgroups find(String how) {
    return how.equals("find") ? Cgroups.find() : Cgroups.below(Path.of(how));
  }
}
