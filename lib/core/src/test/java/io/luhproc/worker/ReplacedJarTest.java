package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessEnd;
import io.luhproc.testing.ClassPathJars;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.worker.app.TaskApp;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A worker whose jar is overwritten while it runs, so that no further class can be loaded. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class ReplacedJarTest {
  @TempDir Path work;
  @RegisterExtension final WorkerFixture workers = new WorkerFixture();

  /** Starts a worker from jars, overwrites the jars, and returns the result of a stop. */
  private StopResult replaceJarAndStop(String task, int graceMillis) throws IOException {
    String classPath = ClassPathJars.packFolders(work);
    List<String> command =
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-Xshare:auto",
            "-cp",
            classPath,
            TaskApp.class.getName());
    ProcessManager manager = WorkerFixture.builder(workers.root).command(command).build();
    StartOptions options =
        StartOptions.builder()
            .env("LUHPROC_TMP_DIR", workers.root.toString())
            .env(TaskApp.GRACE, Integer.toString(graceMillis))
            .awaitReady(WorkerFixture.TIMEOUT)
            .build();
    WorkerInfo worker = manager.start(task, "main", options);
    Eventually.holds("the worker has recorded that it runs", () -> hasRun(worker));
    for (File jar : work.toFile().listFiles()) {
      Files.write(jar.toPath(), new byte[(int) jar.length()]);
    }
    StopOptions keep = StopOptions.builder().grace(Duration.ofSeconds(20)).keepLogs(true).build();
    return manager.stop(task, "main", keep);
  }

  private static boolean hasRun(WorkerInfo worker) throws IOException {
    return Files.readString(worker.directory().resolve("process.properties"))
        .contains("\nrunning=");
  }

  @Test
  void endIsRecordedWhenTaskReturns() throws IOException {
    StopResult result = replaceJarAndStop("IDLE", 10_000);
    assertThat(result.end().map(ProcessEnd::reason)).contains("stopped by SIGTERM");
  }

  @Test
  void endIsRecordedWhenTaskOutlivesItsGrace() throws IOException {
    StopResult result = replaceJarAndStop("STUBBORN", 300);
    assertThat(result.end().map(ProcessEnd::reason))
        .contains("the task did not return within 300ms after SIGTERM");
  }

  @Test
  void replacedProgramIsNamedWhenTaskCannotLoadClass() throws IOException {
    StopResult result = replaceJarAndStop("LOADS_CLASS_LATE", 10_000);
    assertThat(result.end().orElseThrow().reason())
        .startsWith("the task threw java.lang.NoClassDefFoundError")
        .contains("; the program was replaced while it ran: " + work.resolve("classes"));
  }
}
