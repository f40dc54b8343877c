package io.luhproc.bench;

import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.TimeSource;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StartOptions;
import io.luhproc.worker.WorkerInfo;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Cost of a worker whose task does nothing. */
final class IdleWorkerSection {
  private static final double MAX_MIB = 3;
  private static final double MAX_WAKEUPS = 1;
  private static final double MAX_CPU = 0.001;
  private static final StartOptions SMALL = StartOptions.builder().small().build();
  private static final Duration SETTLE_TIME = Duration.ofSeconds(3);
  private static final Duration MEASURED_TIME = Duration.ofSeconds(20);
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double BYTES_PER_MIB = 1 << 20;

  private final Path folder;
  private final ProcessManager manager;

  private IdleWorkerSection(Path folder, boolean hasArchive) {
    this.folder = folder;
    this.manager =
        ProcessManager.builder()
            .app("bench")
            .root(folder.resolve("root"))
            .classArchive(hasArchive)
            .task(IdleMain.TASK, context -> {})
            .mainClass(IdleMain.class.getName())
            .build();
  }

  /** Measures memory and threads in excess of a program without luhproc, without class archives. */
  static List<ResultRow> memory(BenchEnvironment environment) throws Exception {
    return new IdleWorkerSection(environment.createDirectory("memory"), false)
        .memoryRows("without an archive");
  }

  /** Measures the same with class archives, which it makes in XDG_CACHE_HOME. */
  static List<ResultRow> memoryWithArchive(BenchEnvironment environment) throws Exception {
    IdleWorkerSection section =
        new IdleWorkerSection(environment.createDirectory("memory-archive"), true);
    for (StartOptions options : List.of(StartOptions.defaults(), SMALL)) {
      String ignored = ArchiveSection.makeArchive(section.manager, IdleMain.TASK, "idle", options);
    }
    return section.memoryRows("with an archive");
  }

  private List<ResultRow> memoryRows(String how) throws Exception {
    InterleavedTrials trials =
        new InterleavedTrials()
            .add("worker", () -> measureWorker(StartOptions.defaults()).rssBytes())
            .add("small", () -> measureWorker(SMALL).rssBytes())
            .add("bare", () -> measureBare().rssBytes())
            .run(0, 9);
    // The samples are bytes; Samples.median divides by a million.
    double workerMib = trials.samplesOf("worker").median() * 1e6 / BYTES_PER_MIB;
    double bareMib = trials.samplesOf("bare").median() * 1e6 / BYTES_PER_MIB;
    double smallMib = trials.samplesOf("small").median() * 1e6 / BYTES_PER_MIB;
    int threads =
        measureWorker(StartOptions.defaults()).threadCount() - measureBare().threadCount();
    return List.of(
        new ResultRow(
            "memory of a worker " + how + " over the bare task, RSS",
            formatMib(workerMib - bareMib),
            "worker " + formatMib(workerMib) + ", bare " + formatMib(bareMib),
            "< 3 MiB",
            workerMib - bareMib < MAX_MIB),
        new ResultRow(
            "memory of a worker with `small()`, " + how + ", RSS",
            formatMib(smallMib),
            "a JVM that waits, without options " + formatMib(bareMib),
            "below it",
            smallMib < bareMib),
        new ResultRow(
            "threads of a worker " + how + " over the bare task",
            "" + threads,
            "",
            "1",
            threads == 1));
  }

  private static String formatMib(double value) {
    return String.format(Locale.ROOT, "%.1f MiB", value);
  }

  private ProcessStat measureWorker(StartOptions options) throws InterruptedException {
    WorkerInfo worker = manager.start(IdleMain.TASK, "idle", options);
    TimeSource.system().sleep(SETTLE_TIME);
    ProcessStat entry = findEntry(worker.identity().orElseThrow().pid());
    manager.stop(IdleMain.TASK, "idle");
    return entry;
  }

  private ProcessStat measureBare() throws Exception {
    Process process =
        new CommandRunner(BenchEnvironment.javaCommand(IdleMain.class, "bare"), Map.of())
            .startWithLog(folder.resolve("bare.log"));
    TimeSource.system().sleep(SETTLE_TIME);
    ProcessStat entry = findEntry(process.pid());
    process.destroyForcibly().waitFor();
    return entry;
  }

  private static ProcessStat findEntry(long pid) {
    return ProcessTable.system().find(pid).orElseThrow();
  }

  /** Measures wake-ups and CPU time of the maintenance thread. */
  static List<ResultRow> maintenanceThread(BenchEnvironment environment) throws Exception {
    IdleWorkerSection section = new IdleWorkerSection(environment.createDirectory("keeper"), false);
    WorkerInfo worker = section.manager.start(IdleMain.TASK, "kept");
    TimeSource.system().sleep(SETTLE_TIME);
    Path thread = maintenanceThread(worker.identity().orElseThrow().pid());
    ThreadUsage before = ThreadUsage.of(thread);
    TimeSource.system().sleep(MEASURED_TIME);
    ThreadUsage after = ThreadUsage.of(thread);
    section.manager.stop(IdleMain.TASK, "kept");
    double wakeups = (after.wakeups - before.wakeups) / (double) MEASURED_TIME.toSeconds();
    double cpu = (after.cpuNanos - before.cpuNanos) / NANOS_PER_SECOND / MEASURED_TIME.toSeconds();
    return List.of(
        new ResultRow(
            "keeper of an idle worker",
            String.format(Locale.ROOT, "%.2f wake-ups/s, %.3f %% CPU", wakeups, cpu * 100),
            "",
            "<= 1/s, < 0.1 %",
            wakeups <= MAX_WAKEUPS && cpu < MAX_CPU));
  }

  private static Path maintenanceThread(long pid) throws IOException {
    Path tasks = Path.of("/proc", Long.toString(pid), "task");
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
      for (Path thread : threads) {
        if (Files.readString(thread.resolve("comm")).strip().equals("luhproc-logs")) {
          return thread;
        }
      }
    }
    throw new IOException("process " + pid + " has no maintenance thread");
  }

  /**
   * CPU usage of a thread, see schedstat in proc(5).
   *
   * @param cpuNanos CPU time
   * @param wakeups number of voluntary context switches, one per wake-up
   */
  private record ThreadUsage(long cpuNanos, long wakeups) {
    static ThreadUsage of(Path thread) throws IOException {
      String cpuNanos = Files.readString(thread.resolve("schedstat")).split(" ", -1)[0];
      long wakeups = 0;
      for (String line : Files.readAllLines(thread.resolve("status"))) {
        if (line.startsWith("voluntary_ctxt_switches:")) {
          wakeups = Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
        }
      }
      return new ThreadUsage(Long.parseLong(cpuNanos), wakeups);
    }
  }
}
