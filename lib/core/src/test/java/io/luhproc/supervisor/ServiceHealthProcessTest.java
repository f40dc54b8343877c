package io.luhproc.supervisor;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.health.CheckRecord;
import io.luhproc.health.HealthCheck;
import io.luhproc.health.HealthPolicy;
import io.luhproc.health.HealthResult;
import io.luhproc.health.HealthState;
import io.luhproc.health.HealthStatus;
import io.luhproc.service.Cause;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.StopPolicy;
import io.luhproc.service.SupervisorEvent.HealthChanged;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Health checks decide when a real process counts as running and when it is restarted. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class ServiceHealthProcessTest {
  @TempDir private Path folder;
  private final Queue<HealthChanged> changes = new ConcurrentLinkedQueue<>();
  private Supervisor supervisor;

  @BeforeEach
  void start() {
    supervisor =
        Supervisor.builder().directory(folder.resolve("services")).withoutCgroups().build();
    EventRegistration ignored =
        supervisor.onEvent(
            event -> {
              if (event instanceof HealthChanged change) {
                changes.add(change);
              }
            });
  }

  @AfterEach
  void stop() {
    supervisor.close();
  }

  private void add(ProcessSpec.Builder process, HealthPolicy policy) {
    ProcessSpec.Builder checked =
        process
            .health(policy)
            .stop(StopPolicy.defaults().grace(ofSeconds(2)))
            .restart(RestartPolicy.onFailure().delay(ofMillis(10)));
    supervisor.add(ServiceSpec.named("shop").directory(folder).process(checked).build());
  }

  private ServiceStatus begin() throws Exception {
    return supervisor.start("shop").get(60, SECONDS);
  }

  private ProcessStatus web() {
    return supervisor.status("shop").process("web");
  }

  private HealthState health() {
    return web().health().orElseThrow();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String results(HealthState state) {
    return state.history().stream().map(CheckRecord::result).toList().toString();
  }

  /** Serves its working directory once the file {@code go} exists. */
  private static ProcessSpec.Builder server(int port) {
    String serve = "exec python3 -m http.server --bind 127.0.0.1 " + port;
    return ProcessSpec.shell("web", "until [ -e go ]; do sleep 0.05; done; " + serve);
  }

  @Test
  void serverIsRunningWhenHttpCheckPassesAndRestartedWhenItFails() throws Exception {
    int port = freePort();
    HealthCheck check = HealthCheck.http("http://127.0.0.1:" + port + "/page");
    add(server(port), check.every(ofMillis(50)).startPeriod(ofSeconds(60)).failureThreshold(2));
    Files.writeString(folder.resolve("page"), "hello");
    CompletableFuture<ServiceStatus> started = supervisor.start("shop");
    Eventually.holds(
        "two checks have failed",
        () -> web().health().filter(it -> it.history().size() > 1).isPresent());
    assertThat(web().state()).isEqualTo(ProcessState.STARTING);
    assertThat(health().status()).isEqualTo(HealthStatus.STARTING);
    assertThat(started).isNotDone();

    Files.createFile(folder.resolve("go"));
    started.get(60, SECONDS);
    assertThat(health().status()).isEqualTo(HealthStatus.HEALTHY);
    Eventually.holds("the change is delivered", () -> !changes.isEmpty());
    assertThat(changes).extracting(HealthChanged::healthy).containsExactly(true);
    Eventually.holds("the history has ten results", () -> health().history().size() == 10);

    long first = web().identity().orElseThrow().pid();
    Files.delete(folder.resolve("page"));
    Eventually.holds(
        "the process was replaced",
        () -> web().identity().map(it -> it.pid()).orElse(first) != first);
    Files.writeString(folder.resolve("page"), "hello again");
    supervisor.await("shop", ProcessState.RUNNING, ofSeconds(60)).get();
    assertThat(web().restarts()).isPositive();
    Eventually.holds(
        () -> "the changes are delivered: " + changes,
        () -> changes.size() > 2 && List.copyOf(changes).get(changes.size() - 1).healthy());
    assertThat(changes).extracting(HealthChanged::healthy).startsWith(true, false).endsWith(true);
    assertThat(changes)
        .filteredOn(it -> !it.healthy())
        .first()
        .extracting(HealthChanged::reason)
        .asString()
        .contains("404");
  }

  @Test
  void healthHistoryIsKeptAfterProcessFailed() throws Exception {
    ProcessSpec.Builder process = ProcessSpec.command("web", "sleep", "60");
    HealthPolicy policy =
        HealthCheck.shell("echo no disk; exit 3").every(ofMillis(20)).failureThreshold(2);
    ServiceSpec shop =
        ServiceSpec.named("shop")
            .process(process.health(policy).restart(RestartPolicy.never()))
            .build();
    supervisor.add(shop);
    assertThatThrownBy(this::begin).hasMessageContaining("no disk");
    ServiceStatus failed = supervisor.await("shop", ProcessState.FAILED, ofSeconds(20)).get();
    assertThat(failed.cause().orElseThrow().kind()).isEqualTo(Cause.Kind.UNHEALTHY);
    assertThat(health().status()).isEqualTo(HealthStatus.UNHEALTHY);
    assertThat(results(health())).contains("no disk");
    Eventually.holds("the change is delivered", () -> !changes.isEmpty());
    assertThat(changes).extracting(HealthChanged::healthy).containsExactly(false);
  }

  @Test
  void processIsRunningOnceTcpPortIsOpen() throws Exception {
    int port = freePort();
    Files.createFile(folder.resolve("go"));
    add(
        server(port),
        HealthCheck.tcp("127.0.0.1", port).every(ofMillis(50)).startPeriod(ofSeconds(60)));
    assertThat(begin().state()).isEqualTo(ProcessState.RUNNING);
    assertThat(health().status()).isEqualTo(HealthStatus.HEALTHY);
  }

  @Test
  void execCheckUsesEnvironmentAndDirectoryOfProcess() throws Exception {
    Files.createFile(folder.resolve("here"));
    add(
        ProcessSpec.command("web", "sleep", "60").env("COLOUR", "red"),
        HealthCheck.shell("[ \"$COLOUR\" = red ] && [ -e here ]").every(ofMillis(50)));
    assertThat(begin().state()).isEqualTo(ProcessState.RUNNING);
  }

  @Test
  void customCheckReceivesProcess() throws Exception {
    AtomicInteger checks = new AtomicInteger();
    HealthCheck check =
        target -> {
          boolean alive = ProcessHandle.of(target.identity().pid()).isPresent();
          return checks.incrementAndGet() < 3 || !alive
              ? HealthResult.unhealthy("not yet")
              : HealthResult.healthy("third time lucky");
        };
    add(ProcessSpec.command("web", "sleep", "60"), check.every(ofSeconds(5)));
    begin();
    assertThat(checks.get()).isGreaterThanOrEqualTo(3);
    Eventually.holds("the change is delivered", () -> !changes.isEmpty());
    assertThat(changes).extracting(HealthChanged::reason).containsExactly("third time lucky");
  }

  @Test
  void throwingCheckFailsWithItsMessage() throws Exception {
    HealthCheck check =
        target -> {
          throw new IOException("disk on fire");
        };
    add(
        ProcessSpec.command("web", "sleep", "60"),
        check.every(ofMillis(20)).failureThreshold(1).restartWhenUnhealthy(false));
    CompletableFuture<ServiceStatus> ignored = supervisor.start("shop");
    Eventually.holds("the change is delivered", () -> !changes.isEmpty());
    assertThat(changes.peek().reason()).contains("disk on fire");
  }

  @Test
  void pausedProcessIsNotUnhealthyAndStopsWithoutGracePeriod() throws Exception {
    int port = freePort();
    Files.createFile(folder.resolve("go"));
    HealthCheck check = HealthCheck.http("http://127.0.0.1:" + port + "/");
    add(
        server(port),
        check
            .every(ofMillis(20))
            .timeout(ofMillis(400))
            .startPeriod(ofSeconds(60))
            .failureThreshold(1));
    begin();
    supervisor.pause("shop").get(20, SECONDS);
    assertThat(web().paused()).isTrue();
    int known = health().history().size();
    CompletableFuture<ServiceStatus> stopped =
        supervisor.await("shop", ProcessState.STOPPING, ofMillis(1200));
    assertThatThrownBy(stopped::get).hasCauseInstanceOf(TimeoutException.class);
    assertThat(web().state()).isEqualTo(ProcessState.RUNNING);
    assertThat(health().history().size()).isLessThanOrEqualTo(Math.min(10, known + 1));
    supervisor.resume("shop").get(20, SECONDS);
    Eventually.holds(
        "the process is checked again", () -> health().status() == HealthStatus.HEALTHY);
    supervisor.pause("shop").get(20, SECONDS);
    assertThat(supervisor.stop("shop").get(20, SECONDS).state()).isEqualTo(ProcessState.INACTIVE);
    assertThat(web().restarts()).isZero();
  }
}
