package io.luhproc.health;

import static org.assertj.core.api.Assertions.assertThat;

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

/** Probes on the loop, threads, sockets and processes that they really have. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class HealthProbeProcessTest {
  private static final Duration OFTEN = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofMinutes(5);

  @TempDir Path directory;
  private final List<HealthRecord> told = new CopyOnWriteArrayList<>();
  private final List<HealthProbe> probes = new CopyOnWriteArrayList<>();
  private EventLoop loop;
  private TreeStopService trees;
  private HealthTools tools;

  @BeforeEach
  void open() {
    loop = EventLoop.start("health-test", TimeSource.system(), () -> {});
    trees = TreeStopService.start(ProcessTable.system(), Posix.lazy(), TimeSource.system());
    tools = with(Launcher.withPathOf(System.getenv()));
  }

  private HealthTools with(Launcher launcher) {
    return HealthTools.using(loop, TimeSource.system(), launcher, trees);
  }

  @AfterEach
  void close() throws InterruptedException {
    closeProbes();
    tools.close();
    trees.close();
    loop.close();
  }

  private void closeProbes() throws InterruptedException {
    onLoop(() -> probes.forEach(HealthProbe::close));
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

  private void start(HealthPolicy policy, Path where) throws InterruptedException {
    HealthTarget target = Targets.in(where);
    onLoop(() -> probes.add(HealthProbe.start(policy, target, tools, told::add)));
  }

  private void start(HealthPolicy policy) throws InterruptedException {
    start(policy, directory);
  }

  private void awaitDetail(String detail) {
    Eventually.holds(
        () -> detail + " among " + told,
        () -> told.stream().anyMatch(it -> it.result().detail().equals(detail)));
  }

  private boolean carries(long pid) {
    String cookie = directory.resolve("health").toString();
    return ProcessTable.system()
        .environmentVariable(pid, "LUHPROC_DIR")
        .filter(cookie::equals)
        .isPresent();
  }

  private long checkProcesses() {
    return ProcessTable.system().all().stream()
        .filter(entry -> !entry.isDead() && carries(entry.pid()))
        .count();
  }

  @Test
  void commandsAreStartedByTheLauncherOfTheSupervisor() throws InterruptedException {
    String session = "read -r stat < /proc/$$/stat; set -- ${stat##*) }; ";
    String shown = session + "[ $4 = $$ ] && echo its own session || echo our session";
    start(HealthCheck.shell(shown).every(LONG));
    awaitDetail("its own session");
    tools.close();
    // Which finds no setsid(1).
    tools = with(Launcher.withSearchPath("/nowhere"));
    start(HealthCheck.shell(shown).every(LONG));
    awaitDetail("our session");
  }

  @Test
  void aCommandThatHangsIsToldAtTheTimeoutAndItsTreeIsGone() throws InterruptedException {
    start(
        HealthCheck.shell("(setsid sh -c 'sleep 300 & sleep 300' &); echo x >> ran; sleep 300")
            .every(LONG)
            .timeout(Duration.ofSeconds(1)));
    Eventually.holds("its four processes run", () -> checkProcesses() >= 4);
    awaitDetail("did not answer within 1s");
    Eventually.holds("its tree is gone", () -> checkProcesses() == 0);
  }

  @Test
  void closingDuringACommandEndsItAndNothingIsTold() throws InterruptedException {
    start(HealthCheck.shell("sleep 300 & sleep 300").every(LONG).timeout(LONG));
    Eventually.holds("its processes run", () -> checkProcesses() >= 3);
    closeProbes();
    tools.close();
    assertThat(checkProcesses()).isZero();
    onLoop(() -> {});
    assertThat(told).isEmpty();
  }

  @Test
  void closingDuringHttpDoesNotWaitForTheServer() throws Exception {
    try (TinyServer server = TinyServer.silent()) {
      start(server.http("/").every(LONG).timeout(LONG));
      start(HealthCheck.http("https://127.0.0.1:" + server.port() + "/").every(LONG).timeout(LONG));
      server.awaitConnections(2);
      closeProbes();
      tools.close();
      // While the server still holds the connections.
      Eventually.holds("its threads are gone", () -> threads() == 0);
      assertThat(told).isEmpty();
    }
  }

  @Test
  void closedProbesTellNothingHoweverOftenTheyWereChecked() throws InterruptedException {
    HealthCheck check = target -> HealthResult.healthy();
    for (int i = 0; i < 50; i++) {
      start(check.every(Duration.ofMillis(1)));
    }
    Eventually.holds("many results", () -> told.size() > 500);
    int[] atClose = new int[1];
    onLoop(
        () -> {
          probes.forEach(HealthProbe::close);
          atClose[0] = told.size();
        });
    tools.close();
    onLoop(() -> {});
    assertThat(told).hasSize(atClose[0]);
  }

  @Test
  void checksThatIgnoreInterruptsHoldUpNobodyElse() throws InterruptedException {
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger hanging = new AtomicInteger();
    HealthCheck stubborn =
        target -> {
          hanging.incrementAndGet();
          awaitWhateverComes(end);
          return HealthResult.healthy("much too late");
        };
    for (int i = 0; i < 70; i++) {
      start(stubborn.every(OFTEN).timeout(OFTEN));
    }
    HealthCheck good = target -> HealthResult.healthy("good");
    start(good.every(OFTEN));
    awaitDetail("good");
    Eventually.holds("all hang", () -> hanging.get() == 70);
    Eventually.holds(
        "a second failure is told",
        () -> told.stream().anyMatch(it -> it.result().detail().startsWith("the check has not")));
    end.countDown();
    Eventually.holds("they are made again", () -> hanging.get() > 140);
    assertThat(told).noneMatch(it -> it.result().isHealthy() && it.duration().compareTo(LONG) > 0);
  }

  private static void awaitWhateverComes(CountDownLatch end) {
    boolean over = false;
    while (!over) {
      try {
        end.await();
        over = true;
      } catch (InterruptedException ignored) {
        // That is what it is about.
      }
    }
  }

  @Test
  void twoChecksOfOneProcessAreNeverMadeAtOnce() throws InterruptedException {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    HealthCheck slow =
        target -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          TimeSource.system().sleep(Duration.ofMillis(20));
          now.decrementAndGet();
          return HealthResult.healthy();
        };
    start(slow.every(Duration.ofMillis(1)));
    Eventually.holds("ten results", () -> told.size() >= 10);
    assertThat(most).hasValue(1);
  }

  @Test
  void twoHundredProbesAtOnceAreAllToldOf() throws Exception {
    try (TinyServer server = TinyServer.answering("HTTP/1.1 200 OK\r\n\r\n")) {
      for (int i = 0; i < 200; i++) {
        Path where = Files.createDirectory(directory.resolve("p" + i));
        start(policy(i, server).every(Duration.ofSeconds(1)).timeout(LONG), where);
      }
      Eventually.holds("all have two results", () -> told.size() >= 400);
      assertThat(told).allMatch(it -> it.result().isHealthy());
      closeProbes();
    }
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(it -> it.getName().equals("luhproc-health"))
        .count();
  }

  private static HealthCheck policy(int i, TinyServer server) {
    return switch (i % 3) {
      case 0 -> HealthCheck.tcp("127.0.0.1", server.port());
      case 1 -> server.http("/");
      default -> HealthCheck.exec("true");
    };
  }
}
