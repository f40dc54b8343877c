package io.luhproc.cgroup;

import io.luhproc.limits.LimitReport;
import io.luhproc.limits.ResourceLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The group of one supervised process and all that it starts; in v1, one directory for each
 * hierarchy. Where no groups can be made it has no directory, enforces nothing, and says why.
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

  /** Returns the name, without the prefix that all groups of ours have. */
  public String name() {
    return name;
  }

  /** Returns whether there is a directory at all, so that a process can be in it. */
  public boolean isUsable() {
    return !directories.isEmpty();
  }

  /** Returns the directories, the one that tells who is in it first. */
  public List<Path> directories() {
    return directories.stream().map(CgroupDir::path).toList();
  }

  /**
   * Returns the files that a process writes its pid to before it becomes the command, so that
   * limits hold before the first instruction of that; all of them, or it must not run.
   */
  public List<Path> procsFiles() {
    return directories.stream().map(it -> it.path().resolve(CgroupDir.PROCS_FILE)).toList();
  }

  /** Returns what became of the limits that were set last. */
  public LimitReport limitReport() {
    return limitReport;
  }

  /**
   * Replaces the limits, also while processes run: what is not asked for any more is taken away.
   * Memory below what is in use is reclaimed or kills with v2; v1 refuses it.
   *
   * @return what the kernel took
   */
  public LimitReport setLimits(ResourceLimits limits) {
    limitReport = writer.replace(limits);
    return limitReport;
  }

  /** Sets the limits of a group that was made just now, and has none. */
  void setInitialLimits(ResourceLimits limits) {
    limitReport = writer.write(limits);
  }

  /**
   * Freezes all processes; who is added stays frozen too. It takes effect soon, see {@link
   * #isFrozen()}.
   *
   * @throws IOException when the kernel refuses, or has no freezer
   */
  public void freeze() throws IOException {
    new Freezer(directories).setFrozen(true);
  }

  /**
   * Lets all processes go on.
   *
   * @throws IOException when the kernel refuses, or has no freezer
   */
  public void thaw() throws IOException {
    new Freezer(directories).setFrozen(false);
  }

  /**
   * Returns whether all processes stand still.
   *
   * @throws IOException when the kernel cannot be asked
   */
  public boolean isFrozen() throws IOException {
    return new Freezer(directories).isFrozen();
  }

  /**
   * Sends KILL to everybody in the group and in groups within it, frozen or not. They are gone soon
   * after, see {@link #isPopulated()}; with v1 and no freezer somebody may have forked: repeat it.
   * Whoever was launched and has not joined yet, see {@link #procsFiles()}, is not in the group.
   *
   * @throws IOException when the kernel refuses, or this JVM is in the group itself
   */
  public void kill() throws IOException {
    Optional<CgroupDir> primary = primaryDir();
    if (primary.isPresent()) {
      new CgroupKiller(primary.get(), new Freezer(directories)).kill();
    }
  }

  /**
   * Returns whether somebody lives in it; with v2, a zombie does not.
   *
   * @throws IOException when the kernel cannot be asked
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
   * Returns the pids of all processes in it and in groups within it, in no order.
   *
   * @throws IOException when the kernel cannot be asked
   */
  public List<Long> pids() throws IOException {
    Optional<CgroupDir> primary = primaryDir();
    return primary.isEmpty() ? List.of() : CgroupSubtree.pids(primary.get());
  }

  private Optional<CgroupDir> primaryDir() {
    return directories.stream().findFirst();
  }

  /**
   * Returns how often memory ran out. Whoever wants to know what a process died of takes one before
   * it starts, and asks {@link MemoryEvents#hasOomKillSince} of one taken when it is gone. Nothing
   * is known where memory cannot be limited.
   *
   * @throws IOException when the kernel cannot be asked
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
   * Returns what it uses now.
   *
   * @throws IOException when the kernel cannot be asked
   */
  public CgroupStats stats() throws IOException {
    return new CgroupStatsReader(directories).read();
  }

  /**
   * Removes the group and all groups in it; one that is gone already is removed.
   *
   * @return false when a process is in it, and it stays
   * @throws IOException when the kernel refuses for another reason
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
    return "group " + name + " at " + directories();
  }
}
