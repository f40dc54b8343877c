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
 * A cold JVM that relaunches itself in the background: from the first statement of its main to the
 * first statement of the new process. Akuma has no warm case, because it replaces its own process.
 */
final class DaemonSection {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private DaemonSection() {}

  static List<ResultRow> run(BenchEnvironment environment) throws Exception {
    InterleavedTrials trials =
        new InterleavedTrials()
            .add("luhproc", () -> time(ColdStartMain.class, environment.createDirectory("cold")))
            .add("Akuma", () -> time(AkumaDaemonMain.class, environment.createDirectory("akuma")));
    String measurement = "a cold JVM that puts itself in the background, main to first statement";
    try {
      trials.run(1, 11);
    } catch (IllegalStateException e) {
      return List.of(ResultRow.of(measurement, "", "Akuma does not run here: " + e.getMessage()));
    }
    return List.of(
        ResultRow.of(
            measurement,
            Samples.formatMillis(trials.samplesOf("luhproc").median()),
            trials.mediansExcept("luhproc")));
  }

  private static long time(Class<?> main, Path folder) throws Exception {
    Path log = folder.resolve("log");
    new CommandRunner(
            BenchEnvironment.javaCommand(main, folder.toString()),
            Map.of(ColdStartMain.FOLDER, folder.toString()))
        .startWithLog(log)
        .waitFor();
    Path statement = folder.resolve("statement");
    Deadline deadline = Deadline.after(TimeSource.system(), TIMEOUT);
    if (!deadline.await(() -> Files.exists(statement))) {
      throw new IllegalStateException(
          Files.readString(log).lines().findFirst().orElse("no output"));
    }
    return Long.parseLong(Files.readString(statement))
        - Long.parseLong(Files.readString(folder.resolve("begin")));
  }

  /** The same as {@link AkumaDaemonMain}, with luhproc. */
  static final class ColdStartMain {
    static final String FOLDER = "BENCH_FOLDER";
    private static final String TASK = "BENCH_COLD";

    private ColdStartMain() {}

    /** Relaunches this program. */
    public static void main(String[] args) throws Exception {
      long now = System.nanoTime();
      Path folder = Path.of(System.getenv(FOLDER));
      ProcessManager manager =
          ProcessManager.builder()
              .root(folder.resolve("root"))
              .task(
                  TASK, context -> AkumaDaemonMain.writeTimestamp(folder.resolve("statement"), now))
              .build();
      manager.check();
      AkumaDaemonMain.writeTimestamp(folder.resolve("begin"), now);
      manager.start(TASK, "cold");
    }
  }
}
