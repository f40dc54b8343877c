package io.luhproc.supervisor;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The main path: services of real processes are started, restarted and stopped. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class SupervisorProcessTest {
  @TempDir private Path folder;
  private Supervisor supervisor;

  @BeforeEach
  void start() {
    supervisor = Supervisor.builder().directory(folder.resolve("services")).build();
  }

  @AfterEach
  void stop() {
    supervisor.close();
  }

  @Test
  void serviceOfTwoProcessesStartsAndStops() throws Exception {
    supervisor.add(
        ServiceSpec.named("shop")
            .process(
                ProcessSpec.shell("web", "echo hello; exec sleep 60").minReadyTime(ofMillis(50)))
            .process(ProcessSpec.command("queue", "sleep", "60").minReadyTime(ofMillis(50)))
            .build());
    ServiceStatus up = supervisor.start("shop").get(20, SECONDS);
    assertThat(up.state()).isEqualTo(ProcessState.RUNNING);
    assertThat(supervisor.output("shop", "web").snapshot()).isEqualTo("hello\n");
    ProcessIdentity identity = up.process("web").identity().orElseThrow();
    assertThat(supervisor.find(identity.pid()).orElseThrow().process()).isEqualTo("web");
    ServiceStatus down = supervisor.stop("shop").get(20, SECONDS);
    assertThat(down.state()).isEqualTo(ProcessState.INACTIVE);
    // The process may still be a zombie, so its pid may exist.
    assertThat(ProcessTable.system().isAlive(identity)).isFalse();
    assertThat(supervisor.find(identity.pid())).isEmpty();
  }

  @Test
  void exitedProcessIsRestarted() throws Exception {
    supervisor.add(
        ServiceSpec.named("shop")
            .process(
                ProcessSpec.command("web", "sleep", "60")
                    .minReadyTime(ofMillis(1))
                    .restart(RestartPolicy.onFailure().delay(ofMillis(10))))
            .build());
    ServiceStatus up = supervisor.start("shop").get(20, SECONDS);
    long first = up.process("web").identity().orElseThrow().pid();
    ProcessHandle.of(first).orElseThrow().destroyForcibly();
    // Its states may have passed before the test waits for them, so await the count.
    Eventually.holds("the process was restarted", () -> web().restarts() == 1);
    supervisor.await("shop", ProcessState.RUNNING, ofSeconds(10)).get();
    assertThat(web().identity().orElseThrow().pid()).isNotEqualTo(first);
  }

  private ProcessStatus web() {
    return supervisor.status("shop").process("web");
  }

  @Test
  void awaitOfCurrentStateCompletesImmediately() throws Exception {
    supervisor.add(
        ServiceSpec.named("shop").process(ProcessSpec.command("web", "sleep", "60")).build());
    for (int i = 0; i < 100; i++) {
      supervisor.await("shop", ProcessState.INACTIVE, Duration.ZERO).get(20, SECONDS);
    }
    assertThatThrownBy(
            () -> supervisor.await("shop", ProcessState.FAILED, Duration.ZERO).get(20, SECONDS))
        .hasMessageContaining("shop was not FAILED within 0s; it is INACTIVE: ");
  }

  @Test
  void exitIsRecordedDuringBackoff() throws Exception {
    supervisor.add(
        ServiceSpec.named("shop")
            .process(
                ProcessSpec.shell("web", "exit 3")
                    .restart(RestartPolicy.onFailure().delay(ofSeconds(60))))
            .build());
    assertThatThrownBy(() -> supervisor.start("shop").get(20, SECONDS)).isNotNull();
    ServiceStatus down = supervisor.await("shop", ProcessState.BACKOFF, ofSeconds(10)).get();
    Path file = down.process("web").directory().resolve("process.properties");
    Eventually.holds(
        "the exit is recorded", () -> Files.readString(file).contains("end.exitCode=3"));
  }

  @Test
  void startFailureReportsReason() {
    supervisor.add(
        ServiceSpec.named("shop")
            .process(
                ProcessSpec.shell("web", "echo no port >&2; exit 3").restart(RestartPolicy.never()))
            .build());
    assertThatThrownBy(() -> supervisor.start("shop").get(20, SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("shop/web did not start: exit code 3; what it wrote is in ")
        .hasMessageEndingWith(
            web().directory() + "\nlast lines of err.log:\n  no port\n(out.log is empty)");
    assertThat(supervisor.why("shop")).contains("shop is failed: exit code 3");
  }

  @Test
  void startStartsRequirementFirst() throws Exception {
    supervisor.add(
        ServiceSpec.named("db").process(ProcessSpec.command("db", "sleep", "60")).build(),
        ServiceSpec.named("web")
            .requires("db")
            .process(ProcessSpec.command("web", "sleep", "60"))
            .build());
    supervisor.start("web").get(20, SECONDS);
    assertThat(supervisor.status("db").state()).isEqualTo(ProcessState.RUNNING);
    supervisor.stop("db").get(20, SECONDS);
    assertThat(supervisor.status("web").state()).isEqualTo(ProcessState.INACTIVE);
  }
}
