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

/** From {@code start()} to the first statement of the task, and the same by hand. */
final class Statements {
  private static final double MOST = 1.15;

  private final Path folder;
  private final ProcessManager manager;

  private Statements(Path folder) {
    this.folder = folder;
    this.manager =
        ProcessManager.builder()
            .app("bench")
            .root(folder.resolve("root"))
            .task(Statement.TASK, context -> {})
            .mainClass(Statement.class.getName())
            .build();
  }

  static List<Row> run(Setting setting) throws Exception {
    Statements statements = new Statements(setting.scratch("statement"));
    Rounds rounds =
        new Rounds()
            .with("start()", statements::byStart)
            .with("variable by hand", () -> statements.byHand(Map.of(Statement.TASK, "1")))
            .with("main without luhproc", () -> statements.byHand(Map.of(), "bare"))
            .run(3, 21);
    double ours = rounds.of("start()").median();
    double hand = rounds.of("variable by hand").median();
    double bare = rounds.of("main without luhproc").median();
    return List.of(
        new Row(
            "`start()` to the first statement of the task",
            Samples.text(ours) + ", " + Samples.ratio(ours / hand),
            "the same jar by hand, `BENCH_STATEMENT=1 java ...` " + Samples.text(hand),
            "<= " + Samples.ratio(MOST),
            ours / hand <= MOST),
        Row.of(
            "the same, over a `main` that knows nothing of luhproc",
            Samples.ratio(ours / bare),
            Samples.text(bare)));
  }

  private long byStart() throws Exception {
    Path file = file();
    String id = file.getFileName().toString();
    long start = System.nanoTime();
    manager.start(
        Statement.TASK, id, StartOptions.builder().env(Statement.FILE, file.toString()).build());
    long nanos = statement(file) - start;
    Deadline deadline = Deadline.after(TimeSource.system(), Duration.ofSeconds(60));
    deadline.await(() -> manager.info(Statement.TASK, id).flatMap(it -> it.end()).isPresent());
    manager.stop(Statement.TASK, id);
    return nanos;
  }

  private long byHand(Map<String, String> variables, String... arguments) throws Exception {
    Path file = file();
    ProcessBuilder builder = new ProcessBuilder(Setting.java(Statement.class, arguments));
    builder.environment().putAll(variables);
    builder.environment().put(Statement.FILE, file.toString());
    builder.redirectErrorStream(true);
    builder.redirectOutput(folder.resolve("by-hand.log").toFile());
    long start = System.nanoTime();
    Process process = builder.start();
    long nanos = statement(file) - start;
    process.waitFor();
    return nanos;
  }

  private Path file() {
    return folder.resolve("t" + System.nanoTime());
  }

  private static long statement(Path file) throws Exception {
    Deadline deadline = Deadline.after(TimeSource.system(), Duration.ofSeconds(60));
    if (!deadline.await(() -> Files.exists(file))) {
      throw new IllegalStateException(file + " was not written within a minute");
    }
    return Long.parseLong(Files.readString(file));
  }
}
