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
 * The control group of one process, if it has limits and the system has control groups. The
 * executor of the process creates, changes and removes the group.
 */
final class ProcessCgroup {
  private final Supplier<Cgroups> cgroups;
  private final String name;
  private Optional<Cgroup> cgroup = Optional.empty();
  private LimitReport limitReport = LimitReport.none();
  private MemoryEvents eventsAtLaunch = MemoryEvents.NONE;
  // Read by other threads when the process is stopped.
  private volatile boolean frozen;

  ProcessCgroup(Supplier<Cgroups> cgroups, String name) {
    this.cgroups = cgroups;
    this.name = name;
  }

  /** Creates the group if there are limits; otherwise removes an existing group. */
  void createForLaunch(ResourceLimits limits) {
    if (limits.isEmpty()) {
      remove();
      cgroup = Optional.empty();
    } else {
      cgroup = Optional.of(cgroups.get().create(name, limits));
    }
    frozen = false;
    limitReport = cgroup.map(Cgroup::limitReport).orElse(LimitReport.none());
    eventsAtLaunch = memoryEvents();
  }

  /** Finds the group that a former supervisor created. */
  void findExisting(ResourceLimits limits, Optional<ProcessIdentity> running) {
    boolean mayExist = !limits.isEmpty() || running.filter(this::isOrMayBecomeMember).isPresent();
    cgroup = mayExist ? cgroups.get().findExisting(name) : Optional.empty();
    limitReport = LimitReport.none();
    if (cgroup.isPresent() || running.isPresent()) {
      LimitReport ignored = changeLimits(limits);
    }
    frozen = readFrozen();
    eventsAtLaunch = memoryEvents();
  }

  /** Returns whether the group is frozen, by this or a former supervisor. */
  boolean isFrozen() {
    return frozen;
  }

  private boolean readFrozen() {
    try {
      return cgroup.isPresent() && cgroup.get().isFrozen();
    } catch (IOException expected) {
      // It has no freezer, so it cannot be frozen.
      return false;
    }
  }

  /**
   * Returns whether a process is in the group or may still join it. Reads /proc, because a search
   * for groups is too expensive if no process has limits. The command line is read before the
   * groups, so a process whose setup has finished by then has already joined.
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

  /** Changes the limits; a process that was launched without a group gets none. */
  LimitReport changeLimits(ResourceLimits limits) {
    limitReport = cgroup.map(it -> it.setLimits(limits)).orElseGet(() -> notEnforced(limits));
    return limitReport;
  }

  private LimitReport notEnforced(ResourceLimits limits) {
    if (limits.isEmpty()) {
      return LimitReport.none();
    }
    // Without control groups, create() only returns the reason.
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

  /** Returns whether the kernel's out-of-memory killer killed a member since the launch. */
  boolean ranOutOfMemory() {
    return memoryEvents().hasOomKillSince(eventsAtLaunch);
  }

  private MemoryEvents memoryEvents() {
    try {
      return cgroup.isPresent() ? cgroup.get().memoryEvents() : MemoryEvents.NONE;
    } catch (IOException e) {
      LoggerFactory.getLogger(ProcessCgroup.class)
          .warn("cannot read the memory events of {}", name, e);
      return eventsAtLaunch;
    }
  }

  /** Freezes or thaws the group; returns false if there is no group or it has no freezer. */
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

  /** Removes the group, unless it has members. */
  void remove() {
    try {
      if (cgroup.isPresent() && !cgroup.get().remove()) {
        LoggerFactory.getLogger(ProcessCgroup.class)
            .warn("cannot remove {}: it has members", cgroup.get());
        return;
      }
    } catch (IOException e) {
      LoggerFactory.getLogger(ProcessCgroup.class).warn("cannot remove {}", cgroup.get(), e);
    }
    cgroup = Optional.empty();
    limitReport = LimitReport.none();
  }

  /** The group as a container of processes; an unreadable one counts as empty, with a warning. */
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
        LoggerFactory.getLogger(ProcessCgroup.class)
            .warn("cannot read the members of {}", group, e);
        return false;
      }
    }

    @Override
    public long[] pids() {
      try {
        return group.pids().stream().mapToLong(Long::longValue).toArray();
      } catch (IOException e) {
        LoggerFactory.getLogger(ProcessCgroup.class)
            .warn("cannot read the members of {}", group, e);
        return new long[0];
      }
    }
  }
}
