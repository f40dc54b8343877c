package io.luhproc.supervisor;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.directory.ProcessDirectory;
import io.luhproc.health.HealthCheck;
import io.luhproc.health.HealthResult;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.StopPolicy;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Supervision of processes, checks and clocks that misbehave, and of deleted directories. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class MisbehavingProcessTest {
  private static final int MANY = 200;

  @TempDir private Path folder;
  private SupervisorFixture shop;

  private SupervisorFixture open() {
    shop = new SupervisorFixture(folder);
    return shop;
  }

  @AfterEach
  void close() {
    shop.close();
  }

  private static ProcessSpec.Builder shell(String text) {
    return ProcessSpec.shell("web", text)
        .minReadyTime(ofMillis(1))
        .restart(SupervisorFixture.immediateRestart());
  }

  private static ProcessSpec.Builder sleeper() {
    return ProcessSpec.command("web", "sleep", "600")
        .minReadyTime(ofMillis(1))
        .restart(SupervisorFixture.immediateRestart());
  }

  private long awaitPidOtherThan(long pid) {
    return Eventually.present(
        "another process runs",
        () -> shop.status("web").identity().map(it -> it.pid()).filter(it -> it != pid));
  }

  @Test
  void processIgnoringTermIsKilledAfterGracePeriod() throws Exception {
    open()
        .add(
            shell("trap '' TERM; sleep 600 & echo up; while :; do wait; done")
                .stop(StopPolicy.defaults().grace(ofMillis(200))));
    shop.start();
    shop.awaitOutput("web", "up");
    shop.stop();
    shop.assertStaysInactive("web");
  }

  @Test
  void daemonHoldingStdoutAndIgnoringTermIsKilledBeforeRestart() throws Exception {
    String daemon = "setsid sh -c 'trap \"\" TERM; setsid sleep 600 & echo $! >> daemons' & ";
    open().add(shell(daemon + "exec sleep 600").stop(StopPolicy.defaults().grace(ofMillis(100))));
    shop.start();
    Eventually.holds("the daemon runs", () -> shop.lineCount("daemons") == 1);
    long pid = Long.parseLong(Files.readString(folder.resolve("daemons")).strip());
    long first = shop.pid("web");
    assertThat(SupervisorFixture.isAlive(pid)).isTrue();
    SupervisorFixture.kill(first, "KILL");
    assertThat(awaitPidOtherThan(first)).isNotEqualTo(first);
    assertThat(SupervisorFixture.isAlive(pid)).isFalse();
    shop.stop();
    shop.assertStaysInactive("web");
  }

  @Test
  void simultaneousCrashesOfManyServicesAreRestarted() throws Exception {
    open();
    List<ServiceSpec> specs = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      specs.add(ServiceSpec.named("s" + i).process(sleeper()).build());
    }
    shop.supervisor.add(specs.toArray(ServiceSpec[]::new));
    shop.supervisor.startAll().get(60, SECONDS);
    for (int round = 1; round <= 2; round++) {
      Set<Long> before = pids();
      assertThat(before).hasSize(MANY);
      before.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
      Eventually.holds(
          "all processes were restarted",
          () -> pids().size() == MANY && pids().stream().noneMatch(before::contains));
      long restarts = round;
      assertThat(shop.supervisor.status().services())
          .allMatch(it -> it.process("web").restarts() == restarts);
    }
    shop.supervisor.stopAll().get(60, SECONDS);
    assertThat(shop.supervisor.status().services())
        .allMatch(it -> it.state() == ProcessState.INACTIVE);
  }

  private Set<Long> pids() {
    Set<Long> pids = new HashSet<>();
    for (ServiceStatus service : shop.supervisor.status().services()) {
      if (service.state() == ProcessState.RUNNING) {
        pids.add(service.process("web").identity().orElseThrow().pid());
      }
    }
    return pids;
  }

  @Test
  void hangingHealthChecksDelayNoOtherService() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    open();
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      shop.add(
          checked("exec", HealthCheck.shell("trap '' TERM; sleep 600; sleep 600")),
          checked("code", target -> hang(released)),
          checked("http", HealthCheck.http("http://127.0.0.1:" + silent.getLocalPort() + "/")),
          checked("good", HealthCheck.shell("true")));
      shop.supervisor.start("shop", "good").get(20, SECONDS);
      for (String hanging : List.of("exec", "code", "http")) {
        assertThat(SupervisorFixture.startFailure(() -> shop.start(hanging)))
            .contains(hanging + " did not start: its health check failed");
      }
      assertThat(shop.state("good")).isEqualTo(ProcessState.RUNNING);
      shop.stop();
    } finally {
      released.countDown();
    }
    assertThat(shop.supervisor.status("shop").state()).isEqualTo(ProcessState.INACTIVE);
  }

  private static ProcessSpec.Builder checked(String name, HealthCheck check) {
    return ProcessSpec.command(name, "sleep", "600")
        .restart(RestartPolicy.never())
        .health(check.every(ofMillis(100)).timeout(ofMillis(100)).failureThreshold(2));
  }

  private static HealthResult hang(CountDownLatch released) throws InterruptedException {
    released.await();
    return HealthResult.healthy("released");
  }

  @Test
  void wallClockJumpMovesNoTimer() throws Exception {
    JumpingTime time = new JumpingTime();
    shop = new SupervisorFixture(folder, Supervisor.builder().timeSource(time));
    shop.add(
        ProcessSpec.shell("web", "echo x >> starts; [ -e good ] && exec sleep 600; exit 1")
            .restart(
                RestartPolicy.always().delay(ofMillis(300)).maxDelay(ofMillis(300)).jitter(0)));
    assertThat(shop.startFailure()).contains("tried again");
    time.jump = ofDays(1);
    int starts = shop.lineCount("starts");
    Eventually.holds("the process is started again", () -> shop.lineCount("starts") > starts);
    time.jump = ofDays(-1);
    int later = shop.lineCount("starts");
    Eventually.holds("the process is started again", () -> shop.lineCount("starts") > later);
    Files.createFile(folder.resolve("good"));
    shop.await("web", ProcessState.RUNNING);
    assertThat(shop.status("web").since()).isBefore(Instant.now().minusSeconds(3600));
    time.jump = ofDays(1);
    shop.stop();
    shop.assertStaysInactive("web");
  }

  private static final class JumpingTime implements TimeSource {
    private volatile Duration jump = Duration.ZERO;

    @Override
    public Instant now() {
      return TimeSource.system().now().plus(jump);
    }

    @Override
    public long nanoTime() {
      return TimeSource.system().nanoTime();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      TimeSource.system().sleep(duration);
    }
  }

  @Test
  void deletedDirectoryIsRecreatedByNextStart() throws Exception {
    open().add(sleeper());
    shop.start();
    Path directory = shop.status("web").directory();
    remove(directory);
    long first = shop.pid("web");
    SupervisorFixture.kill(first, "KILL");
    long second = awaitPidOtherThan(first);
    assertThat(ProcessDirectory.at(directory).readPid()).hasValue(second);
    remove(directory);
    shop.stop();
    assertThat(shop.tree("web")).isEmpty();
    assertThat(SupervisorFixture.isAlive(second)).isFalse();
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  @Test
  void processStoppedBySigstopCountsAsRunningAndCanBeStopped() throws Exception {
    open().add(sleeper());
    shop.start();
    SupervisorFixture.kill(shop.pid("web"), "STOP");
    Eventually.holds("SIGSTOP takes effect", () -> SupervisorFixture.state(shop.pid("web")) == 'T');
    assertThat(shop.state("web")).isEqualTo(ProcessState.RUNNING);
    shop.stop();
    shop.assertStaysInactive("web");
  }
}
