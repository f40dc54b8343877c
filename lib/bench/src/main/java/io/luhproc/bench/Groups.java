package io.luhproc.bench;

import io.luhproc.cgroup.Cgroup;
import io.luhproc.cgroup.Cgroups;
import io.luhproc.limits.ResourceLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What control groups cost. Only below the group that {@code CGROUP2_DELEGATED} names, which must
 * be of version 2: elsewhere somebody else's groups could be touched.
 */
final class Groups {
  private static final double MOST = 1.0;
  private static final int WARMUPS = 100;
  private static final int ROUNDS = 200;

  private final Cgroups cgroups;
  private final Rounds rounds = new Rounds();

  private Groups(Path base) {
    this.cgroups = Cgroups.withRoot(base);
  }

  static List<Row> run(Setting setting) throws Exception {
    String delegated = System.getenv("CGROUP2_DELEGATED");
    if (delegated == null || Files.notExists(Path.of(delegated, "cgroup.controllers"))) {
      return List.of(Row.of("control groups", "not measured", "no CGROUP2_DELEGATED"));
    }
    return new Groups(Path.of(delegated, "bench")).rows();
  }

  private List<Row> rows() throws Exception {
    ResourceLimits limits =
        ResourceLimits.builder().memory("512MiB").cpuPercent(50).pids(64).build();
    Cgroup kept = cgroups.create("kept", limits);
    rounds
        .with("make with three limits", () -> time(() -> create(limits)))
        .with("remove", () -> time(this::remove))
        .with("kill", () -> time(kept::kill))
        .with("freeze", () -> time(kept::freeze))
        .with("thaw", () -> time(kept::thaw))
        .run(WARMUPS, ROUNDS);
    boolean ignored = kept.remove();
    List<Row> rows = new ArrayList<>();
    for (String name : List.of("make with three limits", "remove", "kill", "freeze", "thaw")) {
      double millis = rounds.of(name).median();
      String most = "< " + Samples.text(MOST);
      rows.add(new Row("control group: " + name, Samples.text(millis), "", most, millis < MOST));
    }
    return rows;
  }

  private void create(ResourceLimits limits) {
    Cgroup ignored = cgroups.create("made", limits);
  }

  private void remove() throws Exception {
    boolean ignored = cgroups.findExisting("made").orElseThrow().remove();
  }

  private static long time(Step step) throws Exception {
    long start = System.nanoTime();
    step.run();
    return System.nanoTime() - start;
  }

  /** Something that is timed. */
  @FunctionalInterface
  private interface Step {
    void run() throws Exception;
  }
}
