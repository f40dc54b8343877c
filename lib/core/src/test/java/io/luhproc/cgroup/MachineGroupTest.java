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
class MachineGroupTest {
  private static final List<Hierarchy> HIERARCHIES = Hierarchy.read(Path.of("/proc"));
  private static final String OURS = "test-" + ProcessHandle.current().pid();

  private final Bases unified = bases(Hierarchy::isUnified);
  private final Bases legacy = bases(hierarchy -> !hierarchy.isUnified());

  @RegisterExtension private final RealGroups v2 = new RealGroups(cgroups(unified));
  @RegisterExtension private final RealGroups v1 = new RealGroups(cgroups(legacy));

  private static Bases bases(Predicate<Hierarchy> wanted) {
    List<Hierarchy> some =
        HIERARCHIES.stream()
            .filter(wanted)
            .filter(it -> !it.controls("memory"))
            .filter(it -> it.own().equals(Optional.of(it.mount().point())))
            .filter(it -> !it.isUnified() || hasNoControllers(it.mount().point()))
            .toList();
    return new BaseFinder(some, Optional.empty(), group -> false).find();
  }

  /** To pass controllers on would change the machine, for a test. */
  private static boolean hasNoControllers(Path root) {
    try {
      String controllers = Files.readString(root.resolve("cgroup.controllers"));
      return BaseFinder.LIMITING.stream().noneMatch(controllers::contains);
    } catch (IOException expected) {
      // Not readable: nothing that we could use.
      return false;
    }
  }

  private static Cgroups cgroups(Bases bases) {
    return new Cgroups(bases, new BlockDevices(Path.of("/sys")));
  }

  private Cgroup unifiedGroup(String name) {
    assumeTrue(
        !unified.directories().isEmpty(),
        "no root of a unified hierarchy without controllers in which we may make groups");
    return v2.create(OURS + name, ResourceLimits.none());
  }

  private Cgroup legacyGroup(String name, ResourceLimits limits) {
    Set<String> controllers = new HashSet<>();
    legacy.directories().forEach(it -> controllers.addAll(it.controllers()));
    assumeTrue(
        controllers.containsAll(List.of("cpu", "pids", "freezer")),
        "no roots of v1 hierarchies in which we may make groups: " + controllers);
    return v1.create(OURS + name, limits);
  }

  @Test
  void aGroupOfTheUnifiedHierarchyIsFrozenThawedAndKilledWithAllThatLeftItsSession()
      throws Exception {
    Cgroup group = unifiedGroup("-a");
    try (GroupProcess process =
        GroupProcess.shell(group, "trap '' TERM; (setsid sleep 300 &) ; sleep 300")) {
      Eventually.holds("three", () -> group.pids().size() == 3);
      group.freeze();
      Eventually.holds("it is frozen", group::isFrozen);
      group.thaw();
      Eventually.holds("it goes on", () -> !group.isFrozen());
      group.kill();
      assertThat(process.await()).isEqualTo(RealGroups.KILLED);
    }
    Eventually.holds("all are gone", () -> !group.isPopulated());
  }

  @Test
  void v1KillsAForkStormByFreezingIt() throws Exception {
    Cgroup group = legacyGroup("-b", ResourceLimits.builder().pids(100).build());
    String script = "storm() { while :; do (sleep 300 &) ; done; }; storm 2>/dev/null & sleep 300";
    try (GroupProcess process = GroupProcess.shell(group, script)) {
      Eventually.holds("a storm", () -> group.pids().size() > 20 || !process.isAlive());
      group.kill();
      assertThat(process.await()).isEqualTo(RealGroups.KILLED);
    }
    Eventually.holds("all are gone", () -> !group.isPopulated());
  }

  @Test
  void v1LimitsPidsAndProcessorFromTheFirstInstructionOn() throws Exception {
    ResourceLimits limits = ResourceLimits.builder().pids(1).cpuPercent(50).build();
    Cgroup group = legacyGroup("-c", limits);
    assertThat(group.limitsEnforced().statusOf(LimitKind.PIDS).orElseThrow().isEnforced()).isTrue();
    assertThat(group.limitsEnforced().statusOf(LimitKind.CPU).orElseThrow().reason())
        .isEqualTo("cpu.cfs_quota_us = 50000");
    try (GroupProcess process = GroupProcess.shell(group, "sleep 300 & wait")) {
      assertThat(process.output()).containsIgnoringCase("cannot fork");
    }
    group.set(ResourceLimits.none());
    try (GroupProcess process = GroupProcess.shell(group, "(echo more) & wait")) {
      assertThat(process.output()).isEqualTo("more\n");
    }
  }

  @Test
  void eachOperationIsShort() throws Exception {
    Cgroup first = unifiedGroup("-d0");
    int rounds = 500;
    long start = System.nanoTime();
    long kill = 0;
    for (int i = 0; i < rounds; i++) {
      Cgroup group = cgroups(unified).create(OURS + "-d", ResourceLimits.none());
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
