package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.directory.ProcessKey;
import io.luhproc.process.EnvironmentNames;
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
 * A root of process directories for one test, with the worker {@code ALONE}, id {@code main}, of
 * {@link StartStopApp}. A process that is alive at the end is killed and fails the test.
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

  /** Returns the root {@code root} in a folder, which also holds the output of processes. */
  static WorkerRootFixture in(Path folder) {
    return new WorkerRootFixture(folder);
  }

  Path path() {
    return root;
  }

  Path folder() {
    return folder;
  }

  /** Returns a manager in this JVM. */
  ProcessManager manager() {
    return builder().build();
  }

  ProcessManager.Builder builder() {
    return StartStopApp.managerBuilder().root(root).mainClass(StartStopApp.class.getName());
  }

  /** Returns a builder of a process of the app that executes some verbs. */
  JavaProcess.Builder app(String... verbs) {
    Object[] arguments = Stream.concat(Stream.of(ID), Stream.of(verbs)).toArray();
    return JavaProcess.of(StartStopApp.class, arguments).env("LUHPROC_TMP_DIR", root);
  }

  WorkerInfo start() {
    return manager().start(TASK, ID, awaitReadyOptions());
  }

  /** Returns options by which {@code start} waits for the task. */
  static StartOptions awaitReadyOptions() {
    return StartOptions.builder().awaitReady(TIMEOUT).build();
  }

  StopResult stop() {
    return manager().stop(TASK, ID, StopOptions.within(TIMEOUT).build());
  }

  /** Returns the directory of the worker, which may not exist. */
  Path directory() {
    return root.resolve(new ProcessKey(Optional.empty(), TASK, ID).directoryName());
  }

  /** Returns the pids of live processes with the marker of a directory below this root. */
  List<Long> markedPids() {
    ProcessTable table = ProcessTable.system();
    return table.all().stream()
        .filter(entry -> !entry.isDead())
        .map(ProcessStat::pid)
        .filter(
            pid ->
                table
                    .environmentVariable(pid, EnvironmentNames.DIRECTORY)
                    .filter(it -> it.startsWith(root + "/"))
                    .isPresent())
        .toList();
  }

  /** Waits until only this process is alive, and checks that two never ran at the same time. */
  void assertOnlyRunning(long pid) {
    Eventually.holds(
        () -> "only " + pid + " is alive; alive: " + markedPids() + dump(),
        () -> markedPids().equals(List.of(pid)));
    assertNeverConcurrent();
  }

  void assertNeverConcurrent() {
    assertThat(StartStopApp.concurrentRuns(root)).as(this::dump).doesNotExist();
  }

  /** Stops the worker and checks that no process and no directory is left. */
  void stopAndAssertGone() {
    stop();
    assertThat(markedPids()).as(this::dump).isEmpty();
    assertThat(directory()).doesNotExist();
  }

  /** Returns the contents of the directory of the worker, for a failure message. */
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
    assertThat(leaked).as("processes still alive").isEmpty();
  }
}
