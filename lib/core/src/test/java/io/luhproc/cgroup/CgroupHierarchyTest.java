package io.luhproc.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parsing of {@code /proc/self/cgroup} and {@code /proc/self/mountinfo}. */
class CgroupHierarchyTest {
  private static final String V2_MOUNTINFO =
      "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw";

  @TempDir Path proc;

  private List<CgroupHierarchy> read(String cgroup, String... mountinfo) throws IOException {
    Path self = Files.createDirectories(proc.resolve("self"));
    Files.writeString(self.resolve("cgroup"), cgroup);
    Files.write(self.resolve("mountinfo"), List.of(mountinfo));
    return CgroupHierarchy.read(proc);
  }

  private Optional<Path> ownCgroup(String cgroup, String... mountinfo) throws IOException {
    return read(cgroup, mountinfo).get(0).ownCgroup();
  }

  private static Optional<Path> path(String path) {
    return Optional.of(Path.of(path));
  }

  @Test
  void ownCgroupIsResolvedInUnifiedHierarchy() throws IOException {
    List<CgroupHierarchy> hierarchies =
        read("0::/user.slice/a.scope\n", "21 1 8:1 / / rw - ext4 /dev/sda rw", V2_MOUNTINFO);
    assertThat(hierarchies).hasSize(1);
    assertThat(hierarchies.get(0).isUnified()).isTrue();
    assertThat(hierarchies.get(0).ownCgroup()).isEqualTo(path("/sys/fs/cgroup/user.slice/a.scope"));
  }

  @Test
  void hybridSetupListsEveryV1HierarchyAndUnifiedOne() throws IOException {
    List<CgroupHierarchy> hierarchies =
        read(
            "9:name=systemd:/init\n5:memory:/box\n2:cpu,cpuacct:/\n0::/u\n",
            "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755",
            "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:5 master:6 - cgroup cgroup"
                + " rw,cpu,cpuacct",
            "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
            "40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd",
            "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw");
    assertThat(
            hierarchies.stream().map(hierarchy -> hierarchy.ownCgroup().orElseThrow().toString()))
        .containsExactly(
            "/sys/fs/cgroup/cpu,cpuacct",
            "/sys/fs/cgroup/memory/box",
            "/sys/fs/cgroup/systemd/init",
            "/sys/fs/cgroup/unified/u");
    assertThat(hierarchies.get(0).hasController("cpu")).isTrue();
    assertThat(hierarchies.get(0).hasController("cpuacct")).isTrue();
    assertThat(hierarchies.get(1).mount().controllers()).isEqualTo(Set.of("rw", "memory"));
  }

  @Test
  void octalEscapesInMountinfoAreDecoded() throws IOException {
    String mount = "30 23 0:26 / /my\\040cgroups\\134\\011here rw - cgroup2 cgroup2 rw";
    assertThat(ownCgroup("0::/a b\n", mount)).isEqualTo(path("/my cgroups\\\there/a b"));
  }

  @Test
  void colonsInCgroupPathAreKept() throws IOException {
    assertThat(ownCgroup("0::/a:b::c\n", V2_MOUNTINFO)).isEqualTo(path("/sys/fs/cgroup/a:b::c"));
  }

  @Test
  void ownCgroupIsResolvedRelativeToMountRoot() throws IOException {
    String containerMount = "30 23 0:26 /docker/ab /sys/fs/cgroup ro - cgroup2 cgroup2 rw";
    assertThat(ownCgroup("0::/docker/ab/sub\n", containerMount))
        .isEqualTo(path("/sys/fs/cgroup/sub"));
    assertThat(ownCgroup("0::/docker/ab\n", containerMount)).isEqualTo(path("/sys/fs/cgroup"));
    assertThat(ownCgroup("0::/docker/abc\n", containerMount)).isEmpty();
    assertThat(ownCgroup("0::/../../elsewhere\n", V2_MOUNTINFO)).isEmpty();
  }

  @Test
  void deletedSuffixOfRemovedCgroupIsStripped() throws IOException {
    assertThat(ownCgroup("0::/gone (deleted)\n", V2_MOUNTINFO))
        .isEqualTo(path("/sys/fs/cgroup/gone"));
  }

  @Test
  void malformedLinesAreIgnored() throws IOException {
    assertThat(read("nonsense\n0::\n", "", "a - cgroup2", "1 2 3 - cgroup - cgroup", "x"))
        .isEmpty();
  }

  @Test
  void hierarchiesAreEmptyWithoutProcfs() {
    assertThat(CgroupHierarchy.read(proc.resolve("nothing"))).isEmpty();
  }
}
