package io.luhproc.cgroup;

import io.luhproc.limits.ResourceLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Prints the root cgroups that it detects, with the argument {@code find}, or those below a
 * configured {@code DIRECTORY}. With {@code kill DIRECTORY} it tries to kill the cgroup {@code
 * luhproc-me}.
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

  private static void kill(Cgroup cgroup) {
    try {
      cgroup.kill();
    } catch (IOException e) {
      System.out.println(e.getMessage());
    }
  }

  private static void detectAndCreate(String root) throws IOException {
    Cgroups cgroups = detect(root);
    System.out.println(cgroups);
    Cgroup cgroup = cgroups.create("looked", ResourceLimits.builder().pids(5).build());
    System.out.println(cgroup.limitReport());
    System.out.println("removed: " + cgroup.remove());
    System.out.println("detected again: " + detect(root).enforceableLimits());
    System.out.println("own: " + Files.readString(Path.of("/proc/self/cgroup")));
  }

  private static Cgroups detect(String root) {
    return root.equals("find") ? Cgroups.detect() : Cgroups.withRoot(Path.of(root));
  }
}
