package io.luhproc.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Cost of a supervisor, compared with other pools of the same children, each in its own JVM. */
final class SupervisorSection {
  static final String LUHPROC = "luhproc";
  static final String PROCESS_BUILDER = "ProcessBuilder";
  private static final String PARALLEL = "parallel";
  private static final String NU_PROCESS = "NuProcess";
  private static final String POSIX_SPAWN = "posix_spawn";
  private static final String NO_CHILDREN = "nothing";
  private static final String SUBMISSION_PUBLISHER = "SubmissionPublisher";
  private static final String BLOCKING_QUEUE = "LinkedBlockingQueue";

  private static final double MAX_OVERHEAD_MILLIS = 1.0;
  private static final double MAX_RESPAWN_MILLIS = 5.0;
  private static final double MAX_EVENT_MILLIS = 0.1;
  private static final double MAX_KIB = 60;
  private static final double MAX_START_RATIO = 1.1;
  private static final double MAX_IDLE_PERCENT = 0.03;
  private static final double MAX_GROWTH_KIB = 1024;

  private SupervisorSection() {}

  /** Measures sequential starts. */
  static List<ResultRow> spawn(BenchEnvironment environment) throws Exception {
    Metrics metrics = new Metrics(environment, "spawn", 3, LUHPROC, PROCESS_BUILDER, NU_PROCESS);
    double overhead = metrics.median(LUHPROC, "wall") - metrics.median(PROCESS_BUILDER, "wall");
    return List.of(
        new ResultRow(
            "`supervisor.start(..).get()`, no time to settle, of `/bin/sleep`: until it runs",
            Samples.formatMillis(metrics.median(LUHPROC, "wall"))
                + " ("
                + Samples.formatMillis(overhead)
                + " over bare)",
            metrics.formatMillis("wall", PROCESS_BUILDER, NU_PROCESS),
            "< " + Samples.formatMillis(MAX_OVERHEAD_MILLIS) + " over",
            overhead < MAX_OVERHEAD_MILLIS),
        ResultRow.of(
            "the same, CPU time of this JVM for each",
            Samples.formatMillis(metrics.median(LUHPROC, "cpu")),
            metrics.formatMillis("cpu", PROCESS_BUILDER, NU_PROCESS)));
  }

  /** Measures from SIGKILL to the next process, and from the time of an event to a listener. */
  static List<ResultRow> respawn(BenchEnvironment environment) throws Exception {
    Metrics metrics = new Metrics(environment, "respawn", 3, LUHPROC, PROCESS_BUILDER, POSIX_SPAWN);
    // One round only, because it takes minutes.
    Metrics slowMetrics = new Metrics(environment, "respawn", 1, NU_PROCESS);
    double p99 = metrics.median(LUHPROC, "p99");
    return List.of(
        new ResultRow(
            "from SIGKILL to the listener that hears of the next process, delay 0",
            "p50 "
                + Samples.formatMillis(metrics.median(LUHPROC, "p50"))
                + ", p99 "
                + Samples.formatMillis(p99),
            formatQuantiles("p50", metrics, slowMetrics)
                + "; "
                + formatQuantiles("p99", metrics, slowMetrics),
            "p99 < " + Samples.formatMillis(MAX_RESPAWN_MILLIS),
            p99 < MAX_RESPAWN_MILLIS),
        ResultRow.of(
            "events of these, from the time they carry to the listener",
            formatMicros(metrics.median(LUHPROC, "event50"), metrics.median(LUHPROC, "event99")),
            "while processes are launched on the same processors"));
  }

  private static String formatQuantiles(String name, Metrics metrics, Metrics slowMetrics) {
    return name
        + ": "
        + metrics.formatMillis(name, PROCESS_BUILDER, POSIX_SPAWN)
        + ", "
        + slowMetrics.formatMillis(name, NU_PROCESS);
  }

  /** Measures events of services that are started and stopped without a launch. */
  static List<ResultRow> events(BenchEnvironment environment) throws Exception {
    Metrics metrics =
        new Metrics(environment, "events", 3, LUHPROC, SUBMISSION_PUBLISHER, BLOCKING_QUEUE);
    double p99 = metrics.median(LUHPROC, "p99");
    return List.of(
        new ResultRow(
            "events, from the time they carry to the listener, while nothing is launched",
            formatMicros(metrics.median(LUHPROC, "p50"), p99),
            formatMicros(metrics, SUBMISSION_PUBLISHER)
                + "; "
                + formatMicros(metrics, BLOCKING_QUEUE),
            "p99 < 100 us",
            p99 < MAX_EVENT_MILLIS));
  }

  private static String formatMicros(Metrics metrics, String kind) {
    return kind + " " + formatMicros(metrics.median(kind, "p50"), metrics.median(kind, "p99"));
  }

  private static String formatMicros(double p50, double p99) {
    return String.format(Locale.ROOT, "p50 %.0f us, p99 %.0f us", p50 * 1e3, p99 * 1e3);
  }

  /** Measures a thousand sleeping services. */
  static List<ResultRow> fleet(BenchEnvironment environment) throws Exception {
    Metrics metrics =
        new Metrics(
            environment, "fleet", 1, LUHPROC, PROCESS_BUILDER, PARALLEL, NU_PROCESS, NO_CHILDREN);
    double rss = metrics.median(LUHPROC, "rss");
    double start = metrics.median(LUHPROC, "start") / metrics.median(PROCESS_BUILDER, "start");
    double idle = metrics.median(LUHPROC, "idle") - metrics.median(NO_CHILDREN, "idle");
    return List.of(
        new ResultRow(
            "1 000 services: RSS for each, after a full collection",
            formatKib(rss),
            "ProcessBuilder " + formatKib(metrics.median(PROCESS_BUILDER, "rss")),
            "< 60 KiB",
            rss < MAX_KIB),
        new ResultRow(
            "1 000 services: start of all",
            Samples.formatMillis(metrics.median(LUHPROC, "start"))
                + ", "
                + Samples.formatRatio(start),
            metrics.formatMillis("start", PROCESS_BUILDER, PARALLEL, NU_PROCESS),
            "<= " + Samples.formatRatio(MAX_START_RATIO) + " of ProcessBuilder",
            start <= MAX_START_RATIO),
        ResultRow.of(
            "the same, CPU time of the JVM",
            Samples.formatMillis(metrics.median(LUHPROC, "startCpu")),
            metrics.formatMillis("startCpu", PROCESS_BUILDER, PARALLEL, NU_PROCESS)),
        new ResultRow(
            "1 000 services: idle CPU over a JVM that does nothing, of one core",
            formatPercent(idle),
            "ProcessBuilder "
                + formatPercent(
                    metrics.median(PROCESS_BUILDER, "idle") - metrics.median(NO_CHILDREN, "idle")),
            "<= " + formatPercent(MAX_IDLE_PERCENT),
            idle <= MAX_IDLE_PERCENT));
  }

  /** Measures the memory after 1 000 and after 10 000 restarts. */
  static List<ResultRow> restarts(BenchEnvironment environment) throws Exception {
    Metrics metrics = new Metrics(environment, "restarts", 1, LUHPROC, PROCESS_BUILDER);
    double heap = metrics.median(LUHPROC, "heap10000") - metrics.median(LUHPROC, "heap1000");
    double rss = metrics.median(LUHPROC, "rss10000") - metrics.median(LUHPROC, "rss1000");
    double bare =
        metrics.median(PROCESS_BUILDER, "rss10000") - metrics.median(PROCESS_BUILDER, "rss1000");
    return List.of(
        new ResultRow(
            "memory from 1 000 to 10 000 restarts, after full collections",
            "heap " + formatKib(heap) + ", RSS " + formatKib(rss) + " more",
            "ProcessBuilder RSS " + formatKib(bare) + " more",
            "flat: heap < 1 MiB more",
            heap < MAX_GROWTH_KIB));
  }

  private static String formatKib(double value) {
    return String.format(Locale.ROOT, "%.1f KiB", value);
  }

  private static String formatPercent(double value) {
    return String.format(Locale.ROOT, "%.3f %%", value);
  }

  /**
   * Metrics of {@link ChildPoolMain} for each kind of pool: medians of several interleaved runs.
   */
  static final class Metrics {
    private final Map<String, Map<String, Samples>> samplesByKind = new LinkedHashMap<>();

    Metrics(BenchEnvironment environment, String measurement, int rounds, String... kinds)
        throws Exception {
      String folder = environment.createDirectory(measurement).toString();
      for (int i = 0; i < rounds; i++) {
        for (String kind : kinds) {
          Map<String, Samples> metrics =
              samplesByKind.computeIfAbsent(kind, key -> new LinkedHashMap<>());
          new CommandRunner(
                  BenchEnvironment.javaCommand(ChildPoolMain.class, measurement, kind, folder),
                  Map.of())
              .readMetrics()
              .forEach((name, value) -> add(metrics, name, value));
        }
      }
    }

    // Samples stores integers and divides by a million, for any unit.
    private static void add(Map<String, Samples> metrics, String name, double value) {
      metrics.computeIfAbsent(name, key -> new Samples()).add(Math.round(value * 1e6));
    }

    double median(String kind, String name) {
      Samples found = samplesByKind.getOrDefault(kind, Map.of()).get(name);
      if (found == null) {
        throw new IllegalArgumentException(kind + " has no metric " + name);
      }
      return found.median();
    }

    String formatMillis(String name, String... kinds) {
      StringBuilder text = new StringBuilder();
      for (String kind : kinds) {
        text.append(text.length() == 0 ? "" : ", ");
        text.append(kind.equals(PARALLEL) ? "in parallel" : kind).append(' ');
        text.append(Samples.formatMillis(median(kind, name)));
      }
      return text.toString();
    }
  }
}
