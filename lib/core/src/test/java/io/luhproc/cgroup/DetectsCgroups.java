package io.luhproc.cgroup;

import io.luhproc.limits.ResourceLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Prints which groups it may make: {@code find}, or {@code DIRECTORY} for those below one; or tries
 * to kill the group {@code luhproc-me}: {@code kill DIRECTORY}.
 */
final class DetectsCgroups {
  private DetectsCgroups() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments[0].equals("kill")) {
      kill(Cgroups.withRoot(Path.of(arguments[1])).findExisting("me").orElseThrow());
    } else {
      detectAndCreate(arguments[0]);
    }
  }

  private static void kill(Cgroup group) {
    try {
      group.kill();
    } catch (IOException e) {
      System.out.println(e.getMessage());
    }
  }

  private static void detectAndCreate(String root) throws IOException {
    Cgroups cgroups = detect(root);
    System.out.println(cgroups);
    Cgroup group = cgroups.create("looked", ResourceLimits.builder().pids(5).build());
    System.out.println(group.limitReport());
    System.out.println("removed: " + group.remove());
    System.out.println("second look: " + detect(root).enforceableLimits());
    System.out.println("own: " + Files.readString(Path.of("/proc/self/cgroup")));
  }

  private static Cgroups detect(String root) {
    return root.equals("find") ? Cgroups.detect() : Cgroups.withRoot(Path.of(root));
  }
}
