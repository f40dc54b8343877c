package io.luhproc.bench;

import io.luhproc.cgroup.Cgroup;
import io.luhproc.cgroup.Cgroups;
import io.luhproc.limits.ResourceLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Cost of control groups. Measured only if {@code CGROUP2_DELEGATED} names a delegated group of
 * version 2, so that no other groups are changed.
 */
final class CgroupSection {
  private static final double MAX_MILLIS = 1.0;
  private static final int WARMUPS = 100;
  private static final int MEASURED_ROUNDS = 200;

  private final Cgroups cgroups;
  private final InterleavedTrials trials = new InterleavedTrials();

  private CgroupSection(Path base) {
    this.cgroups = Cgroups.withRoot(base);
  }

  static List<ResultRow> run(BenchEnvironment environment) throws Exception {
    String delegatedPath = System.getenv("CGROUP2_DELEGATED");
    if (delegatedPath == null || Files.notExists(Path.of(delegatedPath, "cgroup.controllers"))) {
      return List.of(ResultRow.of("control groups", "not measured", "no CGROUP2_DELEGATED"));
    }
    return new CgroupSection(Path.of(delegatedPath, "bench")).measure();
  }

  private List<ResultRow> measure() throws Exception {
    ResourceLimits limits =
        ResourceLimits.builder().memory("512MiB").cpuPercent(50).pids(64).build();
    Cgroup cgroup = cgroups.create("kept", limits);
    trials
        .add("make with three limits", () -> time(() -> create(limits)))
        .add("remove", () -> time(this::remove))
        .add("kill", () -> time(cgroup::kill))
        .add("freeze", () -> time(cgroup::freeze))
        .add("thaw", () -> time(cgroup::thaw))
        .run(WARMUPS, MEASURED_ROUNDS);
    boolean ignored = cgroup.remove();
    List<ResultRow> rows = new ArrayList<>();
    for (String name : List.of("make with three limits", "remove", "kill", "freeze", "thaw")) {
      double millis = trials.samplesOf(name).median();
      String target = "< " + Samples.formatMillis(MAX_MILLIS);
      rows.add(
          new ResultRow(
              "control group: " + name,
              Samples.formatMillis(millis),
              "",
              target,
              millis < MAX_MILLIS));
    }
    return rows;
  }

  private void create(ResourceLimits limits) {
    Cgroup ignored = cgroups.create("made", limits);
  }

  private void remove() throws Exception {
    boolean ignored = cgroups.findExisting("made").orElseThrow().remove();
  }

  private static long time(TimedAction step) throws Exception {
    long start = System.nanoTime();
    step.run();
    return System.nanoTime() - start;
  }

  /** A timed action. */
  @FunctionalInterface
  private interface TimedAction {
    void run() throws Exception;
  }
}
