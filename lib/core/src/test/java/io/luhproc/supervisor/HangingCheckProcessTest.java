package io.luhproc.supervisor;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.health.HealthCheck;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.SupervisorEvent.HealthChanged;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A network health check gets no response, or no connection. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class HangingCheckProcessTest {
  private static final int MORE_CHECKS_THAN_THREADS = 70;

  @TempDir private Path folder;
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private StallingServer server;
  private SupervisorFixture shop;

  @BeforeEach
  void open() throws Exception {
    server = new StallingServer();
    shop = new SupervisorFixture(folder);
    EventRegistration ignored =
        shop.supervisor.onEvent(
            event -> {
              if (event instanceof HealthChanged it && !it.healthy()) {
                failures.add(it.reason());
              }
            });
    shop.supervisor.add(ServiceSpec.named("other").process(sleeper("main")).build());
    shop.supervisor.start("other").get(20, SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    shop.close();
    server.close();
  }

  private static ProcessSpec.Builder sleeper(String name) {
    return ProcessSpec.command(name, "sleep", "600")
        .minReadyTime(ofMillis(1))
        .restart(SupervisorFixture.immediateRestart());
  }

  private void addChecked(String kind, Duration timeout) {
    shop.add(
        sleeper("web")
            .health(check(kind).every(ofMillis(20)).timeout(timeout).failureThreshold(2)));
  }

  private HealthCheck check(String kind) {
    return kind.equals("tcp")
        ? HealthCheck.tcp("127.0.0.1", server.port()).answeredByAnyProcess()
        : HealthCheck.http(server.url()).answeredByAnyProcess();
  }

  private void makeServerHang(String kind) throws Exception {
    if (kind.equals("tcp")) {
      server.fillBacklog();
    } else {
      server.stopAnswering();
    }
  }

  private void assertOtherIsSupervised() throws Exception {
    long before = otherPid();
    SupervisorFixture.kill(before, "KILL");
    Eventually.holds(
        "the other process is replaced",
        () ->
            shop.supervisor.status("other").state() == ProcessState.RUNNING
                && otherPid() != before);
    shop.supervisor.stop("other").get(20, SECONDS);
    shop.supervisor.start("other").get(20, SECONDS);
  }

  private long otherPid() {
    return shop.supervisor.status("other").process("main").identity().orElseThrow().pid();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "http"})
  void unresponsiveProcessIsReplacedUntilItAnswers(String kind) throws Exception {
    addChecked(kind, ofMillis(150));
    shop.start();
    long other = otherPid();
    long first = shop.pid("web");
    makeServerHang(kind);
    Eventually.holds("the process was restarted twice", () -> shop.status("web").restarts() >= 2);
    assertThat(SupervisorFixture.isAlive(first)).isFalse();
    Eventually.holds("the failure is delivered", () -> !failures.isEmpty());
    assertThat(failures.peek()).isEqualTo("did not answer within 150ms");
    assertThat(shop.status("web").cause().orElseThrow().detail())
        .contains("did not answer within 150ms");
    server.recover();
    shop.await("web", ProcessState.RUNNING);
    assertThat(otherPid()).isEqualTo(other);
    shop.stop();
    shop.assertStaysInactive("web");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "http"})
  void startWaitingForHangingCheckCanBeStoppedWithoutDelay(String kind) throws Exception {
    makeServerHang(kind);
    addChecked(kind, ofHours(1));
    CompletableFuture<ServiceStatus> started = shop.supervisor.start("shop");
    shop.await("web", ProcessState.STARTING);
    awaitCheck(kind);
    assertOtherIsSupervised();
    assertThat(started).isNotDone();
    shop.stop();
    shop.assertStaysInactive("web");
    assertThatThrownBy(started::get).isInstanceOf(ExecutionException.class);
    server.assertClientsDisconnected();
    assertNoChecks();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "http"})
  void restartAndRemoveAreImmediateWhileCheckHangs(String kind) throws Exception {
    addChecked(kind, ofHours(1));
    shop.start();
    long first = shop.pid("web");
    makeServerHang(kind);
    awaitCheck(kind);
    CompletableFuture<ServiceStatus> restarted = shop.supervisor.restart("shop");
    Eventually.holds(
        "the process is replaced",
        () -> shop.status("web").identity().map(it -> it.pid()).orElse(first) != first);
    assertThat(restarted).isNotDone();
    shop.supervisor.remove("shop").get(20, SECONDS);
    server.assertClientsDisconnected();
    assertNoChecks();
  }

  @Test
  void moreHangingChecksThanThreadsDelayNoOtherCheck() throws Exception {
    server.stopAnswering();
    shop.add(
        sleeper("web")
            .replicas(MORE_CHECKS_THAN_THREADS)
            .health(check("http").every(ofMillis(20)).timeout(ofHours(1))));
    CompletableFuture<ServiceStatus> started = shop.supervisor.start("shop");
    server.awaitUnanswered(MORE_CHECKS_THAN_THREADS - 10);
    assertOtherIsSupervised();
    shop.stop();
    assertThat(started).isCompletedExceptionally();
    assertNoChecks();
  }

  private void awaitCheck(String kind) {
    if (kind.equals("http")) {
      server.awaitUnanswered(1);
    } else {
      Eventually.holds(
          "the check connects", () -> checks().anyMatch(HangingCheckProcessTest::connects));
    }
  }

  private static boolean connects(Thread check) {
    for (StackTraceElement frame : check.getStackTrace()) {
      if (frame.getClassName().equals("io.luhproc.health.TcpCheck")) {
        return true;
      }
    }
    return false;
  }

  private static Stream<Thread> checks() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(it -> it.getName().equals("luhproc-health"));
  }

  private static void assertNoChecks() {
    Eventually.holds("no check runs", () -> checks().findAny().isEmpty());
  }
}
