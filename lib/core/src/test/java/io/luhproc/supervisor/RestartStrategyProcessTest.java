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

/** Restart strategies and the restart intensity limit with real processes. */
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
   * A process with a child in another session; SIGTERM has no effect while the file "hold" exists.
   *
   * <p>The child is forked before the trap is set. A forked shell has the handlers of its parent
   * until it resets them, so a SIGTERM that arrives in between would be lost, and the child would
   * live until the grace period is over.
   */
  private static ProcessSpec.Builder member(String name) {
    String onTerm = "while [ -e hold ]; do sleep 0.02; done; echo gone %s >> journal; exit 0";
    String script = "setsid sleep 600 & trap '" + onTerm + "' TERM; echo up %s >> journal; wait";
    return ProcessSpec.shell(name, script.formatted(name, name))
        .minReadyTime(ofMillis(1))
        .stop(StopPolicy.defaults().grace(ofSeconds(60)))
        .restart(RestartPolicy.always().delay(ofMillis(10)).maxDelay(ofMillis(10)));
  }

  private static ServiceSpec.Builder serviceWith(RestartStrategy strategy) {
    return ServiceSpec.named("shop").strategy(strategy);
  }

  private List<String> journal() throws IOException {
    Path file = folder.resolve("journal");
    return Files.exists(file) ? Files.readAllLines(file, UTF_8) : List.of();
  }

  private String describeJournal() {
    try {
      return journal().toString();
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Returns the numbers of the journal lines at which a process came up. */
  private List<Integer> starts() throws IOException {
    List<String> lines = journal();
    return IntStream.range(0, lines.size())
        .filter(it -> lines.get(it).startsWith("up "))
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
    List<Long> pids = new ArrayList<>();
    names.forEach(name -> shop.tree(name).stream().map(ProcessStat::pid).forEach(pids::add));
    return pids;
  }

  private void awaitRestarts(String name, long count) {
    Eventually.holds(
        () -> name + " was restarted: " + shop.supervisor.why("shop"),
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

  private void killAndAssertReplaced(String victim, List<String> replaced) throws Exception {
    Map<String, Long> before = pids();
    List<Long> trees = trees(replaced);
    SupervisorFixture.kill(before.get(victim), "KILL");
    assertReplaced(replaced, before, trees);
  }

  @Test
  void oneForOneRestartsOnlyExitedProcess() throws Exception {
    run(serviceWith(ONE_FOR_ONE));
    killAndAssertReplaced("second", List.of("second"));
    assertThat(journal()).doesNotContain("gone first", "gone third");
  }

  @Test
  void restForOneRestartsLaterProcesses() throws Exception {
    run(serviceWith(REST_FOR_ONE));
    killAndAssertReplaced("second", List.of("second", "third"));
    assertThat(journal()).doesNotContain("gone first");
  }

  @Test
  void restForOneRestartsOnlyLastProcessWhenItExits() throws Exception {
    run(serviceWith(REST_FOR_ONE));
    killAndAssertReplaced("third", List.of("third"));
  }

  @Test
  void oneForAllRestartsAllProcesses() throws Exception {
    run(serviceWith(ONE_FOR_ALL));
    killAndAssertReplaced("third", ALL);
    assertThat(shop.status("first").cause().orElseThrow().detail())
        .contains("third is restarted: ");
  }

  @Test
  void groupStartsOnlyAfterAllOldProcessesTerminated() throws Exception {
    run(serviceWith(ONE_FOR_ALL));
    Files.createFile(folder.resolve("hold"));
    SupervisorFixture.kill(shop.pid("second"), "KILL");
    shop.await("first", ProcessState.STOPPING);
    shop.await("second", ProcessState.BACKOFF);
    shop.await("third", ProcessState.STOPPING);
    assertThat(shop.status("second").nextRestart()).as("waits for the others").isEmpty();
    releaseStop();
    ALL.forEach(name -> awaitRestarts(name, 1));
    Eventually.holds(() -> "all are up again: " + describeJournal(), () -> starts().size() == 6);
    List<String> lines = journal();
    assertThat(Math.max(lines.lastIndexOf("gone first"), lines.lastIndexOf("gone third")))
        .as(lines::toString)
        .isLessThan(starts().get(3));
  }

  @Test
  void stopDuringGroupRestartStartsNothing() throws Exception {
    run(serviceWith(ONE_FOR_ALL));
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
    run(serviceWith(ONE_FOR_ALL).intensity(1, ofMinutes(10)));
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
    run(serviceWith(ONE_FOR_ONE).intensity(2, ofMinutes(10)));
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
    run(serviceWith(ONE_FOR_ALL).intensity(1, ofMinutes(10)));
    SupervisorFixture.kill(shop.pid("second"), "KILL");
    ALL.forEach(name -> awaitRestarts(name, 1));
    SupervisorFixture.kill(shop.pid("first"), "KILL");
    ALL.forEach(name -> shop.await(name, ProcessState.FAILED));
    assertThat(shop.start().state()).isEqualTo(ProcessState.RUNNING);
    SupervisorFixture.kill(shop.pid("third"), "KILL");
    ALL.forEach(name -> awaitRestarts(name, 3));
  }
}
