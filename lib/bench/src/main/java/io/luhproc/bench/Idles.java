package io.luhproc.bench;

import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.TimeSource;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.WorkerInfo;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What being a worker costs a task that does nothing. */
final class Idles {
  private static final double MOST_MIB = 3;
  private static final double MOST_WAKES = 1;
  private static final double MOST_CPU = 0.001;
  private static final Duration SETTLING = Duration.ofSeconds(3);
  private static final Duration WATCHED = Duration.ofSeconds(20);
  private static final double NANOS = 1e9;
  private static final double MIB = 1 << 20;

  private final Path folder;
  private final ProcessManager manager;

  private Idles(Path folder) {
    this.folder = folder;
    this.manager =
        ProcessManager.builder()
            .app("bench")
            .root(folder.resolve("root"))
            .task(Idle.TASK, context -> {})
            .mainClass(Idle.class.getName())
            .build();
  }

  /** Memory and threads beyond those of the same task in a program without luhproc. */
  static List<Row> memory(Setting setting) throws Exception {
    Idles idles = new Idles(setting.scratch("memory"));
    Rounds rounds =
        new Rounds()
            .with("worker", () -> idles.worker().rssBytes())
            .with("bare", () -> idles.bare().rssBytes())
            .run(0, 9);
    // The samples are bytes here, which "nanoseconds in milliseconds" divides by a million.
    double ours = rounds.of("worker").median() * 1e6 / MIB;
    double bare = rounds.of("bare").median() * 1e6 / MIB;
    int threads = idles.worker().threadCount() - idles.bare().threadCount();
    return List.of(
        new Row(
            "memory of a worker over the bare task, RSS",
            mib(ours - bare),
            "worker " + mib(ours) + ", bare " + mib(bare),
            "< 3 MiB",
            ours - bare < MOST_MIB),
        new Row("threads of a worker over the bare task", "" + threads, "", "1", threads == 1));
  }

  private static String mib(double value) {
    return String.format(Locale.ROOT, "%.1f MiB", value);
  }

  private ProcessStat worker() throws InterruptedException {
    WorkerInfo worker = manager.start(Idle.TASK, "idle");
    TimeSource.system().sleep(SETTLING);
    ProcessStat entry = entry(worker.identity().orElseThrow().pid());
    manager.stop(Idle.TASK, "idle");
    return entry;
  }

  private ProcessStat bare() throws Exception {
    Process process =
        new Child(Setting.java(Idle.class, "bare"), Map.of()).start(folder.resolve("bare.log"));
    TimeSource.system().sleep(SETTLING);
    ProcessStat entry = entry(process.pid());
    process.destroyForcibly().waitFor();
    return entry;
  }

  private static ProcessStat entry(long pid) {
    return ProcessTable.system().find(pid).orElseThrow();
  }

  /** How often the keeper of an idle worker wakes up, and what of a processor it uses. */
  static List<Row> keeper(Setting setting) throws Exception {
    Idles idles = new Idles(setting.scratch("keeper"));
    WorkerInfo worker = idles.manager.start(Idle.TASK, "kept");
    TimeSource.system().sleep(SETTLING);
    Path thread = keeper(worker.identity().orElseThrow().pid());
    Use before = Use.of(thread);
    TimeSource.system().sleep(WATCHED);
    Use after = Use.of(thread);
    idles.manager.stop(Idle.TASK, "kept");
    double wakes = (after.runs - before.runs) / (double) WATCHED.toSeconds();
    double cpu = (after.nanos - before.nanos) / NANOS / WATCHED.toSeconds();
    return List.of(
        new Row(
            "keeper of an idle worker",
            String.format(Locale.ROOT, "%.2f wake-ups/s, %.3f %% CPU", wakes, cpu * 100),
            "",
            "<= 1/s, < 0.1 %",
            wakes <= MOST_WAKES && cpu < MOST_CPU));
  }

  private static Path keeper(long pid) throws IOException {
    Path tasks = Path.of("/proc", Long.toString(pid), "task");
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
      for (Path thread : threads) {
        if (Files.readString(thread.resolve("comm")).strip().equals("luhproc-keeper")) {
          return thread;
        }
      }
    }
    throw new IOException("process " + pid + " has no thread luhproc-keeper");
  }

  /**
   * What a thread has had of the processors, see schedstat in proc(5).
   *
   * @param nanos how long
   * @param runs how often it left the processor of its own accord: once for each wake-up
   */
  private record Use(long nanos, long runs) {
    static Use of(Path thread) throws IOException {
      String nanos = Files.readString(thread.resolve("schedstat")).split(" ", -1)[0];
      long runs = 0;
      for (String line : Files.readAllLines(thread.resolve("status"))) {
        if (line.startsWith("voluntary_ctxt_switches:")) {
          runs = Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
        }
      }
      return new Use(Long.parseLong(nanos), runs);
    }
  }
}
