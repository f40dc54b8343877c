package io.luhproc.health.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.health.CheckRecord;
import io.luhproc.health.HealthCheck;
import io.luhproc.health.HealthPolicy;
import io.luhproc.health.HealthResult;
import io.luhproc.health.StubServer;
import io.luhproc.posix.Posix;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.spawn.Launcher;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.EventLoop;
import io.luhproc.time.TimeSource;
import io.luhproc.tree.TreeStopService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Health monitors with a real event loop, real threads, sockets and processes. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class HealthMonitorProcessTest {
  private static final Duration SHORT_INTERVAL = Duration.ofMillis(50);
  private static final Duration LONG_INTERVAL = Duration.ofMinutes(5);

  @TempDir Path directory;
  private final List<CheckRecord> records = new CopyOnWriteArrayList<>();
  private final List<HealthMonitor> monitors = new CopyOnWriteArrayList<>();
  private EventLoop loop;
  private TreeStopService stopService;
  private HealthExecutor executor;

  @BeforeEach
  void open() {
    loop = EventLoop.start("health-test", TimeSource.system(), () -> {});
    stopService = TreeStopService.start(ProcessTable.system(), Posix.lazy(), TimeSource.system());
    executor = executorWith(Launcher.withPathOf(System.getenv()));
  }

  private HealthExecutor executorWith(Launcher launcher) {
    return HealthExecutor.create(loop, TimeSource.system(), launcher, stopService);
  }

  @AfterEach
  void close() throws InterruptedException {
    closeMonitors();
    executor.close();
    stopService.close();
    loop.close();
  }

  private void closeMonitors() throws InterruptedException {
    onLoop(() -> monitors.forEach(HealthMonitor::close));
  }

  private void onLoop(Runnable body) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    loop.execute(
        () -> {
          body.run();
          done.countDown();
        });
    done.await();
  }

  private void start(HealthPolicy policy, Path processDirectory) throws InterruptedException {
    MonitoredProcess process = CheckContexts.processIn(processDirectory);
    onLoop(() -> monitors.add(HealthMonitor.start(policy, process, executor, records::add)));
  }

  private void start(HealthPolicy policy) throws InterruptedException {
    start(policy, directory);
  }

  private void awaitDetail(String detail) {
    Eventually.holds(
        () -> detail + " among " + records,
        () -> records.stream().anyMatch(it -> it.result().detail().equals(detail)));
  }

  private boolean isCheckProcess(long pid) {
    String marker = directory.resolve("health").toString();
    return ProcessTable.system()
        .environmentVariable(pid, "LUHPROC_DIR")
        .filter(marker::equals)
        .isPresent();
  }

  private long countCheckProcesses() {
    return ProcessTable.system().all().stream()
        .filter(process -> !process.isDead() && isCheckProcess(process.pid()))
        .count();
  }

  @Test
  void commandsUseLauncherOfExecutor() throws InterruptedException {
    String session = "read -r stat < /proc/$$/stat; set -- ${stat##*) }; ";
    String shown = session + "[ $4 = $$ ] && echo its own session || echo our session";
    start(HealthCheck.shell(shown).every(LONG_INTERVAL));
    awaitDetail("its own session");
    executor.close();
    // Without setsid(1) in the search path.
    executor = executorWith(Launcher.withSearchPath("/nowhere"));
    start(HealthCheck.shell(shown).every(LONG_INTERVAL));
    awaitDetail("our session");
  }

  @Test
  void hangingCommandIsReportedAndKilledAtTimeout() throws InterruptedException {
    start(
        HealthCheck.shell("(setsid sh -c 'sleep 300 & sleep 300' &); echo x >> ran; sleep 300")
            .every(LONG_INTERVAL)
            .timeout(Duration.ofSeconds(1)));
    Eventually.holds("four processes of the check run", () -> countCheckProcesses() >= 4);
    awaitDetail("did not answer within 1s");
    Eventually.holds("the process tree of the check is gone", () -> countCheckProcesses() == 0);
  }

  @Test
  void closeDuringCommandKillsItWithoutResult() throws InterruptedException {
    start(HealthCheck.shell("sleep 300 & sleep 300").every(LONG_INTERVAL).timeout(LONG_INTERVAL));
    Eventually.holds("the processes of the check run", () -> countCheckProcesses() >= 3);
    closeMonitors();
    executor.close();
    assertThat(countCheckProcesses()).isZero();
    onLoop(() -> {});
    assertThat(records).isEmpty();
  }

  @Test
  void closeDuringHttpCheckDoesNotWaitForServer() throws Exception {
    try (StubServer server = StubServer.withoutResponse()) {
      start(server.http("/").every(LONG_INTERVAL).timeout(LONG_INTERVAL));
      start(
          HealthCheck.http("https://127.0.0.1:" + server.port() + "/")
              .every(LONG_INTERVAL)
              .timeout(LONG_INTERVAL));
      server.awaitConnections(2);
      closeMonitors();
      executor.close();
      // The server still holds the connections.
      Eventually.holds("the threads of the checks are gone", () -> countThreads() == 0);
      assertThat(records).isEmpty();
    }
  }

  @Test
  void closedMonitorsPublishNoResults() throws InterruptedException {
    HealthCheck check = context -> HealthResult.healthy();
    for (int i = 0; i < 50; i++) {
      start(check.every(Duration.ofMillis(1)));
    }
    Eventually.holds("500 results are published", () -> records.size() > 500);
    int[] atClose = new int[1];
    onLoop(
        () -> {
          monitors.forEach(HealthMonitor::close);
          atClose[0] = records.size();
        });
    executor.close();
    onLoop(() -> {});
    assertThat(records).hasSize(atClose[0]);
  }

  @Test
  void checksIgnoringInterruptsDoNotBlockOtherChecks() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger hanging = new AtomicInteger();
    HealthCheck stubborn =
        context -> {
          hanging.incrementAndGet();
          awaitIgnoringInterrupts(release);
          return HealthResult.healthy("much too late");
        };
    for (int i = 0; i < 70; i++) {
      start(stubborn.every(SHORT_INTERVAL).timeout(SHORT_INTERVAL));
    }
    HealthCheck good = context -> HealthResult.healthy("good");
    start(good.every(SHORT_INTERVAL));
    awaitDetail("good");
    Eventually.holds("all checks hang", () -> hanging.get() == 70);
    Eventually.holds(
        "a second failure is published",
        () ->
            records.stream().anyMatch(it -> it.result().detail().startsWith("the check has not")));
    release.countDown();
    Eventually.holds("all checks are repeated", () -> hanging.get() > 140);
    assertThat(records)
        .noneMatch(it -> it.result().isHealthy() && it.duration().compareTo(LONG_INTERVAL) > 0);
  }

  private static void awaitIgnoringInterrupts(CountDownLatch release) {
    boolean released = false;
    while (!released) {
      try {
        release.await();
        released = true;
      } catch (InterruptedException ignored) {
        // The check must ignore its interrupt.
      }
    }
  }

  @Test
  void checksOfOneProcessNeverOverlap() throws InterruptedException {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger maxRunning = new AtomicInteger();
    HealthCheck slow =
        context -> {
          maxRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
          TimeSource.system().sleep(Duration.ofMillis(20));
          running.decrementAndGet();
          return HealthResult.healthy();
        };
    start(slow.every(Duration.ofMillis(1)));
    Eventually.holds("ten results are published", () -> records.size() >= 10);
    assertThat(maxRunning).hasValue(1);
  }

  @Test
  void twoHundredConcurrentMonitorsAllPublishResults() throws Exception {
    try (StubServer server = StubServer.respondingWith("HTTP/1.1 200 OK\r\n\r\n")) {
      for (int i = 0; i < 200; i++) {
        Path processDirectory = Files.createDirectory(directory.resolve("p" + i));
        start(
            checkFor(i, server).every(Duration.ofSeconds(1)).timeout(LONG_INTERVAL),
            processDirectory);
      }
      Eventually.holds("two results of each monitor are published", () -> records.size() >= 400);
      assertThat(records).allMatch(it -> it.result().isHealthy());
      closeMonitors();
    }
  }

  private static long countThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(it -> it.getName().equals("luhproc-health"))
        .count();
  }

  private static HealthCheck checkFor(int i, StubServer server) {
    return switch (i % 3) {
      case 0 -> HealthCheck.tcp("127.0.0.1", server.port());
      case 1 -> server.http("/");
      default -> HealthCheck.exec("true");
    };
  }
}
