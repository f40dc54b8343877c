package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import io.luhproc.testing.SteppedProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Concurrent starts and stops of one worker by many processes. */
@ExtendWith(LeakCheck.class)
@Tag("process")
class ConcurrentStartTest {
  private static final int STARTERS = 20;

  @TempDir private Path folder;

  @Test
  @Timeout(300)
  void exactlyOneLaunchesWhenTwentyProcessesStartAtOnce() throws Exception {
    List<JavaProcess> starters = new ArrayList<>();
    try (WorkerRootFixture root = WorkerRootFixture.in(folder)) {
      for (int i = 0; i < STARTERS; i++) {
        starters.add(root.app("wait", "start", "wait").start(folder));
      }
      releaseAll(starters);
      String pid = starters.get(0).awaitLine("pid");
      assertThat(starters).allSatisfy(it -> assertThat(it.awaitLine("pid")).isEqualTo(pid));
      assertThat(starters.stream().collect(Collectors.groupingBy(it -> it.awaitLine("launched"))))
          .hasEntrySatisfying("true", it -> assertThat(it).hasSize(1))
          .hasEntrySatisfying("false", it -> assertThat(it).hasSize(STARTERS - 1));
      WorkerInfo worker = root.start();
      assertThat(worker.launched()).isFalse();
      assertThat(worker.identity().orElseThrow().pid()).isEqualTo(Long.parseLong(pid));
      root.assertOnlyRunning(Long.parseLong(pid));
      root.stopAndAssertGone();
    } finally {
      starters.forEach(JavaProcess::close);
    }
  }

  @Test
  void startFindsWorkerWhenAnotherStartTookTheLockFirst() throws Exception {
    try (WorkerRootFixture root = WorkerRootFixture.in(folder);
        SteppedProcess slow = SteppedProcess.start(root.app("start", "wait"), folder)) {
      slow.runToStep("createFile lock");
      WorkerInfo worker = root.start();
      assertThat(worker.launched()).isTrue();
      slow.detach();
      assertThat(slow.process().awaitLine("launched")).isEqualTo("false");
      root.assertOnlyRunning(worker.identity().orElseThrow().pid());
      root.stopAndAssertGone();
    }
  }

  @Test
  void startLaunchesWhenAnotherStartAndStopCameFirst() throws Exception {
    try (WorkerRootFixture root = WorkerRootFixture.in(folder);
        SteppedProcess slow = SteppedProcess.start(root.app("start", "wait"), folder)) {
      slow.runToStep("createFile lock");
      assertThat(root.start().launched()).isTrue();
      root.stopAndAssertGone();
      slow.detach();
      assertThat(slow.process().awaitLine("launched")).isEqualTo("true");
      root.assertOnlyRunning(Long.parseLong(slow.process().awaitLine("pid")));
      root.stopAndAssertGone();
    }
  }

  @Test
  void stopWaitsWhenLaunchIsNotYetRecorded() throws Exception {
    try (WorkerRootFixture root = WorkerRootFixture.in(folder);
        SteppedProcess slow = SteppedProcess.start(root.app("start", "wait"), folder);
        JavaProcess stopper = root.app("wait", "stop").start(folder)) {
      stopper.awaitLine("waits");
      slow.runToStep("start");
      assertThat(slow.runToNextStep()).contains("newByteChannel .process.properties.new");
      assertThat(root.markedPids()).hasSize(1);
      stopper.writeLine("go");
      stopper.awaitLine("continues");
      assertThat(stopper.out()).doesNotContain("stopped");
      slow.detach();
      assertThat(slow.process().awaitLine("launched")).isEqualTo("true");
      assertThat(stopper.awaitLine("stopped")).isNotEmpty();
      root.stopAndAssertGone();
    }
  }

  @Test
  @Timeout(300)
  void atMostOneWorkerIsLeftWhenStartsAndStopsRace() throws Exception {
    List<JavaProcess> processes = new ArrayList<>();
    try (WorkerRootFixture root = WorkerRootFixture.in(folder)) {
      for (int i = 0; i < 5; i++) {
        processes.add(root.app("wait", "start", "stop", "start", "stop", "start").start(folder));
        processes.add(root.app("wait", "stop", "start", "stop", "start", "stop").start(folder));
      }
      releaseAll(processes);
      for (JavaProcess process : processes) {
        assertThat(process.awaitExit()).as(process::toString).isZero();
        assertThat(process.out()).doesNotContain("refused");
      }
      root.assertNeverConcurrent();
      assertThat(root.markedPids().size()).as(() -> "" + root.markedPids()).isLessThanOrEqualTo(1);
      WorkerInfo worker = root.start();
      root.assertOnlyRunning(worker.identity().orElseThrow().pid());
      root.stopAndAssertGone();
    } finally {
      processes.forEach(JavaProcess::close);
    }
  }

  private static void releaseAll(List<JavaProcess> processes) throws IOException {
    for (JavaProcess process : processes) {
      process.awaitLine("waits");
    }
    for (JavaProcess process : processes) {
      process.writeLine("go");
    }
  }
}
