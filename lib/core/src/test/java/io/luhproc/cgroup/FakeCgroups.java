package io.luhproc.cgroup;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Control groups that are directories with regular files, for tests of other packages. */
public final class FakeCgroups {
  private FakeCgroups() {}

  /**
   * Returns control groups of version 2 in a directory; their files are the test's to write.
   *
   * @param controllers the enabled controllers, such as {@code memory}
   */
  public static Cgroups of(Path root, String... controllers) {
    CgroupDir directory = new CgroupDir(CgroupVersion.V2, root, Set.of(controllers));
    return new Cgroups(
        new CgroupRoots(List.of(directory), Map.of()), new BlockDevices(root.resolve("sys")));
  }
}
