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
class UnifiedLimitsVmTest {
  private static final String EATS_MEMORY = "x=0123456789; while :; do x=$x$x; echo ${#x}; done";
  private static final String USES_CPU =
      "t=$(($(date +%s)+$0)); while [ $(date +%s) -lt $t ]; do :; done";

  private final Cgroups cgroups = Cgroups.below(Path.of(System.getenv("CGROUP2_DELEGATED")));

  @RegisterExtension private final RealGroups groups = new RealGroups(cgroups);

  private static ResourceLimits.Builder limits() {
    return ResourceLimits.builder();
  }

  private static String told(Cgroup group, LimitKind limit) {
    return group.limitsEnforced().statusOf(limit).map(LimitStatus::reason).orElse("");
  }

  @Test
  void everythingIsEnforceableHere() {
    assertThat(cgroups.enforceable()).containsExactly(LimitKind.values());
    assertThat(cgroups.toString()).contains("for [cpu, io, memory, pids]");
  }

  @Test
  void memoryBeyondTheLimitKillsAndIsToldAsOutOfMemory() throws Exception {
    Cgroup group = groups.holding(limits().memory("8MiB"));
    assertThat(told(group, LimitKind.MEMORY)).isEqualTo("memory.max = 8388608");
    MemoryEvents before = group.memoryEvents();
    try (GroupProcess process = GroupProcess.shell(group, EATS_MEMORY)) {
      assertThat(process.await()).isEqualTo(RealGroups.KILLED);
    }
    MemoryEvents after = group.memoryEvents();
    assertThat(after.killedSince(before)).isTrue();
    assertThat(after.outOfMemory()).isPositive();
    assertThat(after.limitHits()).isPositive();
  }

  @Test
  void aKillBySomebodyElseIsNotToldAsOutOfMemory() throws Exception {
    Cgroup group = groups.holding(limits().memory("8MiB"));
    MemoryEvents before = group.memoryEvents();
    try (GroupProcess process = GroupProcess.start(group, "sleep", "300")) {
      Eventually.holds("it is in", group::isPopulated);
      group.kill();
      assertThat(process.await()).isEqualTo(RealGroups.KILLED);
    }
    assertThat(group.memoryEvents().killedSince(before)).isFalse();
  }

  @Test
  void whenOneRunsOutOfMemoryTheWholeGroupIsKilled() throws Exception {
    Cgroup group = groups.holding(limits().memory("8MiB"));
    try (GroupProcess process =
        GroupProcess.shell(group, "(" + EATS_MEMORY + ") >/dev/null & sleep 300")) {
      assertThat(process.await()).isEqualTo(RealGroups.KILLED);
    }
    Eventually.holds("all are gone", () -> !group.isPopulated());
  }

  @Test
  void theLimitHoldsForTheFirstInstruction() throws Exception {
    Cgroup group = groups.holding(limits().pids(1));
    try (GroupProcess process = GroupProcess.shell(group, "cat /proc/self/cgroup; echo")) {
      // sh cannot fork for cat.
      assertThat(process.output()).containsIgnoringCase("cannot fork");
    }
    try (GroupProcess process = GroupProcess.start(group, "cat", "/proc/self/cgroup")) {
      assertThat(process.output()).endsWith(Cgroups.PREFIX + group.name() + "\n");
    }
  }

  @Test
  void noMoreProcessesThanAllowed() throws Exception {
    Cgroup group = groups.holding(limits().pids(5));
    String script = "for i in 1 2 3 4 5 6 7 8; do sleep 300 & done; wait";
    try (GroupProcess process = GroupProcess.shell(group, script)) {
      // dash gives up when it cannot fork, and leaves four behind.
      assertThat(process.await()).isNotZero();
      assertThat(group.pids()).hasSize(4);
      assertThat(group.stats().pids()).hasValue(4);
      group.kill();
      assertThat(process.output()).containsIgnoringCase("cannot fork");
    }
  }

  @Test
  void halfAProcessorIsHalfTheTime() throws Exception {
    Cgroup group = groups.holding(limits().cpuPercent(50));
    assertThat(told(group, LimitKind.CPU)).isEqualTo("cpu.max = 50000 100000");
    try (GroupProcess process = GroupProcess.start(group, "sh", "-c", USES_CPU, "4")) {
      assertThat(process.await()).isZero();
    }
    // Begun within the first of four seconds, so at least three of them at a half.
    Duration used = group.stats().cpuTime().orElseThrow();
    assertThat(used).isBetween(Duration.ofMillis(900), Duration.ofMillis(2400));
  }

  @Test
  void swapIsLimitedOnItsOwn() throws IOException {
    Cgroup group = groups.holding(limits().memory("8MiB").memorySwap(0));
    assertThat(told(group, LimitKind.MEMORY_SWAP)).isEqualTo("memory.swap.max = 0");
    group.set(limits().memorySwap("16MiB").build());
    assertThat(told(group, LimitKind.MEMORY_SWAP)).isEqualTo("memory.swap.max = 16777216");
  }

  @Test
  void aMemoryLimitThatIsNoWholePageIsRoundedDown() {
    Cgroup group = groups.holding(limits().memory((1 << 20) + 1));
    assertThat(told(group, LimitKind.MEMORY)).isEqualTo("memory.max = 1048577");
  }

  @Test
  void aDiskThatIsNoneIsToldAndTheOtherLimitsHold() {
    ResourceLimits asked =
        limits().pids(9).io(IoLimit.of(Path.of("/proc/version"), 4096, 4096)).build();
    Cgroup group = groups.create("test-disk", asked);
    assertThat(group.limitsEnforced().statusOf(LimitKind.PIDS).orElseThrow().isEnforced()).isTrue();
    assertThat(group.limitsEnforced().statusOf(LimitKind.IO).orElseThrow().reason())
        .startsWith("/proc/version is on no disk that the kernel knows (device 0:");
  }

  @Test
  void limitsChangeWhileItRunsAndCanBeTakenAway() throws Exception {
    Cgroup group = groups.holding(limits().pids(2).memory("64MiB").cpuPercent(100));
    try (GroupProcess process =
        GroupProcess.start(
            group, "bash", "-c", "until (sleep 0.05 & wait) 2>/dev/null; do :; done")) {
      Eventually.holds("it runs", () -> !group.pids().isEmpty());
      assertThat(process.isAlive()).isTrue();
      assertThat(group.set(limits().memory("32MiB").build()).isFullyEnforced()).isTrue();
      assertThat(process.await()).isZero();
    }
    GroupDir directory = directory(group);
    assertThat(directory.read("pids.max")).isEqualTo("max");
    assertThat(directory.read("cpu.max")).isEqualTo("max 100000");
    assertThat(directory.read("memory.max")).isEqualTo("33554432");
    assertThat(group.set(ResourceLimits.none()).statuses()).isEmpty();
    assertThat(directory.read("memory.max")).isEqualTo("max");
    assertThat(directory.read("memory.oom.group")).isEqualTo("0");
  }

  private static GroupDir directory(Cgroup group) {
    return new GroupDir(Version.V2, group.directories().get(0), Set.of());
  }

  @Test
  void memoryLoweredBelowWhatIsInUseKills() throws Exception {
    Cgroup group = groups.holding(limits().memory("256MiB"));
    MemoryEvents before = group.memoryEvents();
    // tail keeps in memory what it may have to print.
    String script = "(head -c 30000000 /dev/zero; sleep 300) | tail -c 30000000";
    try (GroupProcess process = GroupProcess.shell(group, script)) {
      Eventually.holds("it is full", () -> group.stats().memory().orElse(0) > 30_000_000);
      assertThat(group.set(limits().memory("4MiB").build()).isFullyEnforced()).isTrue();
      assertThat(process.await()).isEqualTo(RealGroups.KILLED);
    }
    assertThat(group.memoryEvents().killedSince(before)).isTrue();
    assertThat(group.stats().peakMemory().orElse(0)).isGreaterThan(30_000_000);
  }
}
