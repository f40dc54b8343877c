package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.directory.ProcessKey;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.worker.app.StartStopApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A root of process directories for one test, with what {@link StartStopApp} starts there. Its
 * worker is {@code ALONE} with the id {@code main}; it is killed at the end, and what a test left
 * alive fails the test.
 */
final class WorkerRootFixture implements AutoCloseable {
  static final String TASK = StartStopApp.SINGLETON;
  static final String ID = "main";

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Path folder;
  private final Path root;

  private WorkerRootFixture(Path folder) {
    this.folder = folder;
    this.root = folder.resolve("root");
  }

  /** Returns the root {@code root} in a folder, into which the output of processes goes, too. */
  static WorkerRootFixture in(Path folder) {
    return new WorkerRootFixture(folder);
  }

  Path path() {
    return root;
  }

  Path folder() {
    return folder;
  }

  /** Returns the app's own manager, in this JVM. */
  ProcessManager manager() {
    return builder().build();
  }

  ProcessManager.Builder builder() {
    return StartStopApp.managerBuilder().root(root).mainClass(StartStopApp.class.getName());
  }

  /** Returns a builder of a process of the app that does some verbs. */
  JavaProcess.Builder app(String... verbs) {
    Object[] arguments = Stream.concat(Stream.of(ID), Stream.of(verbs)).toArray();
    return JavaProcess.of(StartStopApp.class, arguments).env("LUHPROC_TMP_DIR", root);
  }

  WorkerInfo start() {
    return manager().start(TASK, ID, awaitReadyOptions());
  }

  /** Returns options with which {@code start} returns when the task is ready. */
  static StartOptions awaitReadyOptions() {
    return StartOptions.builder().awaitReady(TIMEOUT).build();
  }

  StopResult stop() {
    return manager().stop(TASK, ID, StopOptions.within(TIMEOUT).build());
  }

  /** Returns the directory of the worker, which need not exist. */
  Path directory() {
    return root.resolve(new ProcessKey(Optional.empty(), TASK, ID).directoryName());
  }

  /** Returns the pids of all living processes whose environment names a directory of this root. */
  List<Long> markedPids() {
    ProcessTable table = ProcessTable.system();
    return table.all().stream()
        .filter(entry -> !entry.isDead())
        .map(ProcessStat::pid)
        .filter(
            pid ->
                table
                    .environmentVariable(pid, WorkerEnvironment.DIRECTORY)
                    .filter(it -> it.startsWith(root + "/"))
                    .isPresent())
        .toList();
  }

  /** Waits until exactly this process is left, and checks that there never were two. */
  void assertOnlyRunning(long pid) {
    Eventually.holds(
        () -> "only " + pid + " alive, but there are " + markedPids() + dump(),
        () -> markedPids().equals(List.of(pid)));
    assertNeverConcurrent();
  }

  void assertNeverConcurrent() {
    assertThat(StartStopApp.concurrentRuns(root)).as(this::dump).doesNotExist();
  }

  /** Stops the worker and checks that nothing is left of it. */
  void stopAndAssertGone() {
    stop();
    assertThat(markedPids()).as(this::dump).isEmpty();
    assertThat(directory()).doesNotExist();
  }

  /** Returns everything that is in the directory of the worker, for a failure's message. */
  String dump() {
    StringBuilder text = new StringBuilder("\n" + directory() + ":");
    for (String file : List.of("pid", "process.properties", "out.log", "err.log")) {
      Path path = directory().resolve(file);
      text.append("\n--- ").append(file).append('\n').append(read(path));
    }
    return text.toString();
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "(none)";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    List<Long> leaked = markedPids();
    leaked.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    assertThat(leaked).as("left alive").isEmpty();
  }
}
