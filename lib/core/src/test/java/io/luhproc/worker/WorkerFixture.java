package io.luhproc.worker;

import io.luhproc.directory.DirectoryLock;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.posix.Posix;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.testing.Eventually;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import io.luhproc.worker.app.TaskApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Workers of {@link TaskApp} under a temporary root. After the test, processes that still carry the
 * marker are killed. {@code @RegisterExtension final WorkerFixture workers = new WorkerFixture()}.
 */
final class WorkerFixture implements AfterEachCallback, AutoCloseable {
  /** Longer than a JVM needs to start on a busy machine. */
  static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final List<String> TASKS =
      List.of(
          "FIRST",
          "IDLE",
          "ECHO",
          "STUBBORN",
          "SCRIPT",
          "STARTS_OTHERS",
          "STOPS_ITSELF",
          "RETURNS",
          "THROWS",
          "EXITS",
          "HALTS",
          "READY_AND_HALTS",
          "NEVER_READY",
          "HOOKS",
          "WAITS",
          "LINGERS",
          "SLOW_HOOK",
          "STUCK_HOOK",
          "SERVER",
          "POOL",
          "CLEANING_THREAD",
          "EXITS_IN_THREAD",
          "OUT_OF_MEMORY",
          "LOADS_CLASS_LATE");

  final Path root;
  final ProcessTable table = ProcessTable.system();
  final ProcessManager manager;

  /** Creates a fixture for one test, after which the root is deleted. */
  WorkerFixture() {
    this(newRoot());
  }

  /** Creates a fixture that the caller closes; the caller also deletes the root. */
  WorkerFixture(Path root) {
    this.root = root.toAbsolutePath();
    this.manager = builder(root).mainClass(TaskApp.class.getName()).build();
  }

  private static Path newRoot() {
    try {
      return Files.createTempDirectory("luhproc-workers");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a builder with all tasks, which do nothing in this JVM. */
  static ProcessManager.Builder builder(Path root) {
    ProcessManager.Builder builder = ProcessManager.builder().root(root);
    for (String task : TASKS) {
      builder.task(task, context -> {});
    }
    return builder;
  }

  /**
   * Returns a manager whose workers handle signals that the build was started to ignore, as under
   * nohup(1). It has a command of its own, so it must be used instead of {@link #manager}.
   */
  ProcessManager managerWithDefaultSignals() {
    List<String> command = new ArrayList<>(TaskAppProcess.DEFAULT_SIGNALS);
    command.addAll(TaskAppProcess.command());
    return builder(root).command(command).build();
  }

  /** Returns options for a fast start of a JVM. */
  StartOptions.Builder options() {
    return StartOptions.builder()
        .jvmOption("-XX:TieredStopAtLevel=1")
        .env("LUHPROC_TMP_DIR", root.toString());
  }

  /** Starts a worker, without waiting. */
  WorkerInfo start(String task, String id) {
    return manager.start(task, id, options().build());
  }

  /** Starts a worker and waits until it is ready. */
  WorkerInfo startReady(String task, String id, String... arguments) {
    StartOptions.Builder options = options().awaitReady(TIMEOUT);
    for (String argument : arguments) {
      options.argument(argument);
    }
    return manager.start(task, id, options.build());
  }

  /** Starts a worker and waits until it has ended. */
  WorkerInfo startAndAwaitEnd(String task, String id) {
    start(task, id);
    return awaitEnd(task, id);
  }

  WorkerInfo awaitEnd(String task, String id) {
    Eventually.holds(
        () -> task + " has ended; " + dump(task, id),
        () -> info(task, id).state() == WorkerState.ENDED);
    return info(task, id);
  }

  WorkerInfo info(String task, String id) {
    return manager.info(task, id).orElseThrow();
  }

  /** Returns the name of the directory of a worker of an app without a name. */
  static String directoryName(String task, String id) {
    return new ProcessKey(Optional.empty(), task, id).directoryName();
  }

  ProcessIdentity identityOf(WorkerInfo worker) {
    return worker.identity().orElseThrow();
  }

  /** Waits until the worker has written a text to stdout. */
  void awaitOutput(WorkerInfo worker, String text) {
    Eventually.holds(
        () -> "output contains " + text + "; " + dump(worker.task(), worker.id()),
        () -> Files.readString(worker.logFile()).contains(text));
  }

  /** Waits until a file contains a pid, and returns the identity of that process. */
  ProcessIdentity awaitPid(Path file) {
    return Eventually.present(
        "a pid is in " + file,
        () -> table.identify(Long.parseLong(Files.readString(file).strip())));
  }

  boolean isAlive(ProcessIdentity identity) {
    return table.isAlive(identity);
  }

  static void signal(ProcessIdentity target, Signal signal) {
    try {
      boolean ignored = Posix.lazy().kill(target.pid(), signal.number());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String dump(String task, String id) {
    return manager
        .info(task, id)
        .map(
            it ->
                it
                    + "\n--- out.log\n"
                    + read(it.logFile())
                    + "--- err.log\n"
                    + read(it.errorFile()))
        .orElse("no directory");
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Returns the live processes with the marker of a directory below this root. */
  List<ProcessStat> markedProcesses() {
    return table.all().stream()
        .filter(entry -> !entry.isDead())
        .filter(
            entry ->
                table
                    .environmentVariable(entry.pid(), "LUHPROC_DIR")
                    .filter(marker -> marker.startsWith(root + "/"))
                    .isPresent())
        .toList();
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    close();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Override
  public void close() {
    Eventually.holds(
        () -> "no process is alive: " + markedProcesses(),
        () -> {
          markedProcesses()
              .forEach(it -> ProcessHandle.of(it.pid()).ifPresent(ProcessHandle::destroyForcibly));
          return markedProcesses().isEmpty();
        });
    ProcessRoot.at(root).directories().forEach(WorkerFixture::delete);
  }

  /** Deletes a directory under its lock, so that no exit recorder writes to it meanwhile. */
  private static void delete(ProcessDirectory directory) {
    Optional<DirectoryLock> lock =
        directory.lockExisting(Deadline.after(TimeSource.system(), TIMEOUT));
    try {
      directory.delete();
    } finally {
      lock.ifPresent(DirectoryLock::close);
    }
  }
}
