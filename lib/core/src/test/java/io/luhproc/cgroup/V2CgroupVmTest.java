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

/** Cgroup operations on a kernel whose cgroup v2 has all controllers; see {@code .ci/cgroup2}. */
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
    Cgroup cgroup = groups.create("frozen", ResourceLimits.none());
    try (CgroupProcess process = CgroupProcess.shell(cgroup, "while :; do :; done")) {
      Eventually.holds("the process runs", () -> !cpuTime(cgroup).isZero());
      cgroup.freeze();
      Eventually.holds("the cgroup is frozen", cgroup::isFrozen);
      Duration frozen = cpuTime(cgroup);
      long then = System.nanoTime();
      Eventually.holds("100 ms have passed", () -> System.nanoTime() - then > 100_000_000);
      assertThat(cpuTime(cgroup)).isEqualTo(frozen);
      assertThat(process.isAlive()).isTrue();
      cgroup.thaw();
      Eventually.holds("the process continues", () -> cpuTime(cgroup).compareTo(frozen) > 0);
      assertThat(cgroup.isFrozen()).isFalse();
    }
  }

  private static Duration cpuTime(Cgroup cgroup) throws IOException {
    return cgroup.stats().cpuTime().orElseThrow();
  }

  @Test
  void frozenCgroupExitsWhenKilled() throws Exception {
    Cgroup cgroup = groups.create("ice", ResourceLimits.none());
    try (CgroupProcess process = CgroupProcess.start(cgroup, "sleep", "300")) {
      Eventually.holds("the process has joined", cgroup::isPopulated);
      cgroup.freeze();
      Eventually.holds("the cgroup is frozen", cgroup::isFrozen);
      cgroup.kill();
      assertThat(process.awaitExit()).isEqualTo(TemporaryCgroups.SIGKILL_EXIT_CODE);
    }
  }

  @Test
  void forkBombInOtherSessionsIsKilledAtOnce() throws Exception {
    Cgroup cgroup = groups.create("bomb", pids(200));
    String script =
        "trap '' TERM; bomb() { while :; do (setsid sh -c 'sleep 300' &) ; done; };"
            + " bomb 2>/dev/null & bomb 2>/dev/null & sleep 300";
    try (CgroupProcess process = CgroupProcess.start(cgroup, "sh", "-c", script)) {
      Eventually.holds("the fork bomb runs", () -> cgroup.pids().size() > 50 || !process.isAlive());
      cgroup.kill();
      assertThat(process.awaitExit()).isEqualTo(TemporaryCgroups.SIGKILL_EXIT_CODE);
    }
    Eventually.holds("all processes are gone", () -> !cgroup.isPopulated());
    assertThat(cgroup.pids()).isEmpty();
  }

  @Test
  void forkBombIsFrozenAndKilledWithoutCgroupKillFile() throws Exception {
    Cgroup cgroup = groups.create("old-bomb", pids(100));
    String script = "bomb() { while :; do (sleep 300 &) ; done; }; bomb 2>/dev/null & sleep 300";
    try (CgroupProcess process = CgroupProcess.start(cgroup, "sh", "-c", script)) {
      Eventually.holds("the fork bomb runs", () -> cgroup.pids().size() > 50 || !process.isAlive());
      // Treated as v1, so that cgroup.kill is not used.
      CgroupDir v2 = new CgroupDir(CgroupVersion.V2, cgroup.directories().get(0), Set.of());
      CgroupDir v1 = new CgroupDir(CgroupVersion.V1, v2.path(), Set.of());
      new CgroupKiller(v1, new Freezer(List.of(v2))).kill();
      assertThat(process.awaitExit()).isEqualTo(TemporaryCgroups.SIGKILL_EXIT_CODE);
    }
    Eventually.holds("all processes are gone", () -> !cgroup.isPopulated());
  }

  @Test
  void populatedCgroupIsNotRemoved() throws Exception {
    Cgroup cgroup = groups.create("busy", ResourceLimits.none());
    try (CgroupProcess process = CgroupProcess.start(cgroup, "sleep", "300")) {
      Eventually.holds(
          "the process has joined", () -> cgroup.pids().equals(List.of(process.pid())));
      assertThat(cgroup.isPopulated()).isTrue();
      assertThat(cgroup.remove()).isFalse();
    }
    Eventually.holds("the process has exited", () -> !cgroup.isPopulated());
    assertThat(cgroup.remove()).isTrue();
    assertThat(cgroup.remove()).as("second removal").isTrue();
  }

  @Test
  void nestedCgroupsAreKilledAndRemovedWithTheirParent() throws Exception {
    Cgroup cgroup = groups.create("nest", ResourceLimits.none());
    Path inner = cgroup.directories().get(0).resolve("a/b");
    Files.createDirectories(inner);
    try (CgroupProcess process =
        CgroupProcess.start(List.of(inner.resolve("cgroup.procs")), "sleep", "300")) {
      Eventually.holds("the process is listed", () -> cgroup.pids().equals(List.of(process.pid())));
      assertThat(cgroup.isPopulated()).isTrue();
      assertThat(cgroup.remove()).isFalse();
      cgroup.kill();
      assertThat(process.awaitExit()).isEqualTo(TemporaryCgroups.SIGKILL_EXIT_CODE);
    }
    Eventually.holds("the cgroup is removed", cgroup::remove);
  }

  @Test
  void existingPopulatedCgroupIsReusedWithItsLimits() throws Exception {
    Cgroup earlier = groups.create("adopted", pids(7));
    try (CgroupProcess process = CgroupProcess.start(earlier, "sleep", "300")) {
      Eventually.holds("the process has joined", () -> earlier.isPopulated());
      Cgroups later = Cgroups.withRoot(DELEGATED_ROOT);
      assertThat(later.names()).contains("adopted");
      assertThat(later.removeEmpty(name -> name.equals("adopted"))).containsExactly("adopted");
      Cgroup found = later.findExisting("adopted").orElseThrow();
      assertThat(found.pids()).containsExactly(process.pid());
      assertThat(read(found, "pids.max")).isEqualTo("7");
      Cgroup again = later.create("adopted", ResourceLimits.builder().memory("99MiB").build());
      assertThat(again.limitReport().isFullyEnforced()).isTrue();
      assertThat(again.pids()).containsExactly(process.pid());
      assertThat(read(again, "pids.max")).isEqualTo("max");
    }
  }

  private static String read(Cgroup cgroup, String file) throws IOException {
    return Files.readString(cgroup.directories().get(0).resolve(file)).strip();
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
      Cgroup cgroup = cgroups.create("many-" + i, limits);
      assertThat(cgroup.limitReport().isFullyEnforced()).isTrue();
      many.add(cgroup);
    }
    long created = System.nanoTime();
    for (Cgroup cgroup : many) {
      cgroup.kill();
    }
    long killed = System.nanoTime();
    for (Cgroup cgroup : many) {
      assertThat(cgroup.remove()).isTrue();
    }
    long removed = System.nanoTime();
    System.out.printf(
        "us per cgroup of 1000: created with four limits %d, killed %d, removed %d%n",
        (created - start) / 1_000_000,
        (killed - created) / 1_000_000,
        (removed - killed) / 1_000_000);
    assertThat(cgroups.names()).noneMatch(name -> name.startsWith("many-"));
  }

  @Test
  void nonDelegatedCgroupIsNotModifiedAndRemedyIsReported() throws Exception {
    Path cgroup = Files.createDirectory(DELEGATED_ROOT.resolve("plain"));
    try (JavaProcess jvm = startDetector(cgroup, "find")) {
      assertThat(jvm.awaitExit()).as("%s", jvm).isZero();
      assertThat(jvm.out())
          .contains(
              "the cgroup " + cgroup + " is not delegated to this process; start the supervisor by")
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
          .contains("cgroups in " + cgroup + " for [cpu, io, memory, pids]")
          .contains("pids enforced: pids.max = 5")
          .contains("detected again: [memory, memory-swap, cpu, pids, io]")
          .contains("own: 0::/cgvm/" + cgroup.getFileName() + "/" + V2SubtreeControl.LEAF_NAME);
    }
    assertThat(CgroupSubtree.remove(new CgroupDir(CgroupVersion.V2, cgroup, Set.of()))).isTrue();
  }

  /** Verifies the "no internal processes" rule, which requires the leaf. */
  @Test
  void joiningCgroupWithEnabledSubtreeControllersFails() throws Exception {
    CgroupDir root = new CgroupDir(CgroupVersion.V2, DELEGATED_ROOT, Set.of());
    Cgroup cgroup = groups.create("mover", ResourceLimits.none());
    try (CgroupProcess process = CgroupProcess.start(cgroup, "sleep", "300")) {
      assertThatThrownBy(() -> root.write(CgroupDir.PROCS_FILE, Long.toString(process.pid())))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("cannot write " + process.pid() + " to " + DELEGATED_ROOT)
          .hasMessageEndingWith("Device or resource busy");
    }
  }

  @Test
  void removedCgroupIsReportedWithoutException() throws IOException {
    Cgroup cgroup = groups.create("gone", pids(3));
    assertThat(cgroup.remove()).isTrue();
    assertThat(cgroup.isPopulated()).isFalse();
    assertThat(cgroup.pids()).isEmpty();
    assertThat(cgroup.memoryEvents()).isEqualTo(MemoryEvents.NONE);
    cgroup.kill();
    assertThat(cgroup.setLimits(pids(4)).statusOf(LimitKind.PIDS).orElseThrow().reason())
        .endsWith("pids.max, or the cgroup was removed");
  }

  @Test
  void killFailsWhenCallerIsInTheCgroup() throws Exception {
    Path cgroup = Files.createDirectory(DELEGATED_ROOT.resolve("luhproc-me"));
    try (JavaProcess jvm = startDetector(cgroup, "kill " + DELEGATED_ROOT)) {
      assertThat(jvm.awaitExit()).as("%s", jvm).isZero();
      assertThat(jvm.out()).contains("cannot kill " + cgroup + ": it contains this JVM");
    }
    Files.delete(cgroup);
  }

  /** Starts {@link DetectsCgroups} in a cgroup. */
  private JavaProcess startDetector(Path cgroup, String arguments) throws IOException {
    return JavaProcess.of(DetectsCgroups.class, (Object[]) arguments.split(" ", -1))
        .wrappedBy(
            "sh", "-c", "echo $$ > " + cgroup.resolve("cgroup.procs") + "; exec \"$@\"", "sh")
        .start(directory);
  }
}
