package io.luhproc.supervisor;

import io.luhproc.cgroup.Cgroup;
import io.luhproc.cgroup.Cgroups;
import io.luhproc.cgroup.MemoryEvents;
import io.luhproc.limits.LimitReport;
import io.luhproc.limits.ResourceLimits;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessInfo;
import io.luhproc.spawn.PreExecSettings;
import io.luhproc.tree.ProcessContainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/**
 * The control group of one process, where it has limits and the system has groups. Belongs to the
 * lane of its process.
 */
final class Site {
  private final Supplier<Cgroups> cgroups;
  private final String name;
  private Optional<Cgroup> group = Optional.empty();
  private LimitReport enforced = LimitReport.none();
  private MemoryEvents before = MemoryEvents.NONE;
  // Read when it is to end, which is not in its lane.
  private volatile boolean frozen;

  Site(Supplier<Cgroups> cgroups, String name) {
    this.cgroups = cgroups;
    this.name = name;
  }

  /** Makes the group that a process with limits is launched into; none without limits. */
  void enclose(ResourceLimits limits) {
    group = limits.isEmpty() ? Optional.empty() : Optional.of(cgroups.get().create(name, limits));
    frozen = false;
    enforced = group.map(Cgroup::limitReport).orElse(LimitReport.none());
    before = memoryEvents();
  }

  /** Finds the group that a former supervisor made, in which a process may live. */
  void find(ResourceLimits limits, Optional<ProcessIdentity> living) {
    boolean mayBeThere = !limits.isEmpty() || living.filter(this::isOrMayGetIn).isPresent();
    group = mayBeThere ? cgroups.get().findExisting(name) : Optional.empty();
    enforced = LimitReport.none();
    if (group.isPresent() || living.isPresent()) {
      LimitReport ignored = change(limits);
    }
    frozen = askFrozen();
    before = memoryEvents();
  }

  /** Returns whether the group is frozen, by us or by a former supervisor. */
  boolean isFrozen() {
    return frozen;
  }

  private boolean askFrozen() {
    try {
      return group.isPresent() && group.get().isFrozen();
    } catch (IOException expected) {
      // It has no freezer, so nobody can have frozen it.
      return false;
    }
  }

  /**
   * Asks the kernel, as looking for groups would be too much where nobody ever had limits. The
   * command line was read before the groups: who was set up by then is where he will stay.
   */
  private boolean isOrMayGetIn(ProcessIdentity who) {
    return ProcessInfo.of(who.pid())
        .filter(it -> PreExecSettings.isInProgress(it.commandLine()) || isIn(it))
        .isPresent();
  }

  private boolean isIn(ProcessInfo process) {
    return process.cgroups().values().stream()
        .anyMatch(path -> path.endsWith("/" + Cgroups.NAME_PREFIX + name));
  }

  /** Changes the limits; a process that was launched without a group stays without. */
  LimitReport change(ResourceLimits limits) {
    enforced = group.map(it -> it.setLimits(limits)).orElseGet(() -> none(limits));
    return enforced;
  }

  private LimitReport none(ResourceLimits limits) {
    if (limits.isEmpty()) {
      return LimitReport.none();
    }
    // Where there are no groups at all, this makes none, and says why.
    return cgroups.get().isAvailable()
        ? LimitReport.notEnforced(
            limits,
            "the process was started without limits, and so without a control group",
            "restart it")
        : cgroups.get().create(name, limits).limitReport();
  }

  List<Path> procsFiles() {
    return group.map(Cgroup::procsFiles).orElse(List.of());
  }

  LimitReport limitsEnforced() {
    return enforced;
  }

  Optional<ProcessContainer> confinement() {
    return group.filter(Cgroup::isUsable).map(Confined::new);
  }

  /** Returns whether somebody in the group was killed for lack of memory since the launch. */
  boolean ranOutOfMemory() {
    return memoryEvents().hasOomKillSince(before);
  }

  private MemoryEvents memoryEvents() {
    try {
      return group.isPresent() ? group.get().memoryEvents() : MemoryEvents.NONE;
    } catch (IOException e) {
      LoggerFactory.getLogger(Site.class).warn("cannot ask whether {} ran out of memory", name, e);
      return before;
    }
  }

  /** Freezes or thaws the group; returns false where there is none that can. */
  boolean freeze(boolean wanted) {
    try {
      if (group.filter(Cgroup::isUsable).isEmpty()) {
        return false;
      }
      if (wanted) {
        group.get().freeze();
      } else {
        group.get().thaw();
      }
      frozen = wanted;
      return true;
    } catch (IOException e) {
      LoggerFactory.getLogger(Site.class).warn("cannot freeze or thaw {}", name, e);
      return false;
    }
  }

  void thawIfFrozen() {
    if (frozen) {
      boolean ignored = freeze(false);
    }
  }

  /** Removes the group, unless somebody lives in it. */
  void remove() {
    try {
      if (group.isPresent() && !group.get().remove()) {
        LoggerFactory.getLogger(Site.class).warn("{} is not empty and stays", group.get());
        return;
      }
    } catch (IOException e) {
      LoggerFactory.getLogger(Site.class).warn("cannot remove {}", group.get(), e);
    }
    group = Optional.empty();
    enforced = LimitReport.none();
  }

  /** What the group says of itself, where it cannot be asked taken for empty and said so. */
  private record Confined(Cgroup group) implements ProcessContainer {
    @Override
    public void kill() {
      try {
        group.kill();
      } catch (IOException e) {
        LoggerFactory.getLogger(Site.class).warn("cannot kill {}", group, e);
      }
    }

    @Override
    public boolean isPopulated() {
      try {
        return group.isPopulated();
      } catch (IOException e) {
        LoggerFactory.getLogger(Site.class).warn("cannot ask {}", group, e);
        return false;
      }
    }

    @Override
    public long[] pids() {
      try {
        return group.pids().stream().mapToLong(Long::longValue).toArray();
      } catch (IOException e) {
        LoggerFactory.getLogger(Site.class).warn("cannot ask {}", group, e);
        return new long[0];
      }
    }
  }
}
