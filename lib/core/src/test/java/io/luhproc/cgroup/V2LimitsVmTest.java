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

/** Enforced limits on a kernel whose cgroup v2 has all controllers; see {@code .ci/cgroup2}. */
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

  private static String reason(Cgroup cgroup, LimitKind limit) {
    return cgroup.limitReport().statusOf(limit).map(LimitStatus::reason).orElse("");
  }

  @Test
  void everyLimitIsEnforceableWithAllControllers() {
    assertThat(cgroups.enforceableLimits()).containsExactly(LimitKind.values());
    assertThat(cgroups.toString()).contains("for [cpu, io, memory, pids]");
  }

  @Test
  void exceedingMemoryLimitKillsAndCountsOomKill() throws Exception {
    Cgroup cgroup = groups.createEnforced(limits().memory("8MiB"));
    assertThat(reason(cgroup, LimitKind.MEMORY)).isEqualTo("memory.max = 8388608");
    MemoryEvents before = cgroup.memoryEvents();
    try (CgroupProcess process = CgroupProcess.shell(cgroup, ALLOCATE_MEMORY)) {
      assertThat(process.awaitExit()).isEqualTo(TemporaryCgroups.SIGKILL_EXIT_CODE);
    }
    MemoryEvents after = cgroup.memoryEvents();
    assertThat(after.hasOomKillSince(before)).isTrue();
    assertThat(after.outOfMemory()).isPositive();
    assertThat(after.limitHits()).isPositive();
  }

  @Test
  void killWithoutMemoryPressureIsNotCountedAsOomKill() throws Exception {
    Cgroup cgroup = groups.createEnforced(limits().memory("8MiB"));
    MemoryEvents before = cgroup.memoryEvents();
    try (CgroupProcess process = CgroupProcess.start(cgroup, "sleep", "300")) {
      Eventually.holds("the process has joined", cgroup::isPopulated);
      cgroup.kill();
      assertThat(process.awaitExit()).isEqualTo(TemporaryCgroups.SIGKILL_EXIT_CODE);
    }
    assertThat(cgroup.memoryEvents().hasOomKillSince(before)).isFalse();
  }

  @Test
  void wholeCgroupIsKilledWhenOneProcessRunsOutOfMemory() throws Exception {
    Cgroup cgroup = groups.createEnforced(limits().memory("8MiB"));
    try (CgroupProcess process =
        CgroupProcess.shell(cgroup, "(" + ALLOCATE_MEMORY + ") >/dev/null & sleep 300")) {
      assertThat(process.awaitExit()).isEqualTo(TemporaryCgroups.SIGKILL_EXIT_CODE);
    }
    Eventually.holds("all processes are gone", () -> !cgroup.isPopulated());
  }

  @Test
  void limitAppliesFromFirstInstruction() throws Exception {
    Cgroup cgroup = groups.createEnforced(limits().pids(1));
    try (CgroupProcess process = CgroupProcess.shell(cgroup, "cat /proc/self/cgroup; echo")) {
      // The shell cannot fork to run cat.
      assertThat(process.output()).containsIgnoringCase("cannot fork");
    }
    try (CgroupProcess process = CgroupProcess.start(cgroup, "cat", "/proc/self/cgroup")) {
      assertThat(process.output()).endsWith(Cgroups.NAME_PREFIX + cgroup.name() + "\n");
    }
  }

  @Test
  void forkFailsWhenPidsLimitIsReached() throws Exception {
    Cgroup cgroup = groups.createEnforced(limits().pids(5));
    String script = "for i in 1 2 3 4 5 6 7 8; do sleep 300 & done; wait";
    try (CgroupProcess process = CgroupProcess.shell(cgroup, script)) {
      // dash exits when a fork fails, and leaves four processes running.
      assertThat(process.awaitExit()).isNotZero();
      assertThat(cgroup.pids()).hasSize(4);
      assertThat(cgroup.stats().pids()).hasValue(4);
      cgroup.kill();
      assertThat(process.output()).containsIgnoringCase("cannot fork");
    }
  }

  @Test
  void cpuTimeIsHalvedWithLimitOf50Percent() throws Exception {
    Cgroup cgroup = groups.createEnforced(limits().cpuPercent(50));
    assertThat(reason(cgroup, LimitKind.CPU)).isEqualTo("cpu.max = 50000 100000");
    try (CgroupProcess process = CgroupProcess.start(cgroup, "sh", "-c", BUSY_LOOP, "4")) {
      assertThat(process.awaitExit()).isZero();
    }
    // The loop runs for 3 to 4 s, so at 50 % it uses 1.5 to 2 s of CPU time.
    Duration used = cgroup.stats().cpuTime().orElseThrow();
    assertThat(used).isBetween(Duration.ofMillis(900), Duration.ofMillis(2400));
  }

  @Test
  void swapIsLimitedWithoutMemoryLimit() throws IOException {
    Cgroup cgroup = groups.createEnforced(limits().memory("8MiB").memorySwap(0));
    assertThat(reason(cgroup, LimitKind.MEMORY_SWAP)).isEqualTo("memory.swap.max = 0");
    cgroup.setLimits(limits().memorySwap("16MiB").build());
    assertThat(reason(cgroup, LimitKind.MEMORY_SWAP)).isEqualTo("memory.swap.max = 16777216");
  }

  @Test
  void memoryLimitIsAcceptedWhenRoundedDownToPage() {
    Cgroup cgroup = groups.createEnforced(limits().memory((1 << 20) + 1));
    assertThat(reason(cgroup, LimitKind.MEMORY)).isEqualTo("memory.max = 1048577");
  }

  @Test
  void ioLimitWithoutDiskIsReportedAndOtherLimitsApply() {
    ResourceLimits limits =
        limits().pids(9).io(IoLimit.of(Path.of("/proc/version"), 4096, 4096)).build();
    Cgroup cgroup = groups.create("test-disk", limits);
    assertThat(cgroup.limitReport().statusOf(LimitKind.PIDS).orElseThrow().isEnforced()).isTrue();
    assertThat(cgroup.limitReport().statusOf(LimitKind.IO).orElseThrow().reason())
        .startsWith("/proc/version is not on a disk known to the kernel (device 0:");
  }

  @Test
  void limitsOfRunningProcessAreChangedAndRemoved() throws Exception {
    Cgroup cgroup = groups.createEnforced(limits().pids(2).memory("64MiB").cpuPercent(100));
    try (CgroupProcess process =
        CgroupProcess.start(
            cgroup, "bash", "-c", "until (sleep 0.05 & wait) 2>/dev/null; do :; done")) {
      Eventually.holds("the process runs", () -> !cgroup.pids().isEmpty());
      assertThat(process.isAlive()).isTrue();
      assertThat(cgroup.setLimits(limits().memory("32MiB").build()).isFullyEnforced()).isTrue();
      assertThat(process.awaitExit()).isZero();
    }
    CgroupDir directory = directory(cgroup);
    assertThat(directory.read("pids.max")).isEqualTo("max");
    assertThat(directory.read("cpu.max")).isEqualTo("max 100000");
    assertThat(directory.read("memory.max")).isEqualTo("33554432");
    assertThat(cgroup.setLimits(ResourceLimits.none()).statuses()).isEmpty();
    assertThat(directory.read("memory.max")).isEqualTo("max");
    assertThat(directory.read("memory.oom.group")).isEqualTo("0");
  }

  private static CgroupDir directory(Cgroup cgroup) {
    return new CgroupDir(CgroupVersion.V2, cgroup.directories().get(0), Set.of());
  }

  @Test
  void loweringMemoryLimitBelowUsageKills() throws Exception {
    Cgroup cgroup = groups.createEnforced(limits().memory("256MiB"));
    MemoryEvents before = cgroup.memoryEvents();
    // tail keeps up to 30 MB in memory.
    String script = "(head -c 30000000 /dev/zero; sleep 300) | tail -c 30000000";
    try (CgroupProcess process = CgroupProcess.shell(cgroup, script)) {
      Eventually.holds("30 MB are in use", () -> cgroup.stats().memory().orElse(0) > 30_000_000);
      assertThat(cgroup.setLimits(limits().memory("4MiB").build()).isFullyEnforced()).isTrue();
      assertThat(process.awaitExit()).isEqualTo(TemporaryCgroups.SIGKILL_EXIT_CODE);
    }
    assertThat(cgroup.memoryEvents().hasOomKillSince(before)).isTrue();
    assertThat(cgroup.stats().peakMemory().orElse(0)).isGreaterThan(30_000_000);
  }
}
