package io.luhproc.supervisor;

import static io.luhproc.testing.HiddenDaemon.isAlive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luhproc.health.HealthCheck;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.HiddenDaemon;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Daemons of services that have left their session and cleared their environment. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class HiddenDaemonProcessTest {
  @TempDir private Path folder;
  private HiddenDaemon daemons;

  @BeforeEach
  void open() {
    daemons = HiddenDaemon.in(folder);
  }

  @AfterEach
  void close() {
    daemons.close();
  }

  private ProcessSpec.Builder daemonStarter() {
    return ProcessSpec.shell("main", daemons.startCommand() + "; exec sleep 600");
  }

  @Test
  void daemonIsGoneAfterServiceStops() throws Exception {
    assertDaemonIsGoneAfterStop(daemonStarter());
  }

  @Test
  void daemonOfAnotherUserIsGoneAfterServiceStops() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root can change the user");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertDaemonIsGoneAfterStop(daemonStarter().user("nobody").umask(0));
  }

  private void assertDaemonIsGoneAfterStop(ProcessSpec.Builder process) throws Exception {
    try (SupervisorFixture shop = new SupervisorFixture(folder)) {
      shop.add(process);
      shop.start();
      ProcessIdentity daemon = daemons.await(1);
      shop.stop();
      assertThat(isAlive(daemon)).isFalse();
    }
  }

  @Test
  void daemonIsGoneBeforeNextLaunchWhenProcessExits() throws Exception {
    try (SupervisorFixture shop = new SupervisorFixture(folder)) {
      shop.add(daemonStarter().restart(SupervisorFixture.immediateRestart()));
      shop.start();
      ProcessIdentity first = daemons.await(1);
      assertThat(ProcessHandle.of(shop.pid("main")).orElseThrow().destroyForcibly()).isTrue();
      daemons.await(2);
      assertThat(isAlive(first)).isFalse();
      shop.stop();
    }
  }

  @Test
  void daemonIsGoneWhenNextSupervisorFindsProcessExited() throws Exception {
    ServiceSpec service =
        ServiceSpec.named("shop")
            .directory(folder)
            .process(daemonStarter().restart(SupervisorFixture.immediateRestart()))
            .build();
    Supervisor.Builder builder =
        Supervisor.builder().directory(folder.resolve("services")).withoutCgroups();
    ProcessIdentity root;
    ProcessIdentity daemon;
    try (Supervisor previous = builder.leaveRunning().build()) {
      previous.add(service);
      root = previous.start("shop").get(20, TimeUnit.SECONDS).process("main").identity().get();
      daemon = daemons.await(1);
    }
    assertThat(ProcessHandle.of(root.pid()).orElseThrow().destroyForcibly()).isTrue();
    Eventually.holds("the process is gone", () -> !isAlive(root));
    Supervisor.Builder next =
        Supervisor.builder().directory(folder.resolve("services")).withoutCgroups();
    try (Supervisor supervisor = next.build()) {
      supervisor.add(service);
      daemons.await(2);
      assertThat(isAlive(daemon)).isFalse();
    }
  }

  @Test
  void daemonOfCommandBeforeProcessIsGoneAfterItFails() throws Exception {
    try (SupervisorFixture shop = new SupervisorFixture(folder)) {
      shop.add(
          ProcessSpec.shell("main", "sleep 600")
              .execStartPre(daemons.startCommand() + "; sleep 0.5; exit 3")
              .restart(RestartPolicy.never()));
      assertThat(shop.startFailure()).contains("the command before it");
      daemons.awaitExitOfOne();
    }
  }

  @Test
  void daemonOfHangingHealthCheckIsKilled() throws Exception {
    try (SupervisorFixture shop = new SupervisorFixture(folder)) {
      HealthCheck hanging = HealthCheck.shell(daemons.startCommand() + "; sleep 600");
      shop.add(
          ProcessSpec.shell("main", "sleep 600")
              .health(hanging.policy().timeout(Duration.ofSeconds(1))));
      CompletableFuture<ServiceStatus> ignored = shop.supervisor.start("shop");
      daemons.awaitExitOfOne();
      shop.stop();
    }
  }
}
