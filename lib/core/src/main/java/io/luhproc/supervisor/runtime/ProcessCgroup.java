package io.luhproc.supervisor.runtime;

import io.luhproc.cgroup.Cgroup;
import io.luhproc.cgroup.Cgroups;
import io.luhproc.cgroup.MemoryEvents;
import io.luhproc.limits.LimitReport;
import io.luhproc.limits.ResourceLimits;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessInfo;
import io.luhproc.procfs.ProcessInfoReader;
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
final class ProcessCgroup {
  private final Supplier<Cgroups> cgroups;
  private final String name;
  private Optional<Cgroup> cgroup = Optional.empty();
  private LimitReport limitReport = LimitReport.none();
  private MemoryEvents eventsAtLaunch = MemoryEvents.NONE;
  // Read when it is to end, which is not in its lane.
  private volatile boolean frozen;

  ProcessCgroup(Supplier<Cgroups> cgroups, String name) {
    this.cgroups = cgroups;
    this.name = name;
  }

  /** Makes the group that a process with limits is launched into; none without limits. */
  void createForLaunch(ResourceLimits limits) {
    cgroup = limits.isEmpty() ? Optional.empty() : Optional.of(cgroups.get().create(name, limits));
    frozen = false;
    limitReport = cgroup.map(Cgroup::limitReport).orElse(LimitReport.none());
    eventsAtLaunch = memoryEvents();
  }

  /** Finds the group that a former supervisor made, in which a process may live. */
  void findExisting(ResourceLimits limits, Optional<ProcessIdentity> running) {
    boolean mayBeThere = !limits.isEmpty() || running.filter(this::isOrMayBecomeMember).isPresent();
    cgroup = mayBeThere ? cgroups.get().findExisting(name) : Optional.empty();
    limitReport = LimitReport.none();
    if (cgroup.isPresent() || running.isPresent()) {
      LimitReport ignored = changeLimits(limits);
    }
    frozen = readFrozen();
    eventsAtLaunch = memoryEvents();
  }

  /** Returns whether the group is frozen, by us or by a former supervisor. */
  boolean isFrozen() {
    return frozen;
  }

  private boolean readFrozen() {
    try {
      return cgroup.isPresent() && cgroup.get().isFrozen();
    } catch (IOException expected) {
      // It has no freezer, so nobody can have frozen it.
      return false;
    }
  }

  /**
   * Asks the kernel, as looking for groups would be too much where nobody ever had limits. The
   * command line was read before the groups: who was set up by then is where he will stay.
   */
  private boolean isOrMayBecomeMember(ProcessIdentity identity) {
    return ProcessInfoReader.system()
        .read(identity.pid())
        .filter(it -> PreExecSettings.isInProgress(it.commandLine()) || isMember(it))
        .isPresent();
  }

  private boolean isMember(ProcessInfo process) {
    return process.cgroups().values().stream()
        .anyMatch(path -> path.endsWith("/" + Cgroups.NAME_PREFIX + name));
  }

  /** Changes the limits; a process that was launched without a group stays without. */
  LimitReport changeLimits(ResourceLimits limits) {
    limitReport = cgroup.map(it -> it.setLimits(limits)).orElseGet(() -> notEnforced(limits));
    return limitReport;
  }

  private LimitReport notEnforced(ResourceLimits limits) {
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
    return cgroup.map(Cgroup::procsFiles).orElse(List.of());
  }

  LimitReport limitReport() {
    return limitReport;
  }

  Optional<ProcessContainer> container() {
    return cgroup.filter(Cgroup::isUsable).map(CgroupContainer::new);
  }

  /** Returns whether somebody in the group was killed for lack of memory since the launch. */
  boolean ranOutOfMemory() {
    return memoryEvents().hasOomKillSince(eventsAtLaunch);
  }

  private MemoryEvents memoryEvents() {
    try {
      return cgroup.isPresent() ? cgroup.get().memoryEvents() : MemoryEvents.NONE;
    } catch (IOException e) {
      LoggerFactory.getLogger(ProcessCgroup.class)
          .warn("cannot ask whether {} ran out of memory", name, e);
      return eventsAtLaunch;
    }
  }

  /** Freezes or thaws the group; returns false where there is none that can. */
  boolean setFrozen(boolean freeze) {
    try {
      if (cgroup.filter(Cgroup::isUsable).isEmpty()) {
        return false;
      }
      if (freeze) {
        cgroup.get().freeze();
      } else {
        cgroup.get().thaw();
      }
      frozen = freeze;
      return true;
    } catch (IOException e) {
      LoggerFactory.getLogger(ProcessCgroup.class).warn("cannot freeze or thaw {}", name, e);
      return false;
    }
  }

  void thawIfFrozen() {
    if (frozen) {
      boolean ignored = setFrozen(false);
    }
  }

  /** Removes the group, unless somebody lives in it. */
  void remove() {
    try {
      if (cgroup.isPresent() && !cgroup.get().remove()) {
        LoggerFactory.getLogger(ProcessCgroup.class)
            .warn("{} is not empty and stays", cgroup.get());
        return;
      }
    } catch (IOException e) {
      LoggerFactory.getLogger(ProcessCgroup.class).warn("cannot remove {}", cgroup.get(), e);
    }
    cgroup = Optional.empty();
    limitReport = LimitReport.none();
  }

  /** What the group says of itself, where it cannot be asked taken for empty and said so. */
  private record CgroupContainer(Cgroup group) implements ProcessContainer {
    @Override
    public void kill() {
      try {
        group.kill();
      } catch (IOException e) {
        LoggerFactory.getLogger(ProcessCgroup.class).warn("cannot kill {}", group, e);
      }
    }

    @Override
    public boolean isPopulated() {
      try {
        return group.isPopulated();
      } catch (IOException e) {
        LoggerFactory.getLogger(ProcessCgroup.class).warn("cannot ask {}", group, e);
        return false;
      }
    }

    @Override
    public long[] pids() {
      try {
        return group.pids().stream().mapToLong(Long::longValue).toArray();
      } catch (IOException e) {
        LoggerFactory.getLogger(ProcessCgroup.class).warn("cannot ask {}", group, e);
        return new long[0];
      }
    }
  }
}
