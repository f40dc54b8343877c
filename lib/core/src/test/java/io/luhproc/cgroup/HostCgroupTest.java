package io.luhproc.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luhproc.limits.LimitKind;
import io.luhproc.limits.ResourceLimits;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Groups of the machine itself, where it lets us make some at the root of a hierarchy. Memory is
 * left out: whoever runs these tests in a group of its own keeps their memory in that.
 */
@Tag("process")
@ExtendWith(LeakCheck.class)
class HostCgroupTest {
  private static final List<CgroupHierarchy> HIERARCHIES = CgroupHierarchy.read(Path.of("/proc"));
  private static final String NAME_PREFIX = "test-" + ProcessHandle.current().pid();

  private final CgroupRoots v2Roots = resolveRoots(CgroupHierarchy::isUnified);
  private final CgroupRoots v1Roots = resolveRoots(hierarchy -> !hierarchy.isUnified());

  @RegisterExtension
  private final TemporaryCgroups v2Cgroups = new TemporaryCgroups(cgroups(v2Roots));

  @RegisterExtension
  private final TemporaryCgroups v1Cgroups = new TemporaryCgroups(cgroups(v1Roots));

  private static CgroupRoots resolveRoots(Predicate<CgroupHierarchy> filter) {
    List<CgroupHierarchy> usable =
        HIERARCHIES.stream()
            .filter(filter)
            .filter(it -> !it.hasController("memory"))
            .filter(it -> it.ownCgroup().equals(Optional.of(it.mount().mountPoint())))
            .filter(it -> !it.isUnified() || hasNoControllers(it.mount().mountPoint()))
            .toList();
    return new CgroupRootResolver(usable, Optional.empty(), group -> false).resolve();
  }

  /** To pass controllers on would change the machine, for a test. */
  private static boolean hasNoControllers(Path root) {
    try {
      String controllers = Files.readString(root.resolve("cgroup.controllers"));
      return CgroupRootResolver.LIMIT_CONTROLLERS.stream().noneMatch(controllers::contains);
    } catch (IOException expected) {
      // Not readable: nothing that we could use.
      return false;
    }
  }

  private static Cgroups cgroups(CgroupRoots roots) {
    return new Cgroups(roots, new BlockDevices(Path.of("/sys")));
  }

  private Cgroup v2Cgroup(String name) {
    assumeTrue(
        !v2Roots.directories().isEmpty(),
        "no root of a unified hierarchy without controllers in which we may make groups");
    return v2Cgroups.create(NAME_PREFIX + name, ResourceLimits.none());
  }

  private Cgroup v1Cgroup(String name, ResourceLimits limits) {
    Set<String> controllers = new HashSet<>();
    v1Roots.directories().forEach(it -> controllers.addAll(it.controllers()));
    assumeTrue(
        controllers.containsAll(List.of("cpu", "pids", "freezer")),
        "no roots of v1 hierarchies in which we may make groups: " + controllers);
    return v1Cgroups.create(NAME_PREFIX + name, limits);
  }

  @Test
  void v2KillIncludesProcessesInOtherSessionsAfterFreezeAndThaw() throws Exception {
    Cgroup group = v2Cgroup("-a");
    try (CgroupProcess process =
        CgroupProcess.shell(group, "trap '' TERM; (setsid sleep 300 &) ; sleep 300")) {
      Eventually.holds("three", () -> group.pids().size() == 3);
      group.freeze();
      Eventually.holds("it is frozen", group::isFrozen);
      group.thaw();
      Eventually.holds("it goes on", () -> !group.isFrozen());
      group.kill();
      assertThat(process.awaitExit()).isEqualTo(TemporaryCgroups.SIGKILL_EXIT_CODE);
    }
    Eventually.holds("all are gone", () -> !group.isPopulated());
  }

  @Test
  void forkBombIsKilledByFreezingInV1() throws Exception {
    Cgroup group = v1Cgroup("-b", ResourceLimits.builder().pids(100).build());
    String script = "storm() { while :; do (sleep 300 &) ; done; }; storm 2>/dev/null & sleep 300";
    try (CgroupProcess process = CgroupProcess.shell(group, script)) {
      Eventually.holds("a storm", () -> group.pids().size() > 20 || !process.isAlive());
      group.kill();
      assertThat(process.awaitExit()).isEqualTo(TemporaryCgroups.SIGKILL_EXIT_CODE);
    }
    Eventually.holds("all are gone", () -> !group.isPopulated());
  }

  @Test
  void v1LimitsApplyFromFirstInstruction() throws Exception {
    ResourceLimits limits = ResourceLimits.builder().pids(1).cpuPercent(50).build();
    Cgroup group = v1Cgroup("-c", limits);
    assertThat(group.limitReport().statusOf(LimitKind.PIDS).orElseThrow().isEnforced()).isTrue();
    assertThat(group.limitReport().statusOf(LimitKind.CPU).orElseThrow().reason())
        .isEqualTo("cpu.cfs_quota_us = 50000");
    try (CgroupProcess process = CgroupProcess.shell(group, "sleep 300 & wait")) {
      assertThat(process.output()).containsIgnoringCase("cannot fork");
    }
    group.setLimits(ResourceLimits.none());
    try (CgroupProcess process = CgroupProcess.shell(group, "(echo more) & wait")) {
      assertThat(process.output()).isEqualTo("more\n");
    }
  }

  @Test
  void createKillAndRemoveOf500CgroupsSucceed() throws Exception {
    Cgroup first = v2Cgroup("-d0");
    int rounds = 500;
    long start = System.nanoTime();
    long kill = 0;
    for (int i = 0; i < rounds; i++) {
      Cgroup group = cgroups(v2Roots).create(NAME_PREFIX + "-d", ResourceLimits.none());
      long before = System.nanoTime();
      group.kill();
      kill += System.nanoTime() - before;
      assertThat(group.remove()).isTrue();
    }
    long all = System.nanoTime() - start;
    System.out.printf(
        "us: a v2 group made and removed %d, killed while empty %d%n",
        (all - kill) / rounds / 1000, kill / rounds / 1000);
    assertThat(first.isPopulated()).isFalse();
  }
}
