package io.luhproc.bench;

import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StartOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Time from {@code start()} to the first statement of the task, and the same by hand. */
final class FirstStatementSection {
  private static final double MAX_RATIO = 1.15;

  private final Path folder;
  private final ProcessManager manager;

  private FirstStatementSection(Path folder) {
    this.folder = folder;
    this.manager =
        ProcessManager.builder()
            .app("bench")
            .root(folder.resolve("root"))
            .task(FirstStatementMain.TASK, context -> {})
            .mainClass(FirstStatementMain.class.getName())
            .build();
  }

  static List<ResultRow> run(BenchEnvironment environment) throws Exception {
    FirstStatementSection section =
        new FirstStatementSection(environment.createDirectory("statement"));
    InterleavedTrials trials =
        new InterleavedTrials()
            .add("start()", section::timeStart)
            .add(
                "variable by hand",
                () -> section.timeProcessBuilder(Map.of(FirstStatementMain.TASK, "1")))
            .add("main without luhproc", () -> section.timeProcessBuilder(Map.of(), "bare"))
            .run(3, 21);
    double startMillis = trials.samplesOf("start()").median();
    double handMillis = trials.samplesOf("variable by hand").median();
    double bareMillis = trials.samplesOf("main without luhproc").median();
    return List.of(
        new ResultRow(
            "`start()` to the first statement of the task",
            Samples.formatMillis(startMillis)
                + ", "
                + Samples.formatRatio(startMillis / handMillis),
            "the same jar by hand, `BENCH_STATEMENT=1 java ...` "
                + Samples.formatMillis(handMillis),
            "<= " + Samples.formatRatio(MAX_RATIO),
            startMillis / handMillis <= MAX_RATIO),
        ResultRow.of(
            "the same, over a `main` that knows nothing of luhproc",
            Samples.formatRatio(startMillis / bareMillis),
            Samples.formatMillis(bareMillis)));
  }

  private long timeStart() throws Exception {
    Path file = newTimestampFile();
    String id = file.getFileName().toString();
    long start = System.nanoTime();
    manager.start(
        FirstStatementMain.TASK,
        id,
        StartOptions.builder().env(FirstStatementMain.FILE, file.toString()).build());
    long nanos = awaitTimestamp(file) - start;
    Deadline deadline = Deadline.after(TimeSource.system(), Duration.ofSeconds(60));
    deadline.await(
        () -> manager.info(FirstStatementMain.TASK, id).flatMap(info -> info.end()).isPresent());
    manager.stop(FirstStatementMain.TASK, id);
    return nanos;
  }

  private long timeProcessBuilder(Map<String, String> variables, String... arguments)
      throws Exception {
    Path file = newTimestampFile();
    ProcessBuilder builder =
        new ProcessBuilder(BenchEnvironment.javaCommand(FirstStatementMain.class, arguments));
    builder.environment().putAll(variables);
    builder.environment().put(FirstStatementMain.FILE, file.toString());
    builder.redirectErrorStream(true);
    builder.redirectOutput(folder.resolve("by-hand.log").toFile());
    long start = System.nanoTime();
    Process process = builder.start();
    long nanos = awaitTimestamp(file) - start;
    process.waitFor();
    return nanos;
  }

  private Path newTimestampFile() {
    return folder.resolve("t" + System.nanoTime());
  }

  private static long awaitTimestamp(Path file) throws Exception {
    Deadline deadline = Deadline.after(TimeSource.system(), Duration.ofSeconds(60));
    if (!deadline.await(() -> Files.exists(file))) {
      throw new IllegalStateException(file + " was not written within a minute");
    }
    return Long.parseLong(Files.readString(file));
  }
}
