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
class V2CgroupVmTest {
  private static final Path DELEGATED_ROOT = Path.of(System.getenv("CGROUP2_DELEGATED"));

  private final Cgroups cgroups = Cgroups.withRoot(DELEGATED_ROOT);

  @RegisterExtension private final TemporaryCgroups groups = new TemporaryCgroups(cgroups);

  @TempDir Path directory;

  private static ResourceLimits pids(long count) {
    return ResourceLimits.builder().pids(count).build();
  }

  @Test
  void frozenCgroupUsesNoCpuUntilThawed() throws Exception {
    Cgroup group = groups.create("frozen", ResourceLimits.none());
    try (CgroupProcess process = CgroupProcess.shell(group, "while :; do :; done")) {
      Eventually.holds("it runs", () -> !cpuTime(group).isZero());
      group.freeze();
      Eventually.holds("it is frozen", group::isFrozen);
      Duration frozen = cpuTime(group);
      long then = System.nanoTime();
      Eventually.holds("others run", () -> System.nanoTime() - then > 100_000_000);
      assertThat(cpuTime(group)).isEqualTo(frozen);
      assertThat(process.isAlive()).isTrue();
      group.thaw();
      Eventually.holds("it goes on", () -> cpuTime(group).compareTo(frozen) > 0);
      assertThat(group.isFrozen()).isFalse();
    }
  }

  private static Duration cpuTime(Cgroup group) throws IOException {
    return group.stats().cpuTime().orElseThrow();
  }

  @Test
  void frozenCgroupExitsWhenKilled() throws Exception {
    Cgroup group = groups.create("ice", ResourceLimits.none());
    try (CgroupProcess process = CgroupProcess.start(group, "sleep", "300")) {
      Eventually.holds("it is in", group::isPopulated);
      group.freeze();
      Eventually.holds("it is frozen", group::isFrozen);
      group.kill();
      assertThat(process.awaitExit()).isEqualTo(TemporaryCgroups.SIGKILL_EXIT_CODE);
    }
  }

  @Test
  void forkBombInOtherSessionsIsKilledAtOnce() throws Exception {
    Cgroup group = groups.create("storm", pids(200));
    String script =
        "trap '' TERM; storm() { while :; do (setsid sh -c 'sleep 300' &) ; done; };"
            + " storm 2>/dev/null & storm 2>/dev/null & sleep 300";
    try (CgroupProcess process = CgroupProcess.start(group, "sh", "-c", script)) {
      Eventually.holds("a storm", () -> group.pids().size() > 50 || !process.isAlive());
      group.kill();
      assertThat(process.awaitExit()).isEqualTo(TemporaryCgroups.SIGKILL_EXIT_CODE);
    }
    Eventually.holds("all are gone", () -> !group.isPopulated());
    assertThat(group.pids()).isEmpty();
  }

  @Test
  void forkBombIsFrozenAndKilledWithoutCgroupKillFile() throws Exception {
    Cgroup group = groups.create("old-storm", pids(100));
    String script = "storm() { while :; do (sleep 300 &) ; done; }; storm 2>/dev/null & sleep 300";
    try (CgroupProcess process = CgroupProcess.start(group, "sh", "-c", script)) {
      Eventually.holds("a storm", () -> group.pids().size() > 50 || !process.isAlive());
      // What a v1 hierarchy is treated as: no cgroup.kill.
      CgroupDir v2 = new CgroupDir(CgroupVersion.V2, group.directories().get(0), Set.of());
      CgroupDir v1 = new CgroupDir(CgroupVersion.V1, v2.path(), Set.of());
      new CgroupKiller(v1, new Freezer(List.of(v2))).kill();
      assertThat(process.awaitExit()).isEqualTo(TemporaryCgroups.SIGKILL_EXIT_CODE);
    }
    Eventually.holds("all are gone", () -> !group.isPopulated());
  }

  @Test
  void populatedCgroupIsNotRemoved() throws Exception {
    Cgroup group = groups.create("busy", ResourceLimits.none());
    try (CgroupProcess process = CgroupProcess.start(group, "sleep", "300")) {
      Eventually.holds("it is in", () -> group.pids().equals(List.of(process.pid())));
      assertThat(group.isPopulated()).isTrue();
      assertThat(group.remove()).isFalse();
    }
    Eventually.holds("it left", () -> !group.isPopulated());
    assertThat(group.remove()).isTrue();
    assertThat(group.remove()).as("once more").isTrue();
  }

  @Test
  void nestedCgroupsAreKilledAndRemovedWithTheirParent() throws Exception {
    Cgroup group = groups.create("nest", ResourceLimits.none());
    Path inner = group.directories().get(0).resolve("a/b");
    Files.createDirectories(inner);
    try (CgroupProcess process =
        CgroupProcess.start(List.of(inner.resolve("cgroup.procs")), "sleep", "300")) {
      Eventually.holds("it is seen", () -> group.pids().equals(List.of(process.pid())));
      assertThat(group.isPopulated()).isTrue();
      assertThat(group.remove()).isFalse();
      group.kill();
      assertThat(process.awaitExit()).isEqualTo(TemporaryCgroups.SIGKILL_EXIT_CODE);
    }
    Eventually.holds("it goes", group::remove);
  }

  @Test
  void existingPopulatedCgroupIsReusedWithItsLimits() throws Exception {
    Cgroup earlier = groups.create("heir", pids(7));
    try (CgroupProcess process = CgroupProcess.start(earlier, "sleep", "300")) {
      Eventually.holds("it is in", () -> earlier.isPopulated());
      Cgroups later = Cgroups.withRoot(DELEGATED_ROOT);
      assertThat(later.names()).contains("heir");
      assertThat(later.removeEmpty(name -> name.equals("heir"))).containsExactly("heir");
      Cgroup found = later.findExisting("heir").orElseThrow();
      assertThat(found.pids()).containsExactly(process.pid());
      assertThat(read(found, "pids.max")).isEqualTo("7");
      Cgroup again = later.create("heir", ResourceLimits.builder().memory("99MiB").build());
      assertThat(again.limitReport().isFullyEnforced()).isTrue();
      assertThat(again.pids()).containsExactly(process.pid());
      assertThat(read(again, "pids.max")).isEqualTo("max");
    }
  }

  private static String read(Cgroup group, String file) throws IOException {
    return Files.readString(group.directories().get(0).resolve(file)).strip();
  }

  @Test
  void existingFrozenEmptyCgroupIsThawedOrRemoved() throws Exception {
    groups.create("cold", pids(1)).freeze();
    Cgroup again = groups.create("cold", ResourceLimits.none());
    try (CgroupProcess process = CgroupProcess.start(again, "echo", "alive")) {
      assertThat(process.output()).isEqualTo("alive\n");
    }
    Cgroup other = groups.create("not-ours", ResourceLimits.none());
    assertThat(cgroups.removeEmpty(name -> name.equals("cold"))).isEmpty();
    assertThat(again.directories().get(0)).doesNotExist();
    assertThat(other.directories().get(0)).exists();
    assertThat(cgroups.findExisting("cold")).isEmpty();
  }

  @Test
  void thousandCgroupsAreCreatedAndRemoved() throws IOException {
    ResourceLimits limits =
        ResourceLimits.builder().memory("64MiB").memorySwap(0).cpuPercent(50).pids(64).build();
    List<Cgroup> many = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0; i < 1000; i++) {
      Cgroup group = cgroups.create("many-" + i, limits);
      assertThat(group.limitReport().isFullyEnforced()).isTrue();
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
  void nonDelegatedCgroupIsNotModifiedAndRemedyIsReported() throws Exception {
    Path cgroup = Files.createDirectory(DELEGATED_ROOT.resolve("plain"));
    try (JavaProcess jvm = startDetector(cgroup, "find")) {
      assertThat(jvm.awaitExit()).as("%s", jvm).isZero();
      assertThat(jvm.out())
          .contains(
              "the control group " + cgroup + " is not delegated to us; start the supervisor by")
          .contains("systemd-run --user --scope -p Delegate=yes")
          .contains("Supervisor.builder().cgroup(path)")
          .contains("pids not enforced");
    }
    assertThat(cgroup.resolve(V2SubtreeControl.LEAF_NAME)).doesNotExist();
    Files.delete(cgroup);
  }

  @Test
  void limitsAreEnforcedInCgroupDelegatedBySystemd() throws Exception {
    Path cgroup = Files.createDirectory(DELEGATED_ROOT.resolve("given.service"));
    Files.getFileAttributeView(cgroup, UserDefinedFileAttributeView.class)
        .write("delegate", ByteBuffer.wrap("1".getBytes(StandardCharsets.UTF_8)));
    assertLimitsAreEnforced(cgroup, "find");
  }

  @Test
  void limitsAreEnforcedInConfiguredRoot() throws Exception {
    Path cgroup = Files.createDirectory(DELEGATED_ROOT.resolve("named"));
    assertLimitsAreEnforced(cgroup, cgroup.toString());
  }

  private void assertLimitsAreEnforced(Path cgroup, String root) throws Exception {
    try (JavaProcess jvm = startDetector(cgroup, root)) {
      assertThat(jvm.awaitExit()).as("%s", jvm).isZero();
      assertThat(jvm.out())
          .contains("groups in " + cgroup + " for [cpu, io, memory, pids]")
          .contains("pids enforced: pids.max = 5")
          .contains("second look: [memory, memory-swap, cpu, pids, io]")
          .contains("own: 0::/cgvm/" + cgroup.getFileName() + "/" + V2SubtreeControl.LEAF_NAME);
    }
    assertThat(CgroupSubtree.remove(new CgroupDir(CgroupVersion.V2, cgroup, Set.of()))).isTrue();
  }

  /** The "no internal processes" rule, which is why we move into a leaf. */
  @Test
  void joiningCgroupWithEnabledSubtreeControllersFails() throws Exception {
    CgroupDir root = new CgroupDir(CgroupVersion.V2, DELEGATED_ROOT, Set.of());
    Cgroup group = groups.create("mover", ResourceLimits.none());
    try (CgroupProcess process = CgroupProcess.start(group, "sleep", "300")) {
      assertThatThrownBy(() -> root.write(CgroupDir.PROCS_FILE, Long.toString(process.pid())))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("cannot write " + process.pid() + " to " + DELEGATED_ROOT)
          .hasMessageEndingWith("Device or resource busy");
    }
  }

  @Test
  void removedCgroupIsReportedWithoutException() throws IOException {
    Cgroup group = groups.create("gone", pids(3));
    assertThat(group.remove()).isTrue();
    assertThat(group.isPopulated()).isFalse();
    assertThat(group.pids()).isEmpty();
    assertThat(group.memoryEvents()).isEqualTo(MemoryEvents.NONE);
    group.kill();
    assertThat(group.setLimits(pids(4)).statusOf(LimitKind.PIDS).orElseThrow().reason())
        .endsWith("pids.max, or somebody removed the group");
  }

  @Test
  void killFailsWhenCallerIsInTheCgroup() throws Exception {
    Path cgroup = Files.createDirectory(DELEGATED_ROOT.resolve("luhproc-me"));
    try (JavaProcess jvm = startDetector(cgroup, "kill " + DELEGATED_ROOT)) {
      assertThat(jvm.awaitExit()).as("%s", jvm).isZero();
      assertThat(jvm.out()).contains("this JVM is in " + cgroup + " itself, so it is not killed");
    }
    Files.delete(cgroup);
  }

  /** Starts {@link DetectsCgroups} in a group. */
  private JavaProcess startDetector(Path cgroup, String arguments) throws IOException {
    return JavaProcess.of(DetectsCgroups.class, (Object[]) arguments.split(" ", -1))
        .wrappedBy(
            "sh", "-c", "echo $$ > " + cgroup.resolve("cgroup.procs") + "; exec \"$@\"", "sh")
        .start(directory);
  }
}
