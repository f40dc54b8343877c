package io.luhproc.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.limits.IoLimit;
import io.luhproc.limits.LimitKind;
import io.luhproc.limits.LimitStatus;
import io.luhproc.limits.ResourceLimits;
import io.luhproc.testing.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Limits that bite, under a kernel whose cgroup v2 has all controllers; see {@code .ci/cgroup2}.
 */
@Tag("cgroup2")
class V2LimitsVmTest {
  private static final String ALLOCATE_MEMORY =
      "x=0123456789; while :; do x=$x$x; echo ${#x}; done";
  private static final String BUSY_LOOP =
      "t=$(($(date +%s)+$0)); while [ $(date +%s) -lt $t ]; do :; done";

  private final Cgroups cgroups = Cgroups.withRoot(Path.of(System.getenv("CGROUP2_DELEGATED")));

  @RegisterExtension private final TemporaryCgroups groups = new TemporaryCgroups(cgroups);

  private static ResourceLimits.Builder limits() {
    return ResourceLimits.builder();
  }

  private static String reason(Cgroup group, LimitKind limit) {
    return group.limitReport().statusOf(limit).map(LimitStatus::reason).orElse("");
  }

  @Test
  void everyLimitIsEnforceableWithAllControllers() {
    assertThat(cgroups.enforceableLimits()).containsExactly(LimitKind.values());
    assertThat(cgroups.toString()).contains("for [cpu, io, memory, pids]");
  }

  @Test
  void exceedingMemoryLimitKillsAndCountsOomKill() throws Exception {
    Cgroup group = groups.createEnforced(limits().memory("8MiB"));
    assertThat(reason(group, LimitKind.MEMORY)).isEqualTo("memory.max = 8388608");
    MemoryEvents before = group.memoryEvents();
    try (CgroupProcess process = CgroupProcess.shell(group, ALLOCATE_MEMORY)) {
      assertThat(process.awaitExit()).isEqualTo(TemporaryCgroups.SIGKILL_EXIT_CODE);
    }
    MemoryEvents after = group.memoryEvents();
    assertThat(after.hasOomKillSince(before)).isTrue();
    assertThat(after.outOfMemory()).isPositive();
    assertThat(after.limitHits()).isPositive();
  }

  @Test
  void killWithoutMemoryPressureIsNotCountedAsOomKill() throws Exception {
    Cgroup group = groups.createEnforced(limits().memory("8MiB"));
    MemoryEvents before = group.memoryEvents();
    try (CgroupProcess process = CgroupProcess.start(group, "sleep", "300")) {
      Eventually.holds("it is in", group::isPopulated);
      group.kill();
      assertThat(process.awaitExit()).isEqualTo(TemporaryCgroups.SIGKILL_EXIT_CODE);
    }
    assertThat(group.memoryEvents().hasOomKillSince(before)).isFalse();
  }

  @Test
  void wholeCgroupIsKilledWhenOneProcessRunsOutOfMemory() throws Exception {
    Cgroup group = groups.createEnforced(limits().memory("8MiB"));
    try (CgroupProcess process =
        CgroupProcess.shell(group, "(" + ALLOCATE_MEMORY + ") >/dev/null & sleep 300")) {
      assertThat(process.awaitExit()).isEqualTo(TemporaryCgroups.SIGKILL_EXIT_CODE);
    }
    Eventually.holds("all are gone", () -> !group.isPopulated());
  }

  @Test
  void limitAppliesFromFirstInstruction() throws Exception {
    Cgroup group = groups.createEnforced(limits().pids(1));
    try (CgroupProcess process = CgroupProcess.shell(group, "cat /proc/self/cgroup; echo")) {
      // sh cannot fork for cat.
      assertThat(process.output()).containsIgnoringCase("cannot fork");
    }
    try (CgroupProcess process = CgroupProcess.start(group, "cat", "/proc/self/cgroup")) {
      assertThat(process.output()).endsWith(Cgroups.NAME_PREFIX + group.name() + "\n");
    }
  }

  @Test
  void forkFailsWhenPidsLimitIsReached() throws Exception {
    Cgroup group = groups.createEnforced(limits().pids(5));
    String script = "for i in 1 2 3 4 5 6 7 8; do sleep 300 & done; wait";
    try (CgroupProcess process = CgroupProcess.shell(group, script)) {
      // dash gives up when it cannot fork, and leaves four behind.
      assertThat(process.awaitExit()).isNotZero();
      assertThat(group.pids()).hasSize(4);
      assertThat(group.stats().pids()).hasValue(4);
      group.kill();
      assertThat(process.output()).containsIgnoringCase("cannot fork");
    }
  }

  @Test
  void cpuTimeIsHalvedWithLimitOf50Percent() throws Exception {
    Cgroup group = groups.createEnforced(limits().cpuPercent(50));
    assertThat(reason(group, LimitKind.CPU)).isEqualTo("cpu.max = 50000 100000");
    try (CgroupProcess process = CgroupProcess.start(group, "sh", "-c", BUSY_LOOP, "4")) {
      assertThat(process.awaitExit()).isZero();
    }
    // Begun within the first of four seconds, so at least three of them at a half.
    Duration used = group.stats().cpuTime().orElseThrow();
    assertThat(used).isBetween(Duration.ofMillis(900), Duration.ofMillis(2400));
  }

  @Test
  void swapIsLimitedWithoutMemoryLimit() throws IOException {
    Cgroup group = groups.createEnforced(limits().memory("8MiB").memorySwap(0));
    assertThat(reason(group, LimitKind.MEMORY_SWAP)).isEqualTo("memory.swap.max = 0");
    group.setLimits(limits().memorySwap("16MiB").build());
    assertThat(reason(group, LimitKind.MEMORY_SWAP)).isEqualTo("memory.swap.max = 16777216");
  }

  @Test
  void memoryLimitIsAcceptedWhenRoundedDownToPage() {
    Cgroup group = groups.createEnforced(limits().memory((1 << 20) + 1));
    assertThat(reason(group, LimitKind.MEMORY)).isEqualTo("memory.max = 1048577");
  }

  @Test
  void ioLimitWithoutDiskIsReportedAndOtherLimitsApply() {
    ResourceLimits asked =
        limits().pids(9).io(IoLimit.of(Path.of("/proc/version"), 4096, 4096)).build();
    Cgroup group = groups.create("test-disk", asked);
    assertThat(group.limitReport().statusOf(LimitKind.PIDS).orElseThrow().isEnforced()).isTrue();
    assertThat(group.limitReport().statusOf(LimitKind.IO).orElseThrow().reason())
        .startsWith("/proc/version is on no disk that the kernel knows (device 0:");
  }

  @Test
  void limitsOfRunningProcessAreChangedAndRemoved() throws Exception {
    Cgroup group = groups.createEnforced(limits().pids(2).memory("64MiB").cpuPercent(100));
    try (CgroupProcess process =
        CgroupProcess.start(
            group, "bash", "-c", "until (sleep 0.05 & wait) 2>/dev/null; do :; done")) {
      Eventually.holds("it runs", () -> !group.pids().isEmpty());
      assertThat(process.isAlive()).isTrue();
      assertThat(group.setLimits(limits().memory("32MiB").build()).isFullyEnforced()).isTrue();
      assertThat(process.awaitExit()).isZero();
    }
    CgroupDir directory = directory(group);
    assertThat(directory.read("pids.max")).isEqualTo("max");
    assertThat(directory.read("cpu.max")).isEqualTo("max 100000");
    assertThat(directory.read("memory.max")).isEqualTo("33554432");
    assertThat(group.setLimits(ResourceLimits.none()).statuses()).isEmpty();
    assertThat(directory.read("memory.max")).isEqualTo("max");
    assertThat(directory.read("memory.oom.group")).isEqualTo("0");
  }

  private static CgroupDir directory(Cgroup group) {
    return new CgroupDir(CgroupVersion.V2, group.directories().get(0), Set.of());
  }

  @Test
  void loweringMemoryLimitBelowUsageKills() throws Exception {
    Cgroup group = groups.createEnforced(limits().memory("256MiB"));
    MemoryEvents before = group.memoryEvents();
    // tail keeps in memory what it may have to print.
    String script = "(head -c 30000000 /dev/zero; sleep 300) | tail -c 30000000";
    try (CgroupProcess process = CgroupProcess.shell(group, script)) {
      Eventually.holds("it is full", () -> group.stats().memory().orElse(0) > 30_000_000);
      assertThat(group.setLimits(limits().memory("4MiB").build()).isFullyEnforced()).isTrue();
      assertThat(process.awaitExit()).isEqualTo(TemporaryCgroups.SIGKILL_EXIT_CODE);
    }
    assertThat(group.memoryEvents().hasOomKillSince(before)).isTrue();
    assertThat(group.stats().peakMemory().orElse(0)).isGreaterThan(30_000_000);
  }
}
