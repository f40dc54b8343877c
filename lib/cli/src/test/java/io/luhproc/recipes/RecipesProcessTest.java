package io.luhproc.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.log.LogPolicy;
import io.luhproc.log.LogSubscription;
import io.luhproc.log.ProcessLog;
import io.luhproc.process.Signal;
import io.luhproc.queue.WorkerQueue;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StartOptions;
import io.luhproc.worker.StopOptions;
import io.luhproc.worker.StopResult;
import io.luhproc.worker.WorkerInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the recipes of the README about workers; {@link ReadmeTest} compares their texts. */
@Tag("process")
class RecipesProcessTest {
  @TempDir Path root;
  private ProcessManager pm = ProcessManager.builder().build();

  @BeforeEach
  void buildManager() {
    pm =
        ProcessManager.builder()
            .root(root)
            .mainClass(App.class.getName())
            .task("INDEXER", App::index)
            .task("HEARTBEAT", context -> {})
            .build();
  }

  @AfterEach
  void stopWorkers() {
    pm.stopAll("INDEXER");
  }

  @Test
  void appStartsWorkerAndExits() throws Exception {
    String output = run(Map.of(), App.class.getName());

    assertThat(output).startsWith("task: INDEXER (id: main)\npid: ");
    assertThat(pm.info("INDEXER", "main")).isPresent();
    assertThat(run(Map.of("HEARTBEAT", "1"), App.class.getName())).isEqualTo("alive\n");
  }

  @Test
  void appWithCommandsAcceptsWorkerCommands() throws Exception {
    assertThat(run(Map.of(), CommandApp.class.getName(), "info", "INDEXER", "none"))
        .contains("INDEXER");
  }

  private String run(Map<String, String> variables, String... command) throws Exception {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-cp", System.getProperty("java.class.path")));
    line.addAll(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("LUHPROC_TMP_DIR", root.toString());
    builder.environment().putAll(variables);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  @Test
  void startAppliesOptions() {
    // recipe: start
    WorkerInfo worker =
        pm.start(
            "INDEXER",
            "docs",
            StartOptions.builder()
                .env("FOLDER", "/srv/docs") // only names are written to disk, never values
                .jvmOption("-Xmx64m")
                .argument("--fast")
                .directory(Path.of("/"))
                .awaitReady(Duration.ofSeconds(10)) // or throws, with the last lines of its logs
                .build());
    if (!worker.launched()) {
      System.out.println("already running as " + worker.identity());
    }
    // end
    assertThat(worker.launched()).isTrue();
    assertThat(pm.logs("INDEXER", "docs").tail(1).get(0).text())
        .isIn("indexing for docs [--fast]", "nothing new");
  }

  @Test
  void infoAndListFindRunningWorker() {
    startReady("main");
    // recipe: look
    Optional<WorkerInfo> worker = pm.info("INDEXER", "main"); // empty if never started, or stopped
    List<WorkerInfo> taskWorkers = pm.list("INDEXER");
    List<WorkerInfo> appWorkers = pm.list();
    List<WorkerInfo> everyWorker = pm.listAll(); // of all apps under pm.root()
    // end
    assertThat(List.of(taskWorkers, appWorkers, everyWorker))
        .allSatisfy(list -> assertThat(list).extracting(WorkerInfo::id).containsExactly("main"));
    assertThat(worker.orElseThrow().state().isAlive()).isTrue();
  }

  @Test
  void stopLeavesNoRunningWorker() {
    startReady("main");
    startReady("docs");
    // recipe: stop
    StopResult result = pm.stop("INDEXER", "main"); // STOPPED, KILLED or NOT_RUNNING
    pm.stop(
        "INDEXER",
        "docs",
        StopOptions.builder()
            .grace(Duration.ofSeconds(3)) // then SIGKILL; default 10 s
            .signal(Signal.INT) // default SIGTERM
            .keepLogs(true) // keeps the directory
            .build());
    pm.stopAll("INDEXER");
    // end
    assertThat(result.outcome()).isEqualTo(StopResult.Outcome.STOPPED);
    assertThat(pm.list()).isEmpty();
  }

  @Test
  void restartKeepsStartOptionsAndLogs() {
    startReady("main");
    // recipe: restart
    WorkerInfo restarted = pm.restart("INDEXER", "main"); // same arguments, options and variables
    StartOptions options =
        pm.startOptions("INDEXER", "main").toBuilder().argument("--fast").build();
    pm.restart("INDEXER", "main", options, StopOptions.defaults());
    // end
    assertThat(restarted.launched()).isTrue();
    assertThat(pm.logs("INDEXER", "main").snapshot()).contains("stop requested");
  }

  @Test
  void logsAreReadAndFollowedWhileWorkerWrites() throws InterruptedException, IOException {
    startReady("main");
    CountDownLatch seen = new CountDownLatch(1);
    // recipe: logs
    ProcessLog log = pm.logs("INDEXER", "main");
    log.tail(100).forEach(line -> System.out.println(line.time() + " " + line.text()));
    String last64KiB = log.snapshot();
    log.since(Instant.now().minusSeconds(600)); // accurate to about a second
    log.err().tail(10);
    LogSubscription subscription = log.followFromTail(5, line -> seen.countDown());
    try (subscription) {
      seen.await(10, TimeUnit.SECONDS);
    }
    // end
    assertThat(last64KiB).contains("indexing for main");
    assertThat(seen.getCount()).isZero();
  }

  @Test
  void managerIsBuiltWithSettings() {
    // recipe: settings
    ProcessManager pm =
        ProcessManager.builder()
            .app("docsearch") // separates apps that use the same task and ID
            .task("INDEXER", App::index)
            .logs(
                LogPolicy.defaults() // 5 files of 10 MiB per stream
                    .withMaxBytes(1 << 20)
                    .withMaxBackups(10)
                    .withMaxAge(Duration.ofDays(7))
                    .withGzip(true))
            .grace(Duration.ofSeconds(30)) // time for a task to return; default 10 s
            .mainClass("com.example.Main") // needed only under an IDE, test runner or build tool
            .build();
    // end
    assertThat(pm.tasks()).containsExactly("INDEXER");
  }

  @Test
  void queueStartsWorkers() throws Exception {
    Path directory = root.resolve("queue");
    // recipe: queue
    try (WorkerQueue queue =
        WorkerQueue.builder(pm, directory)
            .place("local:", 4) // at most 4 here, then the next engine
            .place("k8s:batch", 50)
            .onEnd(worker -> System.out.println(worker.id() + ": " + worker.end()))
            .open()) {
      queue.submit("HEARTBEAT", "docs", StartOptions.defaults()); // false if it is there already
      System.out.println(queue.status()); // waiting, running, succeeded, failed
      queue.awaitEmpty(Duration.ofHours(1));
    }
    // end
    assertThat(pm.info("HEARTBEAT", "docs").orElseThrow().exitCode()).hasValue(0);
  }

  private void startReady(String id) {
    pm.start("INDEXER", id, StartOptions.builder().awaitReady(Duration.ofSeconds(30)).build());
  }
}
