package io.luhproc.supervisor;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.LuhprocException;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.SupervisorEvent.ProcessChanged;
import io.luhproc.service.SupervisorStatus;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A supervisor is closed or detached, or its JVM gets SIGTERM. */
@Tag("process")
@ExtendWith(LeakCheck.class)
@Timeout(90)
class ShutdownTest {
  @TempDir private Path folder;

  private Path directory() {
    return folder.resolve("services");
  }

  @AfterEach
  void killAll() {
    MarkedProcesses.killAll(directory());
  }

  private Supervisor open() {
    return SupervisorMain.builder(directory()).build();
  }

  private static void addAndStart(Supervisor supervisor, String... services) throws Exception {
    for (String service : services) {
      supervisor.add(SupervisorMain.service(service));
      supervisor.start(service).get(20, SECONDS);
    }
  }

  private static int descriptors() {
    return Path.of("/proc/self/fd").toFile().list().length;
  }

  @Test
  void closeStopsDependentsFirstAndLeavesNothingOpen() throws Exception {
    open().close();
    int before = descriptors();
    List<String> inactive = Collections.synchronizedList(new ArrayList<>());
    try (Supervisor supervisor = open()) {
      EventRegistration ignored =
          supervisor.onEvent(
              event -> {
                if (event instanceof ProcessChanged it && it.to() == ProcessState.INACTIVE) {
                  inactive.add(it.service());
                }
              });
      addAndStart(supervisor, "first1", "second1", "tree1");
    }
    assertThat(MarkedProcesses.aliveUnder(directory())).isEmpty();
    assertThat(inactive.indexOf("second1")).isLessThan(inactive.indexOf("first1"));
    assertThat(inactive).hasSize(3);
    assertThat(directory().resolve("pid")).doesNotExist();
    Eventually.holds(() -> "descriptors: " + descriptors(), () -> descriptors() <= before);
  }

  @Test
  void closeIsBoundedWhenTermIsIgnored() throws Exception {
    Supervisor supervisor =
        SupervisorMain.builder(directory()).shutdownTimeout(ofSeconds(2)).build();
    addAndStart(supervisor, "stubborn1", "stubborn2");
    supervisor.update(withGraceOfOneHour("stubborn2")).get(20, SECONDS);
    long startNanos = System.nanoTime();
    supervisor.close();
    assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(ofSeconds(6));
    assertThat(MarkedProcesses.aliveUnder(directory())).isEmpty();
  }

  private static ServiceSpec withGraceOfOneHour(String name) {
    return ServiceSpec.named(name).process(SupervisorMain.ignoresTerm(ofHours(1))).build();
  }

  @Test
  void detachLeavesAllRunningForNextSupervisor() throws Exception {
    Supervisor supervisor = open();
    addAndStart(supervisor, "sleep1");
    supervisor.detach();
    supervisor.close();
    assertThat(MarkedProcesses.aliveUnder(directory())).hasSize(1);
    try (Supervisor next = open()) {
      next.add(SupervisorMain.service("sleep1"));
      assertThat(next.status("sleep1").state()).isEqualTo(ProcessState.RUNNING);
    }
    assertThat(MarkedProcesses.aliveUnder(directory())).isEmpty();
  }

  @Test
  void closeWorksOnInterruptedThread() throws Exception {
    Supervisor supervisor = open();
    addAndStart(supervisor, "tree1");
    Thread.currentThread().interrupt();
    supervisor.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(MarkedProcesses.aliveUnder(directory())).isEmpty();
  }

  @Test
  void concurrentClosesBothReturnWhenClosed() throws Exception {
    Supervisor supervisor = open();
    addAndStart(supervisor, "stubborn1");
    CompletableFuture<List<Long>> first = closeAsync(supervisor);
    CompletableFuture<List<Long>> second = closeAsync(supervisor);
    assertThat(first.get(30, SECONDS)).isEmpty();
    assertThat(second.get(30, SECONDS)).isEmpty();
    supervisor.close();
  }

  private CompletableFuture<List<Long>> closeAsync(Supervisor supervisor) {
    return CompletableFuture.supplyAsync(
        () -> {
          supervisor.close();
          return MarkedProcesses.aliveUnder(directory());
        });
  }

  @Test
  void closeDuringStartLeavesNothing() throws Exception {
    for (int round = 0; round < 5; round++) {
      List<CompletableFuture<ServiceStatus>> starts = new ArrayList<>();
      try (Supervisor supervisor = open()) {
        for (int i = 0; i < 10; i++) {
          supervisor.add(SupervisorMain.service("before" + i));
          starts.add(supervisor.start("before" + i));
        }
      }
      assertThat(MarkedProcesses.aliveUnder(directory())).isEmpty();
      for (CompletableFuture<ServiceStatus> start : starts) {
        assertThat(start.handle((status, failure) -> true).get(5, SECONDS)).isTrue();
      }
    }
  }

  @Test
  void startDuringCloseIsRefused() throws Exception {
    Supervisor supervisor = open();
    addAndStart(supervisor, "sleep1", "stubborn1");
    CompletableFuture<List<Long>> closing = closeAsync(supervisor);
    Eventually.holds(
        "the other service is stopped",
        () -> supervisor.status("sleep1").state() == ProcessState.INACTIVE);
    assertThatThrownBy(() -> supervisor.start("sleep1").get(20, SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("is closed");
    assertThat(closing.get(30, SECONDS)).isEmpty();
  }

  @Test
  void listenerCanClose() throws Exception {
    Supervisor supervisor = open();
    CountDownLatch closed = new CountDownLatch(1);
    EventRegistration ignored =
        supervisor.onEvent(
            event -> {
              if (event instanceof ProcessChanged it && it.to() == ProcessState.RUNNING) {
                supervisor.close();
                closed.countDown();
              }
            });
    supervisor.add(SupervisorMain.service("sleep1"));
    CompletableFuture<ServiceStatus> start = supervisor.start("sleep1");
    assertThat(closed.await(20, SECONDS)).isTrue();
    assertThat(MarkedProcesses.aliveUnder(directory())).isEmpty();
    assertThat(start.handle((status, failure) -> true).get(5, SECONDS)).isTrue();
  }

  @Test
  void futureCallbackCanClose() throws Exception {
    Supervisor supervisor = open();
    supervisor.add(SupervisorMain.service("sleep1"));
    supervisor.start("sleep1").thenRun(supervisor::close).get(30, SECONDS);
    assertThat(MarkedProcesses.aliveUnder(directory())).isEmpty();
  }

  @Test
  void callsAfterCloseFailWithReason() throws Exception {
    Supervisor supervisor = open();
    addAndStart(supervisor, "sleep1");
    supervisor.close();
    ServiceSpec spec = SupervisorMain.service("sleep2");
    List<ThrowingCallable> calls =
        List.of(
            () -> supervisor.add(spec),
            () -> supervisor.update(SupervisorMain.service("sleep1")).get(5, SECONDS),
            () -> supervisor.remove("sleep1").get(5, SECONDS),
            () -> supervisor.start("sleep1").get(5, SECONDS),
            () -> supervisor.stop("sleep1").get(5, SECONDS),
            () -> supervisor.kill("sleep1").get(5, SECONDS),
            () -> supervisor.restart("sleep1").get(5, SECONDS),
            () -> supervisor.reload("sleep1").get(5, SECONDS),
            () -> supervisor.signal("sleep1", "HUP").get(5, SECONDS),
            () -> supervisor.pause("sleep1").get(5, SECONDS),
            () -> supervisor.startAll().get(5, SECONDS),
            () -> supervisor.stopAll().get(5, SECONDS),
            () -> supervisor.await("sleep1", ProcessState.RUNNING, ofSeconds(60)).get(5, SECONDS));
    for (ThrowingCallable call : calls) {
      assertThatThrownBy(call)
          .isInstanceOfAny(LuhprocException.class, ExecutionException.class)
          .hasMessageContaining("the supervisor of " + directory() + " is closed; build another");
    }
    assertThat(supervisor.status("sleep1").state()).isEqualTo(ProcessState.INACTIVE);
  }

  @Test
  void sigtermStopsAllInOrderAndNextSupervisorStartsFresh() throws Exception {
    try (JavaProcess jvm =
        SupervisorMain.jvm(directory(), "first1", "second1", "tree1").start(folder)) {
      jvm.awaitLine("ready");
      for (String service : List.of("first1", "second1", "tree1")) {
        jvm.writeLine("start " + service);
        jvm.awaitLine("done start " + service);
      }
      boolean ignored = ProcessHandle.of(jvm.pid()).orElseThrow().destroy();
      assertThat(jvm.awaitExit()).isEqualTo(143);
      assertThat(MarkedProcesses.aliveUnder(directory())).as(jvm::err).isEmpty();
      assertThat(jvm.err()).doesNotContain("ERROR", "Exception");
    }
    assertThat(directory().resolve("pid")).doesNotExist();
    try (Supervisor next = open()) {
      next.add(SupervisorMain.service("first1"), SupervisorMain.service("second1"));
      assertThat(next.status("second1").state()).isEqualTo(ProcessState.INACTIVE);
      SupervisorStatus up = next.startAll().get(20, SECONDS);
      assertThat(up.services()).allMatch(it -> it.state() == ProcessState.RUNNING);
    }
  }

  @Test
  void sigtermDuringCloseWaitsForClose() throws Exception {
    try (JavaProcess jvm = SupervisorMain.jvm(directory(), "stubborn1").start(folder)) {
      jvm.awaitLine("ready");
      jvm.writeLine("start stubborn1");
      jvm.awaitLine("done start");
      jvm.writeLine("close");
      Eventually.holds("the supervisor is closing", () -> jvm.out().contains("stopping stubborn1"));
      boolean ignored = ProcessHandle.of(jvm.pid()).orElseThrow().destroy();
      assertThat(jvm.awaitExit()).isEqualTo(143);
      assertThat(MarkedProcesses.aliveUnder(directory())).as(jvm::err).isEmpty();
    }
  }

  @Test
  void sigtermLeavesServicesRunningWhenConfigured() throws Exception {
    try (JavaProcess jvm =
        SupervisorMain.jvm(directory(), "sleep1")
            .env(SupervisorMain.LEAVE_RUNNING, "1")
            .start(folder)) {
      jvm.awaitLine("ready");
      jvm.writeLine("start sleep1");
      jvm.awaitLine("done start");
      boolean ignored = ProcessHandle.of(jvm.pid()).orElseThrow().destroy();
      assertThat(jvm.awaitExit()).isEqualTo(143);
    }
    assertThat(MarkedProcesses.aliveUnder(directory())).hasSize(1);
    assertThat(Files.exists(directory().resolve("pid"))).isFalse();
  }
}
