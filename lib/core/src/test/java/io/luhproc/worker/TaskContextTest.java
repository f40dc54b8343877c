package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.Signal;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The task context in a real worker. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class TaskContextTest {
  @TempDir Path work;
  @RegisterExtension final WorkerFixture workers = new WorkerFixture();

  private String outputAfterTerm(WorkerInfo worker) {
    WorkerFixture.signal(workers.identityOf(worker), Signal.TERM);
    workers.awaitEnd(worker.task(), worker.id());
    return WorkerFixture.read(worker.logFile());
  }

  @Test
  void taskReceivesAllStartOptions() throws Exception {
    String id = "/srv/Ünïcode dir/🦊";
    StartOptions options =
        workers
            .options()
            .env("FOLDER", "/srv/docs, größer")
            .jvmOption("-Dechoed=a b")
            .argument("x y")
            .argument("")
            .argument("--flag")
            .directory(work)
            .awaitReady(WorkerFixture.TIMEOUT)
            .build();
    WorkerInfo worker = workers.manager.start("ECHO", id, options);
    assertThat(WorkerFixture.read(worker.logFile()))
        .contains("task ECHO\n")
        .contains("arguments [x y, , --flag]\n")
        .contains("directory " + worker.directory() + "\n")
        .contains("cwd " + work.toRealPath() + "\n")
        .contains("option a b\n");
    assertThat(worker.id()).isEqualTo(id);
    assertThat(workers.info("ECHO", id).identity()).isEqualTo(worker.identity());
    assertThat(WorkerFixture.read(worker.errorFile())).isEqualTo("on stderr\n");
  }

  @Test
  void environmentValuesAreNotWrittenToFiles() throws Exception {
    StartOptions options =
        workers.options().env("FOLDER", "s3cr3t").awaitReady(WorkerFixture.TIMEOUT).build();
    WorkerInfo worker = workers.manager.start("IDLE", "main", options);
    try (var files = Files.list(worker.directory())) {
      assertThat(files.filter(file -> WorkerFixture.read(file).contains("s3cr3t"))).isEmpty();
    }
  }

  @Test
  void hooksRunInOrderBeforeTaskIsInterrupted() {
    WorkerInfo worker = workers.start("HOOKS", "main");
    workers.awaitOutput(worker, "hooked");
    assertThat(outputAfterTerm(worker))
        .isEqualTo(
            """
            hooked
            hook first, requested: true
            hook second, requested: true
            hook third, requested: true
            late hook
            interrupted, requested: true
            """);
    assertThat(WorkerFixture.read(worker.errorFile()))
        .contains("stop hook of HOOKS failed", "the second hook fails");
    assertThat(workers.info("HOOKS", "main").end().orElseThrow().exitCode()).hasValue(0);
  }

  @Test
  void cleanupIsNotInterruptedAfterAwaitStop() {
    WorkerInfo worker = workers.start("LINGERS", "main");
    workers.awaitOutput(worker, "stubborn");
    assertThat(outputAfterTerm(worker)).contains("interrupted while cleaning up: false");
    assertThat(workers.info("LINGERS", "main").end().orElseThrow().exitCode())
        .as("exit code, although a thread of the task runs")
        .hasValue(0);
  }

  @Test
  void workerHasOneLibraryThread() {
    WorkerInfo worker = workers.startReady("IDLE", "main");
    Path tasks = Path.of("/proc/" + workers.identityOf(worker).pid() + "/task");
    long count = 0;
    for (String thread : tasks.toFile().list()) {
      // The kernel truncates names to 15 bytes.
      String name = WorkerFixture.read(tasks.resolve(thread).resolve("comm"));
      count += name.startsWith("luhproc-") ? 1 : 0;
    }
    assertThat(count).isEqualTo(1);
  }
}
