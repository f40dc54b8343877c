package io.luhproc.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a supervisor costs, beside those who hold the same children, each in a JVM of its own. */
final class Supervisions {
  private static final String OURS = "luhproc";
  private static final String BARE = "ProcessBuilder";
  private static final String PARALLEL = "parallel";
  private static final String NU = "NuProcess";
  private static final String SPAWN = "posix_spawn";
  private static final String NOTHING = "nothing";
  private static final String JDK = "SubmissionPublisher";
  private static final String QUEUE = "LinkedBlockingQueue";

  private static final double MOST_OVER = 1.0;
  private static final double MOST_RESPAWN = 5.0;
  private static final double MOST_EVENT = 0.1;
  private static final double MOST_KIB = 60;
  private static final double MOST_START = 1.1;
  private static final double MOST_IDLE = 0.03;
  private static final double MOST_GROWTH = 1024;

  private Supervisions() {}

  /** One start after the other. */
  static List<Row> spawn(Setting setting) throws Exception {
    Figures figures = new Figures(setting, "spawn", 3, OURS, BARE, NU);
    double over = figures.of(OURS, "wall") - figures.of(BARE, "wall");
    return List.of(
        new Row(
            "`supervisor.start(..).get()`, no time to settle, of `/bin/sleep`: until it runs",
            Samples.text(figures.of(OURS, "wall")) + " (" + Samples.text(over) + " over bare)",
            figures.texts("wall", BARE, NU),
            "< " + Samples.text(MOST_OVER) + " over",
            over < MOST_OVER),
        Row.of(
            "the same, CPU time of this JVM for each",
            Samples.text(figures.of(OURS, "cpu")),
            figures.texts("cpu", BARE, NU)));
  }

  /** From SIGKILL to the next process, and events from their time to a listener. */
  static List<Row> respawn(Setting setting) throws Exception {
    Figures figures = new Figures(setting, "respawn", 3, OURS, BARE, SPAWN);
    // Once: it takes minutes.
    Figures slow = new Figures(setting, "respawn", 1, NU);
    double p99 = figures.of(OURS, "p99");
    return List.of(
        new Row(
            "from SIGKILL to the listener that hears of the next process, delay 0",
            "p50 " + Samples.text(figures.of(OURS, "p50")) + ", p99 " + Samples.text(p99),
            quantiles("p50", figures, slow) + "; " + quantiles("p99", figures, slow),
            "p99 < " + Samples.text(MOST_RESPAWN),
            p99 < MOST_RESPAWN),
        Row.of(
            "events of these, from the time they carry to the listener",
            micros(figures.of(OURS, "event50"), figures.of(OURS, "event99")),
            "while processes are launched on the same processors"));
  }

  private static String quantiles(String name, Figures figures, Figures slow) {
    return name + ": " + figures.texts(name, BARE, SPAWN) + ", " + slow.texts(name, NU);
  }

  /** Events of services that are started and stopped without being launched. */
  static List<Row> events(Setting setting) throws Exception {
    Figures figures = new Figures(setting, "events", 3, OURS, JDK, QUEUE);
    double p99 = figures.of(OURS, "p99");
    return List.of(
        new Row(
            "events, from the time they carry to the listener, while nothing is launched",
            micros(figures.of(OURS, "p50"), p99),
            micros(figures, JDK) + "; " + micros(figures, QUEUE),
            "p99 < 100 us",
            p99 < MOST_EVENT));
  }

  private static String micros(Figures figures, String kind) {
    return kind + " " + micros(figures.of(kind, "p50"), figures.of(kind, "p99"));
  }

  private static String micros(double p50, double p99) {
    return String.format(Locale.ROOT, "p50 %.0f us, p99 %.0f us", p50 * 1e3, p99 * 1e3);
  }

  /** A thousand that sleep. */
  static List<Row> fleet(Setting setting) throws Exception {
    Figures figures = new Figures(setting, "fleet", 1, OURS, BARE, PARALLEL, NU, NOTHING);
    double rss = figures.of(OURS, "rss");
    double start = figures.of(OURS, "start") / figures.of(BARE, "start");
    double idle = figures.of(OURS, "idle") - figures.of(NOTHING, "idle");
    return List.of(
        new Row(
            "1 000 services: RSS for each, after a full collection",
            kib(rss),
            "ProcessBuilder " + kib(figures.of(BARE, "rss")),
            "< 60 KiB",
            rss < MOST_KIB),
        new Row(
            "1 000 services: start of all",
            Samples.text(figures.of(OURS, "start")) + ", " + Samples.ratio(start),
            figures.texts("start", BARE, PARALLEL, NU),
            "<= " + Samples.ratio(MOST_START) + " of ProcessBuilder",
            start <= MOST_START),
        Row.of(
            "the same, CPU time of the JVM",
            Samples.text(figures.of(OURS, "startCpu")),
            figures.texts("startCpu", BARE, PARALLEL, NU)),
        new Row(
            "1 000 services: idle CPU over a JVM that does nothing, of one core",
            percent(idle),
            "ProcessBuilder " + percent(figures.of(BARE, "idle") - figures.of(NOTHING, "idle")),
            "<= " + percent(MOST_IDLE),
            idle <= MOST_IDLE));
  }

  /** Memory after 1 000 and after 10 000 restarts. */
  static List<Row> restarts(Setting setting) throws Exception {
    Figures figures = new Figures(setting, "restarts", 1, OURS, BARE);
    double heap = figures.of(OURS, "heap10000") - figures.of(OURS, "heap1000");
    double rss = figures.of(OURS, "rss10000") - figures.of(OURS, "rss1000");
    double bare = figures.of(BARE, "rss10000") - figures.of(BARE, "rss1000");
    return List.of(
        new Row(
            "memory from 1 000 to 10 000 restarts, after full collections",
            "heap " + kib(heap) + ", RSS " + kib(rss) + " more",
            "ProcessBuilder RSS " + kib(bare) + " more",
            "flat: heap < 1 MiB more",
            heap < MOST_GROWTH));
  }

  private static String kib(double value) {
    return String.format(Locale.ROOT, "%.1f KiB", value);
  }

  private static String percent(double value) {
    return String.format(Locale.ROOT, "%.3f %%", value);
  }

  /** What {@link Holding} measured, of each holder; the median of some runs in turns. */
  private static final class Figures {
    private final Map<String, Map<String, Samples>> all = new LinkedHashMap<>();

    Figures(Setting setting, String thing, int rounds, String... kinds) throws Exception {
      String folder = setting.scratch(thing).toString();
      for (int i = 0; i < rounds; i++) {
        for (String kind : kinds) {
          Map<String, Samples> figures = all.computeIfAbsent(kind, it -> new LinkedHashMap<>());
          new Child(Setting.java(Holding.class, thing, kind, folder), Map.of())
              .figures()
              .forEach((name, value) -> add(figures, name, value));
        }
      }
    }

    // The samples are of millionths, whatever the unit.
    private static void add(Map<String, Samples> figures, String name, double value) {
      figures.computeIfAbsent(name, it -> new Samples()).add(Math.round(value * 1e6));
    }

    double of(String kind, String name) {
      Samples found = all.getOrDefault(kind, Map.of()).get(name);
      if (found == null) {
        throw new IllegalArgumentException(kind + " must have a figure called " + name);
      }
      return found.median();
    }

    String texts(String name, String... kinds) {
      StringBuilder text = new StringBuilder();
      for (String kind : kinds) {
        text.append(text.length() == 0 ? "" : ", ");
        text.append(kind.equals(PARALLEL) ? "in parallel" : kind).append(' ');
        text.append(Samples.text(of(kind, name)));
      }
      return text.toString();
    }
  }
}
