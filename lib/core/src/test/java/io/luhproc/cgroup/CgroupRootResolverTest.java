package io.luhproc.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.LuhprocException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Choice of the root cgroups, and the reasons for rejecting others. */
class CgroupRootResolverTest {
  private static final String ALL = "cpuset cpu io memory pids";

  @TempDir Path root;
  private FakeCgroupFs cgroupFs;

  @BeforeEach
  void createCgroupFs() {
    cgroupFs = new FakeCgroupFs(root);
  }

  private CgroupDir v2(String path, String... controllers) {
    return new CgroupDir(CgroupVersion.V2, cgroupFs.path(path), Set.of(controllers));
  }

  private CgroupDir v1(String path, String... controllers) {
    return new CgroupDir(CgroupVersion.V1, cgroupFs.path(path), Set.of(controllers));
  }

  @Test
  void processesMoveToLeafWhenDelegatedCgroupIsRoot() throws Exception {
    cgroupFs.mountV2("/a.scope").cgroup("v2/a.scope", ALL, "", "").delegate("v2/a.scope");
    cgroupFs.file("v2/a.scope/luhproc.self/cgroup.procs", "");
    cgroupFs.file("v2/a.scope/cgroup.procs", "4711\n");
    // The fake never removes the process from the list, so all passes are used up.
    CgroupRoots roots = cgroupFs.resolve();
    assertThat(cgroupFs.read("v2/a.scope/luhproc.self/cgroup.procs")).isEqualTo("4711");
    assertThat(roots.directories()).hasSize(1);
    assertThat(roots.directories().get(0).path()).isEqualTo(cgroupFs.path("v2/a.scope"));
  }

  @Test
  void processesStayWhenControllersAreAlreadyEnabled() throws Exception {
    cgroupFs.mountV2("/a.scope").cgroup("v2/a.scope", ALL, "cpu io memory pids", "4711\n");
    cgroupFs.delegate("v2/a.scope");
    assertThat(cgroupFs.resolve().directories())
        .containsExactly(v2("v2/a.scope", "cpu", "io", "memory", "pids"));
    assertThat(cgroupFs.read("v2/a.scope/cgroup.procs")).isEqualTo("4711\n");
  }

  @Test
  void nonDelegatedCgroupIsNotModified() {
    cgroupFs.mountV2("/a.scope").cgroup("v2/a.scope", ALL, "", "4711\n").cgroup("v2", ALL, ALL, "");
    CgroupRoots roots = cgroupFs.resolve();
    assertThat(roots.directories()).isEmpty();
    assertThat(roots.unavailableReason("memory").reason())
        .isEqualTo(
            "the cgroup " + cgroupFs.path("v2/a.scope") + " is not delegated to this process");
    assertThat(roots.unavailableReason("memory").remedy())
        .contains("systemd-run --user --scope -p Delegate=yes", "builder().cgroup(path)");
    assertThat(cgroupFs.path("v2/a.scope/luhproc.self")).doesNotExist();
  }

  @Test
  void delegatedParentIsRootWhenSupervisorRunsInSubgroup() {
    cgroupFs.mountV2("/a.service/main").cgroup("v2/a.service/main", "", "", "4711\n");
    cgroupFs.cgroup("v2/a.service", ALL, "memory pids", "").delegate("v2/a.service");
    assertThat(cgroupFs.resolve().directories().get(0).path())
        .isEqualTo(cgroupFs.path("v2/a.service"));
  }

  @Test
  void parentIsRootWhenSupervisorAlreadyRunsInLeaf() {
    cgroupFs.mountV2("/x/luhproc.self").cgroup("v2/x/luhproc.self", "", "", "4711\n");
    cgroupFs.cgroup("v2/x", ALL, "cpu io memory pids", "");
    assertThat(cgroupFs.resolve().directories())
        .containsExactly(v2("v2/x", "cpu", "io", "memory", "pids"));
  }

  @Test
  void nestedSupervisorDoesNotUseParentOfItsOwnCgroup() {
    cgroupFs.mountV2("/a.service/luhproc-web").cgroup("v2/a.service/luhproc-web", "", "", "4711\n");
    cgroupFs.cgroup("v2/a.service", ALL, ALL, "").delegate("v2/a.service");
    assertThat(cgroupFs.resolve().directories()).isEmpty();
  }

  @Test
  void hierarchyRootNeedsNoLeaf() {
    cgroupFs.mountV2("/").rootCgroup("v2", ALL, "cpu io memory pids", "1\n2\n4711\n");
    assertThat(cgroupFs.resolve().directories())
        .containsExactly(v2("v2", "cpu", "io", "memory", "pids"));
    assertThat(cgroupFs.path("v2/luhproc.self")).doesNotExist();
  }

  @Test
  void hybridSetupUsesV1ForControllersAndV2ForTheRest() {
    cgroupFs.mountV2("/").rootCgroup("v2", "", "", "1\n");
    cgroupFs.mountV1("memory", "/box").file("memory/box/cgroup.procs", "1\n");
    cgroupFs.mountV1("pids", "/").file("pids/cgroup.procs", "1\n");
    cgroupFs.mountV1("cpu,cpuacct", "/").file("cpu,cpuacct/cgroup.procs", "1\n");
    cgroupFs.mountV1("freezer", "/").file("freezer/cgroup.procs", "1\n");
    CgroupRoots roots = cgroupFs.resolve();
    assertThat(roots.directories())
        .containsExactly(
            v2("v2"),
            v1("memory/box", "memory"),
            v1("cpu,cpuacct", "cpu", "cpuacct"),
            v1("pids", "pids"));
    assertThat(roots.unavailableReason("io").reason())
        .startsWith("the kernel offers no controller io");
  }

  @Test
  void freezerHierarchyIsUsedWhenV2IsNotMounted() {
    cgroupFs.mountV1("blkio", "/b").file("blkio/b/cgroup.procs", "1\n");
    cgroupFs.mountV1("freezer", "/f").file("freezer/f/cgroup.procs", "1\n");
    assertThat(cgroupFs.resolve().directories())
        .containsExactly(v1("blkio/b", "io"), v1("freezer/f", "freezer"));
  }

  @Test
  void missingHierarchyIsReportedAsReason() {
    CgroupRoots roots = cgroupFs.resolve();
    assertThat(roots.directories()).isEmpty();
    assertThat(roots.unavailableReason("pids").reason()).contains("no cgroup hierarchy is mounted");
  }

  @Test
  void ownCgroupOutsideOfMountIsReportedAsReason() {
    cgroupFs.mountV2("/../../other").rootCgroup("v2", ALL, "", "");
    assertThat(cgroupFs.resolve().unavailableReason("cpu").reason())
        .contains("outside of the mount at");
  }

  @Test
  void configuredRootIsCreatedAndUsed() {
    cgroupFs.mountV2("/a.scope").cgroup("v2/a.scope", ALL, "", "4711\n");
    cgroupFs.cgroup("v2/shop/here", ALL, "memory pids", "");
    assertThat(cgroupFs.resolveWithRoot("v2/shop/here").directories().get(0).path())
        .isEqualTo(cgroupFs.path("v2/shop/here"));
    assertThat(Files.isDirectory(cgroupFs.path("v2/shop/here"))).isTrue();
  }

  @Test
  void configuredV1RootAppliesToEveryV1Hierarchy() {
    cgroupFs.mountV1("memory", "/").file("memory/shop/cgroup.procs", "");
    cgroupFs.mountV1("pids", "/").file("pids/shop/cgroup.procs", "");
    assertThat(cgroupFs.resolveWithRoot("memory/shop").directories())
        .containsExactly(v1("memory/shop", "memory"), v1("pids/shop", "pids"));
  }

  @Test
  void configuredRootOutsideOfHierarchiesIsRejected() {
    cgroupFs.mountV2("/").rootCgroup("v2", ALL, ALL, "");
    assertThatThrownBy(() -> cgroupFs.resolveWithRoot("elsewhere"))
        .isInstanceOf(LuhprocException.class)
        .hasMessage(
            "cgroup (%s) must be in a mounted cgroup hierarchy; mounted: [%s]",
            cgroupFs.path("elsewhere"), cgroupFs.path("v2"));
    assertThat(cgroupFs.path("elsewhere")).doesNotExist();
  }

  @Test
  void configuredRootIsRejectedWhenItCannotBeCreated() {
    cgroupFs.mountV2("/").rootCgroup("v2", ALL, ALL, "").file("v2/file", "");
    assertThatThrownBy(() -> cgroupFs.resolveWithRoot("v2/file"))
        .isInstanceOf(LuhprocException.class)
        .hasMessageStartingWith("cannot create the cgroup " + cgroupFs.path("v2/file"));
  }
}
