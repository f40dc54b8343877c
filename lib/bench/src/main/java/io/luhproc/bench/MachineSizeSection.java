package io.luhproc.bench;

import io.luhproc.worker.ProcessManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Cost of the end of a process tree beside idle processes of the machine. */
final class MachineSizeSection {
  private static final List<Integer> COUNTS = List.of(0, 1000, 3000);
  private static final double MAX_RATIO = 1.3;
  private static final int LARGE_COUNT = 8500;
  private static final int WORKERS = 9;
  private static final double MAX_STOP_MILLIS = 1000;

  private MachineSizeSection() {}

  /** Measures the restart and the stop of a service. */
  static List<ResultRow> services(BenchEnvironment environment) throws Exception {
    List<SupervisorSection.Metrics> metrics = new ArrayList<>();
    for (int count : COUNTS) {
      IdleProcesses idle = new IdleProcesses(count);
      try (idle) {
        metrics.add(
            new SupervisorSection.Metrics(
                environment,
                "beside",
                3,
                SupervisorSection.LUHPROC,
                SupervisorSection.PROCESS_BUILDER));
      }
    }
    return List.of(
        row("from SIGKILL to the next process", "respawn", metrics),
        row("`supervisor.stop(..).get()`", "stop", metrics));
  }

  private static ResultRow row(
      String measurement, String metric, List<SupervisorSection.Metrics> metrics) {
    double ratio =
        metrics.get(metrics.size() - 1).median(SupervisorSection.LUHPROC, metric)
            / metrics.get(0).median(SupervisorSection.LUHPROC, metric);
    return new ResultRow(
        measurement + " of a service beside 0, 1 000, 3 000 idle processes",
        format(metrics, metric, SupervisorSection.LUHPROC) + ", " + Samples.formatRatio(ratio),
        "ProcessBuilder " + format(metrics, metric, SupervisorSection.PROCESS_BUILDER),
        "<= " + Samples.formatRatio(MAX_RATIO),
        ratio <= MAX_RATIO);
  }

  private static String format(
      List<SupervisorSection.Metrics> metrics, String metric, String kind) {
    List<String> medians = new ArrayList<>();
    for (SupervisorSection.Metrics one : metrics) {
      medians.add(Samples.formatMillis(one.median(kind, metric)));
    }
    return String.join(", ", medians);
  }

  /** Measures stops of workers by a new JVM. */
  static List<ResultRow> workers(BenchEnvironment environment) throws Exception {
    Path root = environment.createDirectory("large");
    ProcessManager manager = ProcessLibrary.createManager(ChildPool.COMMAND, root);
    Samples one = new Samples();
    Samples all = new Samples();
    IdleProcesses idle = new IdleProcesses(LARGE_COUNT);
    try (idle) {
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < WORKERS; i++) {
          manager.start(ProcessLibrary.TASK, "w" + i);
        }
        one.add(stop(root, "w0"));
        manager.start(ProcessLibrary.TASK, "w0");
        all.add(stop(root));
      }
    }
    return List.of(
        row("`stop` of one worker by a new JVM beside 8 500 processes", one),
        row("`stopAll` of 9 workers by a new JVM beside 8 500 processes", all));
  }

  private static long stop(Path root, String... ids) throws Exception {
    List<String> command = BenchEnvironment.javaCommand(StopMain.class, root.toString());
    command.addAll(List.of(ids));
    return new CommandRunner(command, Map.of()).timeToExit();
  }

  private static ResultRow row(String measurement, Samples samples) {
    return new ResultRow(
        measurement + ", whole process",
        Samples.formatMillis(samples.median()),
        "",
        "< " + Samples.formatMillis(MAX_STOP_MILLIS),
        samples.median() < MAX_STOP_MILLIS);
  }
}
