package io.luhproc.bench;

import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import io.luhproc.worker.ProcessManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A cold JVM that starts itself again in the background: from the first statement of its main to
 * the first statement there. Akuma has no warm case, as it replaces the process it is called in.
 */
final class Daemons {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private Daemons() {}

  static List<Row> run(Setting setting) throws Exception {
    Rounds rounds =
        new Rounds()
            .with("luhproc", () -> time(ColdStatement.class, setting.scratch("cold")))
            .with("Akuma", () -> time(AkumaStatement.class, setting.scratch("akuma")));
    String what = "a cold JVM that puts itself in the background, main to first statement";
    try {
      rounds.run(1, 11);
    } catch (IllegalStateException e) {
      return List.of(Row.of(what, "", "Akuma does not run here: " + e.getMessage()));
    }
    return List.of(
        Row.of(what, Samples.text(rounds.of("luhproc").median()), rounds.medians("luhproc")));
  }

  private static long time(Class<?> main, Path folder) throws Exception {
    Path log = folder.resolve("log");
    new Child(
            Setting.java(main, folder.toString()), Map.of(ColdStatement.FOLDER, folder.toString()))
        .start(log)
        .waitFor();
    Path statement = folder.resolve("statement");
    Deadline deadline = Deadline.after(TimeSource.system(), LONGEST);
    if (!deadline.await(() -> Files.exists(statement))) {
      throw new IllegalStateException(
          Files.readString(log).lines().findFirst().orElse("no output"));
    }
    return Long.parseLong(Files.readString(statement))
        - Long.parseLong(Files.readString(folder.resolve("begin")));
  }

  /** The same as {@link AkumaStatement} by luhproc. */
  static final class ColdStatement {
    static final String FOLDER = "BENCH_FOLDER";
    private static final String TASK = "BENCH_COLD";

    private ColdStatement() {}

    /** Starts itself again. */
    public static void main(String[] args) throws Exception {
      long now = System.nanoTime();
      Path folder = Path.of(System.getenv(FOLDER));
      ProcessManager manager =
          ProcessManager.builder()
              .root(folder.resolve("root"))
              .task(TASK, context -> AkumaStatement.write(folder.resolve("statement"), now))
              .build();
      manager.check();
      AkumaStatement.write(folder.resolve("begin"), now);
      manager.start(TASK, "cold");
    }
  }
}
