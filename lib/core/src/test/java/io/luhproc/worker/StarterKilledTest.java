package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import io.luhproc.testing.SteppedProcess;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Starters that are killed by SIGKILL: the next start succeeds, and no second worker runs. */
@ExtendWith(LeakCheck.class)
@Tag("process")
class StarterKilledTest {
  private static final List<String> STEPS =
      List.of(
          "createDirectory root",
          "createDirectory DIRECTORY",
          "createFile lock",
          "tryLock",
          "createFile out.log",
          "createFile err.log",
          "deleteIfExists pid",
          "newByteChannel .process.properties.new",
          "move .process.properties.new",
          "start",
          "newByteChannel .process.properties.new",
          "move .process.properties.new",
          "newByteChannel .pid.new",
          "move .pid.new",
          "close");

  @TempDir private Path folder;

  @Test
  @Timeout(300)
  void nextStartSucceedsWhenStarterIsKilledAtAnyStep() throws Exception {
    List<String> steps = new ArrayList<>();
    Optional<String> killed = Optional.of("");
    for (int k = 1; killed.isPresent(); k++) {
      Path ownFolder = Files.createDirectory(folder.resolve("killed-before-step-" + k));
      try (WorkerRootFixture root = WorkerRootFixture.in(ownFolder)) {
        killed = killAtStep(root, k);
        killed
            .map(it -> it.replace(root.directory().getFileName().toString(), "DIRECTORY"))
            .ifPresent(steps::add);
        // A worker that was launched before the kill is found, so no other is launched.
        boolean launched = !steps.contains("start") || killed.filter("start"::equals).isPresent();
        WorkerInfo worker = root.start();
        assertThat(worker.state()).as("killed before %s", killed).isEqualTo(WorkerState.READY);
        assertThat(worker.launched()).as("killed before %s", killed).isEqualTo(launched);
        assertRecorded(root, worker);
        root.assertOnlyRunning(worker.identity().orElseThrow().pid());
        root.stopAndAssertGone();
      }
    }
    assertThat(steps).containsExactlyElementsOf(STEPS);
  }

  @Test
  void workerRegistersItselfWhenStarterIsKilledAfterLaunch() throws Exception {
    try (WorkerRootFixture root = WorkerRootFixture.in(folder)) {
      killAfterLaunch(root);
      WorkerInfo worker =
          Eventually.present(
              "the worker is ready",
              () ->
                  root.manager()
                      .info(WorkerRootFixture.TASK, WorkerRootFixture.ID)
                      .filter(it -> it.state() == WorkerState.READY));
      assertRecorded(root, worker);
      root.assertOnlyRunning(worker.identity().orElseThrow().pid());
      root.stopAndAssertGone();
    }
  }

  @Test
  void unrecordedWorkerIsStoppedWhenStarterIsKilledAfterLaunch() throws Exception {
    try (WorkerRootFixture root = WorkerRootFixture.in(folder)) {
      killAfterLaunch(root);
      root.stopAndAssertGone();
      assertThat(root.manager().info(WorkerRootFixture.TASK, WorkerRootFixture.ID)).isEmpty();
    }
  }

  @Test
  @Timeout(300)
  void oneWorkerRunsWhenStarterIsKilledAtRandomTime() throws Exception {
    Random random = new Random(2);
    try (WorkerRootFixture root = WorkerRootFixture.in(folder)) {
      for (int round = 0; round < 8; round++) {
        try (JavaProcess starter = root.app("start").start(folder)) {
          starter.awaitLine("prepared");
          TimeSource.system().sleep(Duration.ofMillis(random.nextInt(60)));
          starter.kill();
        }
        WorkerInfo worker = root.start();
        assertRecorded(root, worker);
        root.assertOnlyRunning(worker.identity().orElseThrow().pid());
        root.stopAndAssertGone();
      }
    }
  }

  private static void killAfterLaunch(WorkerRootFixture root) throws Exception {
    try (SteppedProcess starter = SteppedProcess.start(root.app("start"), root.folder())) {
      starter.runToStep("start");
      assertThat(starter.runToNextStep()).contains("newByteChannel .process.properties.new");
    }
  }

  private static Optional<String> killAtStep(WorkerRootFixture root, int number)
      throws IOException, InterruptedException, IllegalConnectorArgumentsException {
    try (SteppedProcess starter = SteppedProcess.start(root.app("start"), root.folder())) {
      Optional<String> step = Optional.of("");
      for (int i = 0; i < number && step.isPresent(); i++) {
        step = starter.runToNextStep();
      }
      return step;
    }
  }

  private static void assertRecorded(WorkerRootFixture root, WorkerInfo worker) {
    long pid = worker.identity().orElseThrow().pid();
    assertThat(root.directory().resolve("pid")).hasContent(pid + "\n");
    assertThat(
            root.manager()
                .info(WorkerRootFixture.TASK, WorkerRootFixture.ID)
                .orElseThrow()
                .identity())
        .isEqualTo(worker.identity());
  }
}
