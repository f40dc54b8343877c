package io.luhproc.supervisor;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.health.HealthCheck;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.StopPolicy;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A stop makes a process inactive in whatever state it is, and it stays inactive. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class StopInEveryStateTest {
  @TempDir private Path folder;
  private SupervisorFixture shop;

  @BeforeEach
  void open() {
    shop = new SupervisorFixture(folder);
  }

  @AfterEach
  void close() {
    shop.close();
  }

  private static ProcessSpec.Builder sleeper() {
    return ProcessSpec.command("web", "sleep", "600").minReadyTime(ofMillis(1));
  }

  @Test
  void stopDuringBackoffCancelsRestart() throws Exception {
    shop.add(
        ProcessSpec.shell("web", "echo x >> starts; exit 1")
            .restart(RestartPolicy.always().delay(ofMillis(150)).jitter(0)));
    assertThat(shop.startFailure()).contains("exit code 1; it is tried again");
    shop.await("web", ProcessState.BACKOFF);
    shop.stop();
    int starts = shop.lineCount("starts");
    shop.assertStaysInactive("web");
    assertThat(shop.lineCount("starts")).isEqualTo(starts);
    assertThat(shop.status("web").nextRestart()).isEmpty();
  }

  @Test
  void stopRightAfterStartTerminatesLaunch() throws Exception {
    shop.add(sleeper());
    for (int i = 0; i < 20; i++) {
      CompletableFuture<ServiceStatus> start = shop.supervisor.start("shop");
      shop.stop();
      assertThat(start).failsWithin(ofSeconds(10)).withThrowableThat().withMessageContaining("web");
      assertThat(shop.tree("web")).isEmpty();
    }
    shop.assertStaysInactive("web");
  }

  @Test
  void stopRightAfterStartDoesNotWaitForExecStartPre() throws Exception {
    shop.add(sleeper().execStartPre("echo x >> starts; sleep 600"));
    for (int i = 0; i < 10; i++) {
      CompletableFuture<ServiceStatus> start = shop.supervisor.start("shop");
      shop.stop();
      assertThat(start).failsWithin(ofSeconds(10));
    }
    shop.assertStaysInactive("web");
  }

  @Test
  void stopDuringExecStartPreTerminatesItAndLaunchesNothing() throws Exception {
    shop.add(sleeper().execStartPre("echo before; sleep 600; echo x >> starts"));
    CompletableFuture<ServiceStatus> start = shop.supervisor.start("shop");
    shop.awaitOutput("web", "before");
    shop.stop();
    assertThat(start).failsWithin(ofSeconds(10));
    shop.assertStaysInactive("web");
    assertThat(shop.lineCount("starts")).isZero();
  }

  @Test
  void killDuringExecStartPreIsImmediate() throws Exception {
    shop.add(
        sleeper()
            .execStartPre("trap '' TERM; echo before; while :; do sleep 600; done")
            .stop(StopPolicy.defaults().grace(ofSeconds(60))));
    CompletableFuture<ServiceStatus> start = shop.supervisor.start("shop");
    shop.awaitOutput("web", "before");
    CompletableFuture<ServiceStatus> stop = shop.supervisor.stop("shop");
    shop.await("web", ProcessState.STOPPING);
    shop.supervisor.kill("shop").get(20, SECONDS);
    assertThat(stop).succeedsWithin(ofSeconds(10));
    assertThat(start).failsWithin(ofSeconds(10));
    shop.assertStaysInactive("web");
  }

  @Test
  void stopWhileStartingEndsHealthCheck() throws Exception {
    shop.add(
        sleeper()
            .health(
                HealthCheck.shell("echo x >> checks; sleep 600")
                    .every(ofMillis(50))
                    .timeout(ofSeconds(60))));
    CompletableFuture<ServiceStatus> start = shop.supervisor.start("shop");
    Eventually.holds("a check runs", () -> shop.lineCount("checks") == 1);
    assertThat(shop.state("web")).isEqualTo(ProcessState.STARTING);
    shop.stop();
    assertThat(start).failsWithin(ofSeconds(10));
    shop.assertStaysInactive("web");
    assertThat(shop.lineCount("checks")).isEqualTo(1);
  }

  @Test
  void stopWhileRunningEndsHealthCheck() throws Exception {
    shop.add(
        sleeper()
            .health(
                HealthCheck.shell("echo x >> checks; [ ! -e hang ] || sleep 600")
                    .every(ofMillis(50))
                    .timeout(ofSeconds(60))));
    shop.start();
    Files.createFile(folder.resolve("hang"));
    int seen = shop.lineCount("checks");
    Eventually.holds("a check hangs", () -> shop.lineCount("checks") > seen + 1 || hangs());
    shop.stop();
    int checks = shop.lineCount("checks");
    shop.assertStaysInactive("web");
    assertThat(shop.lineCount("checks")).isEqualTo(checks);
  }

  private static boolean hangs() {
    return ProcessHandle.current()
        .descendants()
        .anyMatch(it -> it.info().commandLine().orElse("").contains("checks"));
  }

  @Test
  void stopDuringStopJoinsIt() throws Exception {
    shop.add(
        ProcessSpec.shell(
                "web", "sleep 600 & trap 'echo asked; sleep 0.3; exit 0' TERM; echo up; wait")
            .restart(SupervisorFixture.immediateRestart()));
    shop.start();
    shop.awaitOutput("web", "up");
    CompletableFuture<ServiceStatus> first = shop.supervisor.stop("shop");
    shop.await("web", ProcessState.STOPPING);
    CompletableFuture<ServiceStatus> second = shop.supervisor.stop("shop");
    assertThat(first).succeedsWithin(ofSeconds(20));
    assertThat(second).succeedsWithin(ofSeconds(20));
    assertThat(shop.output("web")).isEqualTo("up\nasked\n");
    shop.assertStaysInactive("web");
  }

  @Test
  void killDuringStopEscalates() throws Exception {
    shop.add(
        ProcessSpec.shell("web", "trap '' TERM; echo up; while :; do sleep 600; done")
            .stop(StopPolicy.defaults().grace(ofSeconds(60))));
    shop.start();
    shop.awaitOutput("web", "up");
    CompletableFuture<ServiceStatus> stop = shop.supervisor.stop("shop");
    shop.await("web", ProcessState.STOPPING);
    shop.supervisor.kill("shop").get(20, SECONDS);
    assertThat(stop).succeedsWithin(ofSeconds(10));
    shop.assertStaysInactive("web");
  }

  @Test
  void startDuringStopStartsAfterwards() throws Exception {
    shop.add(
        ProcessSpec.shell("web", "sleep 600 & trap 'sleep 0.3; exit 0' TERM; echo up; wait")
            .minReadyTime(ofMillis(1)));
    shop.start();
    long first = shop.pid("web");
    shop.awaitOutput("web", "up");
    CompletableFuture<ServiceStatus> stop = shop.supervisor.stop("shop");
    shop.await("web", ProcessState.STOPPING);
    ServiceStatus up = shop.start();
    assertThat(up.state()).isEqualTo(ProcessState.RUNNING);
    assertThat(shop.pid("web")).isNotEqualTo(first);
    assertThat(SupervisorFixture.isAlive(first)).isFalse();
    assertThat(SupervisorFixture.startFailure(() -> stop.get(10, SECONDS)))
        .contains("a start came after it");
  }

  @Test
  void stopOfExitedProcessMakesItInactive() throws Exception {
    shop.add(ProcessSpec.shell("web", "exit 4").restart(RestartPolicy.never()));
    assertThat(shop.startFailure()).contains("exit code 4");
    shop.await("web", ProcessState.FAILED);
    shop.stop();
    shop.assertStaysInactive("web");
    shop.stop();
    shop.assertStaysInactive("web");
  }

  @Test
  void stopDuringExitCancelsRestart() throws Exception {
    shop.add(sleeper().restart(SupervisorFixture.immediateRestart()));
    for (int i = 0; i < 10; i++) {
      shop.start();
      ProcessHandle.of(shop.pid("web")).ifPresent(ProcessHandle::destroyForcibly);
      shop.stop();
      assertThat(shop.tree("web")).isEmpty();
    }
    shop.assertStaysInactive("web");
  }

  @Test
  void stopOfBlockedServiceUnblocksNothing() throws Exception {
    shop.supervisor.add(
        ServiceSpec.named("db")
            .process(sleeper().health(HealthCheck.shell("false").every(ofMillis(50))))
            .build(),
        ServiceSpec.named("shop").requires("db").process(sleeper()).build());
    CompletableFuture<ServiceStatus> start = shop.supervisor.start("shop");
    shop.await("web", ProcessState.BLOCKED);
    shop.stop();
    assertThat(start).failsWithin(ofSeconds(10));
    shop.supervisor.stop("db").get(20, SECONDS);
    assertThat(shop.state("web")).isEqualTo(ProcessState.INACTIVE);
  }

  @Test
  void stopDuringRestartWithDependentsIsFinal() throws Exception {
    shop.supervisor.add(
        ServiceSpec.named("shop").process(sleeper()).build(),
        ServiceSpec.named("front")
            .requires("shop")
            .process(ProcessSpec.shell("front", "sleep 600 & trap 'sleep 0.3; exit 0' TERM; wait"))
            .build());
    shop.supervisor.start("front").get(20, SECONDS);
    CompletableFuture<ServiceStatus> restart = shop.supervisor.restart("shop");
    shop.stop();
    assertThat(restart).failsWithin(ofSeconds(10));
    assertThat(shop.supervisor.status("front").state()).isEqualTo(ProcessState.INACTIVE);
    shop.assertStaysInactive("web");
  }

  @Test
  void restartFromEveryStateLeadsToRunning() throws Exception {
    shop.add(
        ProcessSpec.shell("web", "[ ! -e bad ] || exit 1; exec sleep 600")
            .minReadyTime(ofMillis(1))
            .execStartPre("sleep 0.05")
            .restart(RestartPolicy.always().delay(ofSeconds(60))));
    shop.supervisor.restart("shop").get(20, SECONDS);
    long first = shop.pid("web");
    shop.supervisor.restart("shop").get(20, SECONDS);
    assertThat(shop.pid("web")).isNotEqualTo(first);
    assertThat(SupervisorFixture.isAlive(first)).isFalse();
    Files.createFile(folder.resolve("bad"));
    ProcessHandle.of(shop.pid("web")).ifPresent(ProcessHandle::destroyForcibly);
    shop.await("web", ProcessState.BACKOFF);
    Files.delete(folder.resolve("bad"));
    shop.supervisor.restart("shop").get(20, SECONDS);
    CompletableFuture<ServiceStatus> stop = shop.supervisor.stop("shop");
    shop.supervisor.restart("shop").get(20, SECONDS);
    assertThat(stop.isDone()).isTrue();
    for (int i = 0; i < 10; i++) {
      CompletableFuture<ServiceStatus> ignored = shop.supervisor.restart("shop");
    }
    shop.supervisor.restart("shop").get(20, SECONDS);
    assertThat(shop.state("web")).isEqualTo(ProcessState.RUNNING);
    assertThat(shop.tree("web")).hasSize(1);
    shop.stop();
    shop.assertStaysInactive("web");
  }
}
