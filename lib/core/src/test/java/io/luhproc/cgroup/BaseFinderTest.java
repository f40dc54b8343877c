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

/** Under which groups those of supervised processes are made, and why not under others. */
class BaseFinderTest {
  private static final String ALL = "cpuset cpu io memory pids";

  @TempDir Path root;
  private FakeKernel kernel;

  @BeforeEach
  void begin() {
    kernel = new FakeKernel(root);
  }

  private GroupDir v2(String path, String... controllers) {
    return new GroupDir(Version.V2, kernel.path(path), Set.of(controllers));
  }

  private GroupDir v1(String path, String... controllers) {
    return new GroupDir(Version.V1, kernel.path(path), Set.of(controllers));
  }

  @Test
  void aDelegatedGroupIsDividedAndItsProcessesMoveIntoALeaf() throws Exception {
    kernel.unified("/a.scope").group("v2/a.scope", ALL, "", "").give("v2/a.scope");
    kernel.file("v2/a.scope/luhproc.self/cgroup.procs", "");
    kernel.file("v2/a.scope/cgroup.procs", "4711\n");
    // The fake does not take the process away, so it is moved again until we give up.
    Bases bases = kernel.find();
    assertThat(kernel.read("v2/a.scope/luhproc.self/cgroup.procs")).isEqualTo("4711");
    assertThat(bases.directories()).hasSize(1);
    assertThat(bases.directories().get(0).path()).isEqualTo(kernel.path("v2/a.scope"));
  }

  @Test
  void whatIsPassedOnAlreadyIsNotTouched() throws Exception {
    kernel.unified("/a.scope").group("v2/a.scope", ALL, "cpu io memory pids", "4711\n");
    kernel.give("v2/a.scope");
    assertThat(kernel.find().directories())
        .containsExactly(v2("v2/a.scope", "cpu", "io", "memory", "pids"));
    assertThat(kernel.read("v2/a.scope/cgroup.procs")).isEqualTo("4711\n");
  }

  @Test
  void aGroupThatNobodyGaveUsIsLeftAlone() {
    kernel.unified("/a.scope").group("v2/a.scope", ALL, "", "4711\n").group("v2", ALL, ALL, "");
    Bases bases = kernel.find();
    assertThat(bases.directories()).isEmpty();
    assertThat(bases.gap("memory").reason())
        .isEqualTo("the control group " + kernel.path("v2/a.scope") + " is not delegated to us");
    assertThat(bases.gap("memory").remedy())
        .contains("systemd-run --user --scope -p Delegate=yes", "builder().cgroup(path)");
    assertThat(kernel.path("v2/a.scope/luhproc.self")).doesNotExist();
  }

  @Test
  void theGroupAboveIsDividedWhereThatIsTheDelegatedOne() {
    kernel.unified("/a.service/main").group("v2/a.service/main", "", "", "4711\n");
    kernel.group("v2/a.service", ALL, "memory pids", "").give("v2/a.service");
    assertThat(kernel.find().directories().get(0).path()).isEqualTo(kernel.path("v2/a.service"));
  }

  @Test
  void ourLeafOfAnEarlierLookIsKnown() {
    kernel.unified("/x/luhproc.self").group("v2/x/luhproc.self", "", "", "4711\n");
    kernel.group("v2/x", ALL, "cpu io memory pids", "");
    assertThat(kernel.find().directories())
        .containsExactly(v2("v2/x", "cpu", "io", "memory", "pids"));
  }

  @Test
  void aSupervisorThatIsSupervisedDoesNotMakeGroupsBesideItsOwn() {
    kernel.unified("/a.service/luhproc-web").group("v2/a.service/luhproc-web", "", "", "4711\n");
    kernel.group("v2/a.service", ALL, ALL, "").give("v2/a.service");
    assertThat(kernel.find().directories()).isEmpty();
  }

  @Test
  void theRootOfAllNeedsNoLeaf() {
    kernel.unified("/").rootGroup("v2", ALL, "cpu io memory pids", "1\n2\n4711\n");
    assertThat(kernel.find().directories())
        .containsExactly(v2("v2", "cpu", "io", "memory", "pids"));
    assertThat(kernel.path("v2/luhproc.self")).doesNotExist();
  }

  @Test
  void hybridTakesLimitsFromV1AndTheRestFromV2() {
    kernel.unified("/").rootGroup("v2", "", "", "1\n");
    kernel.legacy("memory", "/box").file("memory/box/cgroup.procs", "1\n");
    kernel.legacy("pids", "/").file("pids/cgroup.procs", "1\n");
    kernel.legacy("cpu,cpuacct", "/").file("cpu,cpuacct/cgroup.procs", "1\n");
    kernel.legacy("freezer", "/").file("freezer/cgroup.procs", "1\n");
    Bases bases = kernel.find();
    assertThat(bases.directories())
        .containsExactly(
            v2("v2"),
            v1("memory/box", "memory"),
            v1("cpu,cpuacct", "cpu", "cpuacct"),
            v1("pids", "pids"));
    assertThat(bases.gap("io").reason()).startsWith("the kernel offers no controller io");
  }

  @Test
  void v1AloneHasAFreezer() {
    kernel.legacy("blkio", "/b").file("blkio/b/cgroup.procs", "1\n");
    kernel.legacy("freezer", "/f").file("freezer/f/cgroup.procs", "1\n");
    assertThat(kernel.find().directories())
        .containsExactly(v1("blkio/b", "io"), v1("freezer/f", "freezer"));
  }

  @Test
  void whereNothingIsMountedThatIsTold() {
    Bases bases = kernel.find();
    assertThat(bases.directories()).isEmpty();
    assertThat(bases.gap("pids").reason()).contains("no hierarchy of control groups is mounted");
  }

  @Test
  void aContainerThatHidesOurGroupIsTold() {
    kernel.unified("/../../other").rootGroup("v2", ALL, "", "");
    assertThat(kernel.find().gap("cpu").reason()).contains("outside of what is mounted at");
  }

  @Test
  void aNamedGroupIsMadeAndDivided() {
    kernel.unified("/a.scope").group("v2/a.scope", ALL, "", "4711\n");
    kernel.group("v2/shop/here", ALL, "memory pids", "");
    assertThat(kernel.below("v2/shop/here").directories().get(0).path())
        .isEqualTo(kernel.path("v2/shop/here"));
    assertThat(Files.isDirectory(kernel.path("v2/shop/here"))).isTrue();
  }

  @Test
  void aGroupNamedInOneV1HierarchyIsMeantInEach() {
    kernel.legacy("memory", "/").file("memory/shop/cgroup.procs", "");
    kernel.legacy("pids", "/").file("pids/shop/cgroup.procs", "");
    assertThat(kernel.below("memory/shop").directories())
        .containsExactly(v1("memory/shop", "memory"), v1("pids/shop", "pids"));
  }

  @Test
  void aNamedGroupOutsideOfAllHierarchiesIsRefused() {
    kernel.unified("/").rootGroup("v2", ALL, ALL, "");
    assertThatThrownBy(() -> kernel.below("elsewhere"))
        .isInstanceOf(LuhprocException.class)
        .hasMessage(
            "cgroup (%s) must be a directory of a mounted hierarchy of control groups; mounted: [%s]",
            kernel.path("elsewhere"), kernel.path("v2"));
    assertThat(kernel.path("elsewhere")).doesNotExist();
  }

  @Test
  void aNamedGroupThatCannotBeMadeIsRefused() {
    kernel.unified("/").rootGroup("v2", ALL, ALL, "").file("v2/file", "");
    assertThatThrownBy(() -> kernel.below("v2/file"))
        .isInstanceOf(LuhprocException.class)
        .hasMessageStartingWith("cannot make the control group " + kernel.path("v2/file"));
  }
}
