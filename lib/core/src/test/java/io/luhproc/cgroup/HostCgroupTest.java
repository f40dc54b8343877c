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
 * Cgroups of this machine, if some can be created at the root of a hierarchy. Memory hierarchies
 * are not used, because the tests may themselves run under a memory limit.
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
    return new CgroupRootResolver(usable, Optional.empty(), cgroup -> false).resolve();
  }

  /** Enabling controllers would change the configuration of the machine. */
  private static boolean hasNoControllers(Path root) {
    try {
      String controllers = Files.readString(root.resolve("cgroup.controllers"));
      return CgroupRootResolver.LIMIT_CONTROLLERS.stream().noneMatch(controllers::contains);
    } catch (IOException expected) {
      // An unreadable root is not usable.
      return false;
    }
  }

  private static Cgroups cgroups(CgroupRoots roots) {
    return new Cgroups(roots, new BlockDevices(Path.of("/sys")));
  }

  private Cgroup v2Cgroup(String name) {
    assumeTrue(
        !v2Roots.directories().isEmpty(),
        "no writable root of a unified hierarchy without controllers");
    return v2Cgroups.create(NAME_PREFIX + name, ResourceLimits.none());
  }

  private Cgroup v1Cgroup(String name, ResourceLimits limits) {
    Set<String> controllers = new HashSet<>();
    v1Roots.directories().forEach(it -> controllers.addAll(it.controllers()));
    assumeTrue(
        controllers.containsAll(List.of("cpu", "pids", "freezer")),
        "no writable roots of v1 hierarchies: " + controllers);
    return v1Cgroups.create(NAME_PREFIX + name, limits);
  }

  @Test
  void v2KillIncludesProcessesInOtherSessionsAfterFreezeAndThaw() throws Exception {
    Cgroup cgroup = v2Cgroup("-a");
    try (CgroupProcess process =
        CgroupProcess.shell(cgroup, "trap '' TERM; (setsid sleep 300 &) ; sleep 300")) {
      Eventually.holds("three processes run", () -> cgroup.pids().size() == 3);
      cgroup.freeze();
      Eventually.holds("the cgroup is frozen", cgroup::isFrozen);
      cgroup.thaw();
      Eventually.holds("the cgroup is thawed", () -> !cgroup.isFrozen());
      cgroup.kill();
      assertThat(process.awaitExit()).isEqualTo(TemporaryCgroups.SIGKILL_EXIT_CODE);
    }
    Eventually.holds("all processes are gone", () -> !cgroup.isPopulated());
  }

  @Test
  void forkBombIsKilledByFreezingInV1() throws Exception {
    Cgroup cgroup = v1Cgroup("-b", ResourceLimits.builder().pids(100).build());
    String script = "bomb() { while :; do (sleep 300 &) ; done; }; bomb 2>/dev/null & sleep 300";
    try (CgroupProcess process = CgroupProcess.shell(cgroup, script)) {
      Eventually.holds("the fork bomb runs", () -> cgroup.pids().size() > 20 || !process.isAlive());
      cgroup.kill();
      assertThat(process.awaitExit()).isEqualTo(TemporaryCgroups.SIGKILL_EXIT_CODE);
    }
    Eventually.holds("all processes are gone", () -> !cgroup.isPopulated());
  }

  @Test
  void v1LimitsApplyFromFirstInstruction() throws Exception {
    ResourceLimits limits = ResourceLimits.builder().pids(1).cpuPercent(50).build();
    Cgroup cgroup = v1Cgroup("-c", limits);
    assertThat(cgroup.limitReport().statusOf(LimitKind.PIDS).orElseThrow().isEnforced()).isTrue();
    assertThat(cgroup.limitReport().statusOf(LimitKind.CPU).orElseThrow().reason())
        .isEqualTo("cpu.cfs_quota_us = 50000");
    try (CgroupProcess process = CgroupProcess.shell(cgroup, "sleep 300 & wait")) {
      assertThat(process.output()).containsIgnoringCase("cannot fork");
    }
    cgroup.setLimits(ResourceLimits.none());
    try (CgroupProcess process = CgroupProcess.shell(cgroup, "(echo more) & wait")) {
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
      Cgroup cgroup = cgroups(v2Roots).create(NAME_PREFIX + "-d", ResourceLimits.none());
      long before = System.nanoTime();
      cgroup.kill();
      kill += System.nanoTime() - before;
      assertThat(cgroup.remove()).isTrue();
    }
    long total = System.nanoTime() - start;
    System.out.printf(
        "us: v2 cgroup created and removed %d, killed while empty %d%n",
        (total - kill) / rounds / 1000, kill / rounds / 1000);
    assertThat(first.isPopulated()).isFalse();
  }
}
