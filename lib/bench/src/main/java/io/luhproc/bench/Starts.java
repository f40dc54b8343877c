package io.luhproc.bench;

import io.luhproc.worker.ProcessManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a start costs the one who starts: from the call until it returns. */
final class Starts {
  private static final double MOST_WARM = 1.0;
  private static final double MOST_FIRST = 15.0;

  private Starts() {}

  /** The hundredth start of a JVM and the ones after it. */
  static List<Row> warm(Setting setting) throws Exception {
    Path folder = setting.scratch("warm");
    List<String> command = List.of("/bin/true");
    // An app has one manager.
    ProcessManager manager = Rival.manager(command, folder);
    Rounds rounds = new Rounds();
    for (Rival rival : Rival.values()) {
      boolean ours = rival == Rival.LUHPROC;
      rounds.with(rival.title(), () -> ours ? time(manager) : time(rival, command, folder));
    }
    rounds.run(100, 200);
    return List.of(row("`start`, warm, of `/bin/true`", rounds, MOST_WARM));
  }

  /** The first start of a JVM, with all the classes it loads. */
  static List<Row> first(Setting setting) throws Exception {
    Rounds rounds = new Rounds();
    for (Rival rival : Rival.values()) {
      Path folder = setting.scratch("first");
      List<String> command = Setting.java(FirstStart.class, rival.name(), folder.toString());
      rounds.with(rival.title(), () -> new Child(command, Map.of()).number());
    }
    rounds.run(1, 15);
    return List.of(row("first `start` of a JVM, of itself", rounds, MOST_FIRST));
  }

  static long time(Rival rival, List<String> command, Path folder) throws Exception {
    long start = System.nanoTime();
    Rival.Started started = rival.start(command, folder);
    long nanos = System.nanoTime() - start;
    started.await();
    return nanos;
  }

  private static long time(ProcessManager manager) throws Exception {
    long start = System.nanoTime();
    Rival.Started started = Rival.start(manager);
    long nanos = System.nanoTime() - start;
    started.await();
    return nanos;
  }

  private static Row row(String what, Rounds rounds, double most) {
    double over = rounds.of("luhproc").median() - rounds.of("ProcessBuilder").median();
    List<String> ours = new ArrayList<>();
    ours.add(Samples.text(rounds.of("luhproc").median()));
    ours.add("(" + Samples.text(over) + " over ProcessBuilder)");
    return new Row(
        what,
        String.join(" ", ours),
        rounds.medians("luhproc"),
        "<= " + Samples.text(most) + " over",
        over <= most);
  }
}
