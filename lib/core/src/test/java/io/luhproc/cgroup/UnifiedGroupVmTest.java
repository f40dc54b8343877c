package io.luhproc.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.limits.LimitKind;
import io.luhproc.limits.ResourceLimits;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Groups themselves under a kernel whose cgroup v2 has all controllers; see {@code .ci/cgroup2}.
 */
@Tag("cgroup2")
class UnifiedGroupVmTest {
  private static final Path DELEGATED = Path.of(System.getenv("CGROUP2_DELEGATED"));

  private final Cgroups cgroups = Cgroups.below(DELEGATED);

  @RegisterExtension private final RealGroups groups = new RealGroups(cgroups);

  @TempDir Path directory;

  private static ResourceLimits pids(long count) {
    return ResourceLimits.builder().pids(count).build();
  }

  @Test
  void aFrozenGroupUsesNoProcessorUntilItIsThawed() throws Exception {
    Cgroup group = groups.create("frozen", ResourceLimits.none());
    try (GroupProcess process = GroupProcess.shell(group, "while :; do :; done")) {
      Eventually.holds("it runs", () -> !cpu(group).isZero());
      group.freeze();
      Eventually.holds("it is frozen", group::isFrozen);
      Duration frozen = cpu(group);
      long then = System.nanoTime();
      Eventually.holds("others run", () -> System.nanoTime() - then > 100_000_000);
      assertThat(cpu(group)).isEqualTo(frozen);
      assertThat(process.isAlive()).isTrue();
      group.thaw();
      Eventually.holds("it goes on", () -> cpu(group).compareTo(frozen) > 0);
      assertThat(group.isFrozen()).isFalse();
    }
  }

  private static Duration cpu(Cgroup group) throws IOException {
    return group.stats().cpuTime().orElseThrow();
  }

  @Test
  void aFrozenGroupDiesWhenItIsKilled() throws Exception {
    Cgroup group = groups.create("ice", ResourceLimits.none());
    try (GroupProcess process = GroupProcess.start(group, "sleep", "300")) {
      Eventually.holds("it is in", group::isPopulated);
      group.freeze();
      Eventually.holds("it is frozen", group::isFrozen);
      group.kill();
      assertThat(process.await()).isEqualTo(RealGroups.KILLED);
    }
  }

  @Test
  void aForkStormThatLeavesItsSessionsAndIgnoresTermIsOverAtOnce() throws Exception {
    Cgroup group = groups.create("storm", pids(200));
    String script =
        "trap '' TERM; storm() { while :; do (setsid sh -c 'sleep 300' &) ; done; };"
            + " storm 2>/dev/null & storm 2>/dev/null & sleep 300";
    try (GroupProcess process = GroupProcess.start(group, "sh", "-c", script)) {
      Eventually.holds("a storm", () -> group.pids().size() > 50 || !process.isAlive());
      group.kill();
      assertThat(process.await()).isEqualTo(RealGroups.KILLED);
    }
    Eventually.holds("all are gone", () -> !group.isPopulated());
    assertThat(group.pids()).isEmpty();
  }

  @Test
  void withoutCgroupKillAForkStormIsFrozenAndThenKilled() throws Exception {
    Cgroup group = groups.create("old-storm", pids(100));
    String script = "storm() { while :; do (sleep 300 &) ; done; }; storm 2>/dev/null & sleep 300";
    try (GroupProcess process = GroupProcess.start(group, "sh", "-c", script)) {
      Eventually.holds("a storm", () -> group.pids().size() > 50 || !process.isAlive());
      // What a v1 hierarchy is treated as: no cgroup.kill.
      GroupDir v2 = new GroupDir(Version.V2, group.directories().get(0), Set.of());
      GroupDir v1 = new GroupDir(Version.V1, v2.path(), Set.of());
      new GroupKill(v1, new Freezer(List.of(v2))).kill();
      assertThat(process.await()).isEqualTo(RealGroups.KILLED);
    }
    Eventually.holds("all are gone", () -> !group.isPopulated());
  }

  @Test
  void aGroupWithSomebodyInItStays() throws Exception {
    Cgroup group = groups.create("busy", ResourceLimits.none());
    try (GroupProcess process = GroupProcess.start(group, "sleep", "300")) {
      Eventually.holds("it is in", () -> group.pids().equals(List.of(process.pid())));
      assertThat(group.isPopulated()).isTrue();
      assertThat(group.remove()).isFalse();
    }
    Eventually.holds("it left", () -> !group.isPopulated());
    assertThat(group.remove()).isTrue();
    assertThat(group.remove()).as("once more").isTrue();
  }

  @Test
  void groupsInAGroupGoWithIt() throws Exception {
    Cgroup group = groups.create("nest", ResourceLimits.none());
    Path inner = group.directories().get(0).resolve("a/b");
    Files.createDirectories(inner);
    try (GroupProcess process =
        GroupProcess.start(List.of(inner.resolve("cgroup.procs")), "sleep", "300")) {
      Eventually.holds("it is seen", () -> group.pids().equals(List.of(process.pid())));
      assertThat(group.isPopulated()).isTrue();
      assertThat(group.remove()).isFalse();
      group.kill();
      assertThat(process.await()).isEqualTo(RealGroups.KILLED);
    }
    Eventually.holds("it goes", group::remove);
  }

  @Test
  void theLivingOfAnEarlierSupervisorAreTakenOverWithTheirLimits() throws Exception {
    Cgroup earlier = groups.create("heir", pids(7));
    try (GroupProcess process = GroupProcess.start(earlier, "sleep", "300")) {
      Eventually.holds("it is in", () -> earlier.isPopulated());
      Cgroups later = Cgroups.below(DELEGATED);
      assertThat(later.names()).contains("heir");
      assertThat(later.removeEmpty(name -> name.equals("heir"))).containsExactly("heir");
      Cgroup found = later.existing("heir").orElseThrow();
      assertThat(found.pids()).containsExactly(process.pid());
      assertThat(read(found, "pids.max")).isEqualTo("7");
      Cgroup again = later.create("heir", ResourceLimits.builder().memory("99MiB").build());
      assertThat(again.limitsEnforced().isFullyEnforced()).isTrue();
      assertThat(again.pids()).containsExactly(process.pid());
      assertThat(read(again, "pids.max")).isEqualTo("max");
    }
  }

  private static String read(Cgroup group, String file) throws IOException {
    return Files.readString(group.directories().get(0).resolve(file)).strip();
  }

  @Test
  void theEmptyAndFrozenOfAnEarlierSupervisorAreThawedOrRemoved() throws Exception {
    groups.create("cold", pids(1)).freeze();
    Cgroup again = groups.create("cold", ResourceLimits.none());
    try (GroupProcess process = GroupProcess.start(again, "echo", "alive")) {
      assertThat(process.output()).isEqualTo("alive\n");
    }
    Cgroup other = groups.create("not-ours", ResourceLimits.none());
    assertThat(cgroups.removeEmpty(name -> name.equals("cold"))).isEmpty();
    assertThat(again.directories().get(0)).doesNotExist();
    assertThat(other.directories().get(0)).exists();
    assertThat(cgroups.existing("cold")).isEmpty();
  }

  @Test
  void aThousandGroupsAreMadeAndRemoved() throws IOException {
    ResourceLimits limits =
        ResourceLimits.builder().memory("64MiB").memorySwap(0).cpuPercent(50).pids(64).build();
    List<Cgroup> many = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0; i < 1000; i++) {
      Cgroup group = cgroups.create("many-" + i, limits);
      assertThat(group.limitsEnforced().isFullyEnforced()).isTrue();
      many.add(group);
    }
    long made = System.nanoTime();
    for (Cgroup group : many) {
      group.kill();
    }
    long killed = System.nanoTime();
    for (Cgroup group : many) {
      assertThat(group.remove()).isTrue();
    }
    long removed = System.nanoTime();
    System.out.printf(
        "us for each of 1000 groups: made with four limits %d, killed %d, removed %d%n",
        (made - start) / 1_000_000, (killed - made) / 1_000_000, (removed - killed) / 1_000_000);
    assertThat(cgroups.names()).noneMatch(name -> name.startsWith("many-"));
  }

  @Test
  void inAGroupThatNobodyGaveUsNothingIsTouchedAndTheRemedyTold() throws Exception {
    Path own = Files.createDirectory(DELEGATED.resolve("plain"));
    try (JavaProcess jvm = looks(own, "find")) {
      assertThat(jvm.awaitExit()).as("%s", jvm).isZero();
      assertThat(jvm.out())
          .contains("the control group " + own + " is not delegated to us; start the supervisor by")
          .contains("systemd-run --user --scope -p Delegate=yes")
          .contains("Supervisor.builder().cgroup(path)")
          .contains("pids not enforced");
    }
    assertThat(own.resolve(UnifiedBase.LEAF)).doesNotExist();
    Files.delete(own);
  }

  @Test
  void inAGroupThatSystemdGaveUsWeMoveIntoALeafAndEverythingHolds() throws Exception {
    Path own = Files.createDirectory(DELEGATED.resolve("given.service"));
    Files.getFileAttributeView(own, UserDefinedFileAttributeView.class)
        .write("delegate", ByteBuffer.wrap("1".getBytes(StandardCharsets.UTF_8)));
    assertEverythingHolds(own, "find");
  }

  @Test
  void inAGroupThatWasNamedWeMoveIntoALeafAndEverythingHolds() throws Exception {
    Path own = Files.createDirectory(DELEGATED.resolve("named"));
    assertEverythingHolds(own, own.toString());
  }

  private void assertEverythingHolds(Path own, String how) throws Exception {
    try (JavaProcess jvm = looks(own, how)) {
      assertThat(jvm.awaitExit()).as("%s", jvm).isZero();
      assertThat(jvm.out())
          .contains("groups in " + own + " for [cpu, io, memory, pids]")
          .contains("pids in force: pids.max = 5")
          .contains("second look: [memory, memory-swap, cpu, pids, io]")
          .contains("own: 0::/cgvm/" + own.getFileName() + "/" + UnifiedBase.LEAF);
    }
    assertThat(GroupTree.remove(new GroupDir(Version.V2, own, Set.of()))).isTrue();
  }

  /** The "no internal processes" rule, which is why we move into a leaf. */
  @Test
  void aGroupWhoseControllersArePassedOnRefusesAProcess() throws Exception {
    GroupDir base = new GroupDir(Version.V2, DELEGATED, Set.of());
    Cgroup group = groups.create("mover", ResourceLimits.none());
    try (GroupProcess process = GroupProcess.start(group, "sleep", "300")) {
      assertThatThrownBy(() -> base.write(GroupDir.PROCS, Long.toString(process.pid())))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("cannot write " + process.pid() + " to " + DELEGATED)
          .hasMessageEndingWith("Device or resource busy");
    }
  }

  @Test
  void aGroupThatSomebodyRemovedIsToldNotThrown() throws IOException {
    Cgroup group = groups.create("gone", pids(3));
    assertThat(group.remove()).isTrue();
    assertThat(group.isPopulated()).isFalse();
    assertThat(group.pids()).isEmpty();
    assertThat(group.memoryEvents()).isEqualTo(MemoryEvents.NONE);
    group.kill();
    assertThat(group.set(pids(4)).statusOf(LimitKind.PIDS).orElseThrow().reason())
        .endsWith("pids.max, or somebody removed the group");
  }

  @Test
  void whoIsInTheGroupItselfIsNotKilled() throws Exception {
    Path own = Files.createDirectory(DELEGATED.resolve("luhproc-me"));
    try (JavaProcess jvm = looks(own, "kill " + DELEGATED)) {
      assertThat(jvm.awaitExit()).as("%s", jvm).isZero();
      assertThat(jvm.out()).contains("this JVM is in " + own + " itself, so it is not killed");
    }
    Files.delete(own);
  }

  /** Starts {@link LooksForGroups} in a group. */
  private JavaProcess looks(Path own, String how) throws IOException {
    return JavaProcess.of(LooksForGroups.class, (Object[]) how.split(" ", -1))
        .wrappedBy("sh", "-c", "echo $$ > " + own.resolve("cgroup.procs") + "; exec \"$@\"", "sh")
        .start(directory);
  }
}
