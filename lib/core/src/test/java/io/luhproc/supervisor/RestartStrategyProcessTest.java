package io.luhproc.supervisor;

import static io.luhproc.service.RestartStrategy.ONE_FOR_ALL;
import static io.luhproc.service.RestartStrategy.ONE_FOR_ONE;
import static io.luhproc.service.RestartStrategy.REST_FOR_ONE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessStat;
import io.luhproc.service.Cause;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.RestartStrategy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.StopPolicy;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whom the death of a real process concerns, and when a service has had enough of them. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class RestartStrategyProcessTest {
  private static final List<String> ALL = List.of("first", "second", "third");

  @TempDir private Path folder;
  private SupervisorFixture shop;

  @BeforeEach
  void open() {
    shop = new SupervisorFixture(folder);
  }

  @AfterEach
  void close() throws Exception {
    releaseStop();
    shop.close();
  }

  private void run(ServiceSpec.Builder service) throws Exception {
    ALL.forEach(name -> service.process(member(name)));
    shop.supervisor.add(service.directory(folder).build());
    shop.start();
    for (String name : ALL) {
      Eventually.holds(name + " is up", () -> journal().contains("up " + name));
    }
  }

  /**
   * With a child, and a daemon in a session of its own; while "hold" is there, TERM is not obeyed.
   */
  private static ProcessSpec.Builder member(String name) {
    String leave = "while [ -e hold ]; do sleep 0.02; done; echo gone %s >> journal; exit 0";
    String live = "trap '" + leave + "' TERM; setsid sleep 600 & echo up %s >> journal; wait";
    return ProcessSpec.shell(name, live.formatted(name, name))
        .minReadyTime(ofMillis(1))
        .stop(StopPolicy.defaults().grace(ofSeconds(60)))
        .restart(RestartPolicy.always().delay(ofMillis(10)).maxDelay(ofMillis(10)));
  }

  private static ServiceSpec.Builder startedBy(RestartStrategy strategy) {
    return ServiceSpec.named("shop").strategy(strategy);
  }

  private List<String> journal() throws IOException {
    Path file = folder.resolve("journal");
    return Files.exists(file) ? Files.readAllLines(file, UTF_8) : List.of();
  }

  private String printedSignals() {
    try {
      return journal().toString();
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Returns the lines of the journal at which a process came up. */
  private List<Integer> starts() throws IOException {
    List<String> told = journal();
    return IntStream.range(0, told.size())
        .filter(it -> told.get(it).startsWith("up "))
        .boxed()
        .toList();
  }

  private void releaseStop() throws IOException {
    boolean ignored = Files.deleteIfExists(folder.resolve("hold"));
  }

  private Map<String, Long> pids() {
    Map<String, Long> pids = new LinkedHashMap<>();
    ALL.forEach(name -> pids.put(name, shop.pid(name)));
    return pids;
  }

  private List<Long> trees(List<String> names) {
    List<Long> all = new ArrayList<>();
    names.forEach(name -> shop.tree(name).stream().map(ProcessStat::pid).forEach(all::add));
    return all;
  }

  private void awaitRestarts(String name, long count) {
    Eventually.holds(
        () -> name + " is back: " + shop.supervisor.why("shop"),
        () -> shop.status(name).restarts() == count && shop.state(name) == ProcessState.RUNNING);
  }

  private void assertReplaced(List<String> names, Map<String, Long> before, List<Long> trees) {
    names.forEach(name -> awaitRestarts(name, 1));
    Map<String, Long> now = pids();
    for (String name : ALL) {
      assertThat(now.get(name).equals(before.get(name)))
          .as(name)
          .isNotEqualTo(names.contains(name));
    }
    assertThat(trees).hasSizeGreaterThan(names.size()).noneMatch(SupervisorFixture::isAlive);
    for (String name : ALL) {
      assertThat(shop.status(name).restarts()).as(name).isEqualTo(names.contains(name) ? 1 : 0);
    }
  }

  private void killsAndReplaces(String victim, List<String> replaced) throws Exception {
    Map<String, Long> before = pids();
    List<Long> trees = trees(replaced);
    SupervisorFixture.kill(before.get(victim), "KILL");
    assertReplaced(replaced, before, trees);
  }

  @Test
  void oneForOneRestartsOnlyExitedProcess() throws Exception {
    run(startedBy(ONE_FOR_ONE));
    killsAndReplaces("second", List.of("second"));
    assertThat(journal()).doesNotContain("gone first", "gone third");
  }

  @Test
  void restForOneRestartsLaterProcesses() throws Exception {
    run(startedBy(REST_FOR_ONE));
    killsAndReplaces("second", List.of("second", "third"));
    assertThat(journal()).doesNotContain("gone first");
  }

  @Test
  void restForOneRestartsOnlyLastProcessWhenItExits() throws Exception {
    run(startedBy(REST_FOR_ONE));
    killsAndReplaces("third", List.of("third"));
  }

  @Test
  void oneForAllRestartsAllProcesses() throws Exception {
    run(startedBy(ONE_FOR_ALL));
    killsAndReplaces("third", ALL);
    assertThat(shop.status("first").cause().orElseThrow().detail())
        .contains("third is restarted: ");
  }

  @Test
  void groupStartsOnlyAfterAllOldProcessesTerminated() throws Exception {
    run(startedBy(ONE_FOR_ALL));
    Files.createFile(folder.resolve("hold"));
    SupervisorFixture.kill(shop.pid("second"), "KILL");
    shop.await("first", ProcessState.STOPPING);
    shop.await("second", ProcessState.BACKOFF);
    shop.await("third", ProcessState.STOPPING);
    assertThat(shop.status("second").nextRestart()).as("waits for the others").isEmpty();
    releaseStop();
    ALL.forEach(name -> awaitRestarts(name, 1));
    Eventually.holds(() -> "all are up again: " + printedSignals(), () -> starts().size() == 6);
    List<String> told = journal();
    assertThat(Math.max(told.lastIndexOf("gone first"), told.lastIndexOf("gone third")))
        .as(told::toString)
        .isLessThan(starts().get(3));
  }

  @Test
  void stopDuringGroupRestartStartsNothing() throws Exception {
    run(startedBy(ONE_FOR_ALL));
    Files.createFile(folder.resolve("hold"));
    SupervisorFixture.kill(shop.pid("second"), "KILL");
    shop.await("second", ProcessState.BACKOFF);
    shop.await("third", ProcessState.STOPPING);
    CompletableFuture<ServiceStatus> stopped = shop.supervisor.stop("shop");
    shop.await("second", ProcessState.INACTIVE);
    releaseStop();
    assertThat(stopped.get().state()).isEqualTo(ProcessState.INACTIVE);
    for (String name : ALL) {
      shop.assertStaysInactive(name);
    }
    assertThat(starts()).hasSize(3);
  }

  @Test
  void simultaneousExitsCountAsOneRestart() throws Exception {
    run(startedBy(ONE_FOR_ALL).intensity(1, ofMinutes(10)));
    Map<String, Long> before = pids();
    List<Long> trees = trees(ALL);
    List<String> kill = new ArrayList<>(List.of("kill", "-KILL"));
    before.values().forEach(pid -> kill.add(Long.toString(pid)));
    assertThat(new ProcessBuilder(kill).start().waitFor()).isZero();
    assertReplaced(ALL, before, trees);
    assertThat(shop.supervisor.status("shop").state()).isEqualTo(ProcessState.RUNNING);
  }

  @Test
  void exceededIntensityFailsServiceAndTerminatesAllProcesses() throws Exception {
    run(startedBy(ONE_FOR_ONE).intensity(2, ofMinutes(10)));
    SupervisorFixture.kill(shop.pid("second"), "KILL");
    awaitRestarts("second", 1);
    SupervisorFixture.kill(shop.pid("third"), "KILL");
    awaitRestarts("third", 1);
    List<Long> trees = trees(ALL);
    SupervisorFixture.kill(shop.pid("second"), "KILL");
    ALL.forEach(name -> shop.await(name, ProcessState.FAILED));
    assertThat(trees).hasSizeGreaterThan(3).noneMatch(SupervisorFixture::isAlive);
    assertThat(trees(ALL)).isEmpty();

    ServiceStatus failed = shop.supervisor.status("shop");
    assertThat(failed.state()).isEqualTo(ProcessState.FAILED);
    assertThat(failed.cause().orElseThrow().kind()).isEqualTo(Cause.Kind.INTENSITY_EXCEEDED);
    assertThat(failed.cause().orElseThrow().detail())
        .startsWith("more than 2 restarts within 10m, last of second: ")
        .contains("KILL");
    assertThat(shop.supervisor.why("shop")).contains("more than 2 restarts within 10m");
  }

  @Test
  void startAfterExceededIntensityResetsCount() throws Exception {
    run(startedBy(ONE_FOR_ALL).intensity(1, ofMinutes(10)));
    SupervisorFixture.kill(shop.pid("second"), "KILL");
    ALL.forEach(name -> awaitRestarts(name, 1));
    SupervisorFixture.kill(shop.pid("first"), "KILL");
    ALL.forEach(name -> shop.await(name, ProcessState.FAILED));
    assertThat(shop.start().state()).isEqualTo(ProcessState.RUNNING);
    SupervisorFixture.kill(shop.pid("third"), "KILL");
    ALL.forEach(name -> awaitRestarts(name, 3));
  }
}
