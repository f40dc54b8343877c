package io.luhproc.supervisor;

import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessEnd;
import io.luhproc.process.Signal;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.TimeSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Exit code, signal and time of the last exit in the status of a process. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class LastExitProcessTest {
  @TempDir private Path folder;
  private Supervisor supervisor;

  @BeforeEach
  void start() {
    supervisor =
        Supervisor.builder().directory(folder.resolve("services")).withoutCgroups().build();
  }

  @AfterEach
  void stop() {
    supervisor.close();
  }

  private ProcessStatus statusAfterExit(String script) throws Exception {
    supervisor.add(
        ServiceSpec.named("shop")
            .process(
                ProcessSpec.shell("web", script).directory(folder).restart(RestartPolicy.never()))
            .build());
    CompletableFuture<ServiceStatus> ignored = supervisor.start("shop");
    return supervisor
        .await("shop", ProcessState.FAILED, ofSeconds(60))
        .get(60, SECONDS)
        .process("web");
  }

  @Test
  void exitCodeAndTimeAreReported() throws Exception {
    Instant before = TimeSource.system().now();
    ProcessEnd exit = statusAfterExit("exit 3").lastExit().orElseThrow();
    assertThat(exit.exitCode()).hasValue(3);
    assertThat(exit.signal()).isEmpty();
    assertThat(exit.reason()).isEqualTo("exit code 3");
    assertThat(exit.time()).isBetween(before, TimeSource.system().now());
  }

  /** Until posix_spawn is loaded, the JDK launches, which reports only 128 + signal number. */
  @Test
  void signalIsToldFromExitCodeAbove128() throws Exception {
    Files.writeString(folder.resolve("kill"), "");
    String script = "if [ -e kill ]; then kill -SEGV $$; else exit 139; fi";
    Eventually.holds("the signal is reported", () -> isKilledBySegv(script));
    Files.delete(folder.resolve("kill"));
    assertThat(isKilledBySegv(script)).isFalse();
    ProcessStatus exited = supervisor.status("shop").process("web");
    assertThat(exited.lastExit().orElseThrow().exitCode()).hasValue(139);
    assertThat(exited.cause().orElseThrow().detail()).isEqualTo("exit code 139");
  }

  private boolean isKilledBySegv(String script) throws Exception {
    if (supervisor.status().services().isEmpty()) {
      ProcessStatus ignored = statusAfterExit(script);
    } else {
      CompletableFuture<ServiceStatus> again =
          supervisor.await("shop", ProcessState.STARTING, ofSeconds(60));
      CompletableFuture<ServiceStatus> ignored = supervisor.start("shop");
      ServiceStatus failed =
          again
              .thenCompose(it -> supervisor.await("shop", ProcessState.FAILED, ofSeconds(60)))
              .get(60, SECONDS);
      assertThat(failed.state()).isEqualTo(ProcessState.FAILED);
    }
    ProcessEnd exit = supervisor.status("shop").process("web").lastExit().orElseThrow();
    assertThat(exit.exitCode()).hasValue(139);
    return exit.signal().equals(Optional.of(Signal.SEGV));
  }

  @Test
  void exitIsKeptWhileProcessRunsAgain() throws Exception {
    ProcessStatus failed = statusAfterExit("[ -e ran ] && exec sleep 60; : > ran; exit 4");
    assertThat(failed.pid()).isEmpty();
    ServiceStatus restarted = supervisor.start("shop").get(60, SECONDS);
    assertThat(restarted.process("web").pid()).isPresent();
    assertThat(restarted.process("web").lastExit()).isEqualTo(failed.lastExit());
  }
}
