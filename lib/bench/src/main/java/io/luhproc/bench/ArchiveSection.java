package io.luhproc.bench;

import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StartOptions;
import io.luhproc.worker.WorkerInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Start of workers with class archives beside the same program by hand. XDG_CACHE_HOME must be set
 * to an empty directory, in which the archives are made.
 */
final class ArchiveSection {
  private static final String CACHE = "XDG_CACHE_HOME";
  private static final String EXAMPLE_MAIN = "io.luhproc.example.DocSearch";
  private static final String EXAMPLE_TASK = "INDEXER";
  private static final Duration TIMEOUT = Duration.ofSeconds(90);
  // The archive of JDK 25 is made again when the first worker has ended.
  private static final int MAKERS = 2;
  private static final Duration MAKING_TIME = Duration.ofSeconds(20);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(2);
  private static final int ROUNDS = 11;

  private final Path folder;
  private int counter;

  private ArchiveSection(Path folder) {
    this.folder = folder;
  }

  static List<ResultRow> run(BenchEnvironment environment) throws Exception {
    if (System.getenv(CACHE) == null) {
      return List.of(ResultRow.of("class archives", "set " + CACHE + " to an empty folder", ""));
    }
    ArchiveSection section = new ArchiveSection(environment.createDirectory("archive"));
    List<ResultRow> rows = new ArrayList<>(section.smallApp());
    if (environment.exampleJar().isPresent()) {
      rows.add(section.example(environment.exampleJar().get().toAbsolutePath()));
    }
    rows.addAll(IdleWorkerSection.memoryWithArchive(environment));
    return rows;
  }

  private List<ResultRow> smallApp() throws Exception {
    ProcessManager manager =
        ProcessManager.builder()
            .app("bench")
            .root(folder.resolve("small"))
            .task(FirstStatementMain.TASK, context -> {})
            .mainClass(FirstStatementMain.class.getName())
            .build();
    String archive =
        makeArchive(manager, FirstStatementMain.TASK, "maker", smallOptions("maker").build());
    InterleavedTrials trials =
        new InterleavedTrials()
            .add("start()", () -> timeSmall(manager, List.of()))
            .add("first", () -> timeSmall(manager, List.of(newProgramOption())))
            .add("by hand", () -> timeSmallByHand(List.of()))
            .add("archive", () -> timeSmallByHand(List.of(archive)))
            .run(2, ROUNDS);
    double start = trials.samplesOf("start()").median();
    double first = trials.samplesOf("first").median();
    double hand = trials.samplesOf("by hand").median();
    double same = trials.samplesOf("archive").median();
    return List.of(
        row("small app, `start()` to the first statement, with an archive", start, hand, 0.9),
        row("the same, first worker, which records its classes", first, hand, 1.2),
        new ResultRow(
            "what `start()` adds, with the same archive",
            Samples.formatMillis(start - same),
            "by hand with it " + Samples.formatMillis(same),
            "<= 12 ms",
            start - same <= 12));
  }

  private static ResultRow row(String what, double luhproc, double hand, double max) {
    return new ResultRow(
        what,
        Samples.formatMillis(luhproc) + ", " + Samples.formatRatio(luhproc / hand),
        "by hand without an archive " + Samples.formatMillis(hand),
        "<= " + Samples.formatRatio(max),
        luhproc / hand <= max);
  }

  /** Returns a JVM option that changes nothing but the key of the archive, so there is none yet. */
  private String newProgramOption() {
    return "-XX:MaxJavaStackTraceDepth=" + (2_000 + counter);
  }

  private StartOptions.Builder smallOptions(String name) {
    return StartOptions.builder()
        .env(FirstStatementMain.WAIT, "1")
        .env(FirstStatementMain.FILE, folder.resolve(name).toString());
  }

  private long timeSmall(ProcessManager manager, List<String> jvmOptions) throws Exception {
    String id = "t" + counter++;
    StartOptions.Builder options = smallOptions(id);
    jvmOptions.forEach(options::jvmOption);
    long start = System.nanoTime();
    manager.start(FirstStatementMain.TASK, id, options.build());
    long nanos = awaitTimestamp(folder.resolve(id)) - start;
    manager.stop(FirstStatementMain.TASK, id);
    return nanos;
  }

  private long timeSmallByHand(List<String> jvmOptions) throws Exception {
    Path file = folder.resolve("t" + counter++);
    List<String> command = BenchEnvironment.javaCommand(FirstStatementMain.class);
    command.addAll(1, jvmOptions);
    CommandRunner runner =
        new CommandRunner(
            command,
            Map.of(FirstStatementMain.TASK, "1", FirstStatementMain.FILE, file.toString()));
    long start = System.nanoTime();
    Process process = runner.startWithLog(folder.resolve("by-hand.log"));
    long nanos = awaitTimestamp(file) - start;
    process.waitFor();
    return nanos;
  }

  private static long awaitTimestamp(Path file) throws Exception {
    await(file + " is written", () -> Files.exists(file));
    return Long.parseLong(Files.readString(file));
  }

  private ResultRow example(Path jar) throws Exception {
    Thread.currentThread()
        .setContextClassLoader(new URLClassLoader(new URL[] {jar.toUri().toURL()}));
    ProcessManager manager =
        ProcessManager.builder()
            .app("docsearch")
            .root(folder.resolve("example"))
            .task(EXAMPLE_TASK, context -> {})
            .mainClass(EXAMPLE_MAIN)
            .build();
    Path documents = Files.createDirectory(folder.resolve("documents"));
    for (int i = 0; i < 5; i++) {
      Files.writeString(documents.resolve(i + ".txt"), "the quick brown fox " + i);
    }
    String id = documents.toRealPath().toString();
    String ignored = makeArchive(manager, EXAMPLE_TASK, id, indexOptions().build());
    InterleavedTrials trials =
        new InterleavedTrials()
            .add("start()", () -> timeIndex(manager, id))
            .add("by hand", () -> timeIndexByHand(jar, id))
            .run(1, ROUNDS);
    return row(
        "example app, `start()` until five files are indexed, with an archive",
        trials.samplesOf("start()").median(),
        trials.samplesOf("by hand").median(),
        0.6);
  }

  /** Returns options with an index of its own. */
  private StartOptions.Builder indexOptions() throws IOException {
    return StartOptions.builder().env(CACHE, Files.createTempDirectory(folder, "i").toString());
  }

  private long timeIndex(ProcessManager manager, String id) throws Exception {
    StartOptions options = indexOptions().build();
    long start = System.nanoTime();
    WorkerInfo worker = manager.start(EXAMPLE_TASK, id, options);
    long nanos = awaitIndexed(worker.logFile()) - start;
    manager.stop(EXAMPLE_TASK, id);
    return nanos;
  }

  private long timeIndexByHand(Path jar, String id) throws Exception {
    List<String> command =
        List.of(BenchEnvironment.javaExecutable(), "-cp", jar.toString(), EXAMPLE_MAIN, id);
    Map<String, String> variables =
        Map.of(EXAMPLE_TASK, "1", CACHE, Files.createTempDirectory(folder, "i").toString());
    Path log = folder.resolve("index" + counter++);
    long start = System.nanoTime();
    Process process = new CommandRunner(command, variables).startWithLog(log);
    long nanos = awaitIndexed(log) - start;
    process.destroyForcibly().waitFor();
    return nanos;
  }

  private static long awaitIndexed(Path log) throws Exception {
    await(log + " says that all is indexed", () -> isIndexed(log));
    return System.nanoTime();
  }

  private static boolean isIndexed(Path log) {
    try {
      return Files.readString(log).contains("watching: 5 files seen, 5 read");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a worker until its archive is made; returns the JVM option that uses it. */
  static String makeArchive(ProcessManager manager, String task, String id, StartOptions options)
      throws Exception {
    for (int i = 0; i < MAKERS; i++) {
      manager.start(task, id, options);
      TimeSource.system().sleep(MAKING_TIME);
      manager.stop(task, id);
    }
    WorkerInfo worker = manager.start(task, id, options);
    Path record = worker.directory().resolve("process.properties");
    String option =
        Files.readAllLines(record).stream()
            .filter(line -> line.contains("=-XX:SharedArchiveFile="))
            .map(line -> line.substring(line.indexOf('=') + 1))
            .findFirst()
            .orElseThrow(() -> new IOException("no archive was made: " + worker));
    manager.stop(task, id);
    return option;
  }

  private static void await(String what, BooleanSupplier condition) throws Exception {
    if (!Deadline.after(TimeSource.system(), TIMEOUT).await(condition, POLL_INTERVAL)) {
      throw new IOException("not within " + TIMEOUT + ": " + what);
    }
  }
}
