package io.luhproc.cgroup;

import io.luhproc.limits.LimitReport;
import io.luhproc.limits.ResourceLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The cgroup of one supervised process and its descendants.
 *
 * <p>With v1 it has one directory for each hierarchy. If cgroups are unavailable it has no
 * directory; its {@link #limitReport()} then says why no limit is enforced.
 */
public final class Cgroup {
  private final String name;
  private final List<CgroupDir> directories;
  private final LimitWriter writer;
  private volatile LimitReport limitReport = LimitReport.none();

  Cgroup(String name, List<CgroupDir> directories, LimitWriter writer) {
    this.name = name;
    this.directories = directories;
    this.writer = writer;
  }

  /** Returns the name without {@link Cgroups#NAME_PREFIX}. */
  public String name() {
    return name;
  }

  /** Returns whether the cgroup has a directory, so that a process can join it. */
  public boolean isUsable() {
    return !directories.isEmpty();
  }

  /** Returns the directories; membership is read from the first one. */
  public List<Path> directories() {
    return directories.stream().map(CgroupDir::path).toList();
  }

  /**
   * Returns the files that a process must write its pid to before it executes the command. Limits
   * then apply from the first instruction. If one write fails, the command must not be executed.
   */
  public List<Path> procsFiles() {
    return directories.stream().map(it -> it.path().resolve(CgroupDir.PROCS_FILE)).toList();
  }

  /** Returns which of the limits set last are enforced. */
  public LimitReport limitReport() {
    return limitReport;
  }

  /**
   * Replaces all limits, also while processes are running; limits that are not set are removed.
   *
   * <p>If the memory limit is below the current usage, v2 reclaims memory or kills processes; v1
   * rejects the limit.
   *
   * @return which limits are enforced
   */
  public LimitReport setLimits(ResourceLimits limits) {
    limitReport = writer.replace(limits);
    return limitReport;
  }

  /** Sets the limits of a new cgroup, which has none. */
  void setInitialLimits(ResourceLimits limits) {
    limitReport = writer.write(limits);
  }

  /**
   * Requests that all processes be frozen, including those that join later. {@link #isFrozen()}
   * returns when they are.
   *
   * @throws IOException if the kernel rejects the request or has no freezer
   */
  public void freeze() throws IOException {
    new Freezer(directories).setFrozen(true);
  }

  /**
   * Thaws all processes.
   *
   * @throws IOException if the kernel rejects the request or has no freezer
   */
  public void thaw() throws IOException {
    new Freezer(directories).setFrozen(false);
  }

  /**
   * Returns whether all processes are frozen.
   *
   * @throws IOException if the state cannot be read
   */
  public boolean isFrozen() throws IOException {
    return new Freezer(directories).isFrozen();
  }

  /**
   * Sends SIGKILL to all processes in this cgroup and in nested ones, frozen or not.
   *
   * <p>It does not wait for their exit, see {@link #isPopulated()}. With v1 and no freezer, a
   * process can fork meanwhile, so the call must be repeated. A launched process that has not
   * joined yet, see {@link #procsFiles()}, is not killed.
   *
   * @throws IOException if the kernel rejects the request, or this JVM is in the cgroup itself
   */
  public void kill() throws IOException {
    Optional<CgroupDir> primary = primaryDir();
    if (primary.isPresent()) {
      new CgroupKiller(primary.get(), new Freezer(directories)).kill();
    }
  }

  /**
   * Returns whether this cgroup or a nested one contains a process. With v2, zombies do not count.
   *
   * @throws IOException if the state cannot be read
   */
  public boolean isPopulated() throws IOException {
    Optional<CgroupDir> primary = primaryDir();
    if (primary.isEmpty()) {
      return false;
    }
    return primary.get().version() == CgroupVersion.V2
        ? primary.get().fields("cgroup.events").getOrDefault("populated", 0L) == 1
        : !CgroupSubtree.pids(primary.get()).isEmpty();
  }

  /**
   * Returns the pids of all processes in this cgroup and in nested ones, in no particular order.
   *
   * @throws IOException if they cannot be read
   */
  public List<Long> pids() throws IOException {
    Optional<CgroupDir> primary = primaryDir();
    return primary.isEmpty() ? List.of() : CgroupSubtree.pids(primary.get());
  }

  private Optional<CgroupDir> primaryDir() {
    return directories.stream().findFirst();
  }

  /**
   * Returns the memory event counters; all zero if memory cannot be limited.
   *
   * <p>To find out whether a process was killed for lack of memory, read them before it starts and
   * after its exit, and compare with {@link MemoryEvents#hasOomKillSince}.
   *
   * @throws IOException if they cannot be read
   */
  public MemoryEvents memoryEvents() throws IOException {
    Optional<CgroupDir> memory =
        directories.stream().filter(it -> it.controllers().contains("memory")).findFirst();
    return memory.isEmpty() ? MemoryEvents.NONE : memoryEvents(memory.get());
  }

  private static MemoryEvents memoryEvents(CgroupDir memory) throws IOException {
    if (memory.version() == CgroupVersion.V2) {
      Map<String, Long> events = memory.fields("memory.events");
      return new MemoryEvents(
          events.getOrDefault("max", 0L),
          events.getOrDefault("oom", 0L),
          events.getOrDefault("oom_kill", 0L));
    }
    long kills = memory.fields("memory.oom_control").getOrDefault("oom_kill", 0L);
    return new MemoryEvents(memory.number("memory.failcnt").orElse(0), 0, kills);
  }

  /**
   * Returns the current resource usage.
   *
   * @throws IOException if it cannot be read
   */
  public CgroupStats stats() throws IOException {
    return new CgroupStatsReader(directories).read();
  }

  /**
   * Removes this cgroup and nested ones. Removing a missing cgroup succeeds.
   *
   * @return false if it still contains a process and was not removed
   * @throws IOException if the kernel rejects the removal for another reason
   */
  public boolean remove() throws IOException {
    boolean allRemoved = true;
    for (CgroupDir directory : directories) {
      allRemoved &= CgroupSubtree.remove(directory);
    }
    return allRemoved;
  }

  @Override
  public String toString() {
    return "cgroup " + name + " at " + directories();
  }
}
