package io.luhproc.supervisor;

import static java.time.Duration.ofMillis;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.process.Signal;
import io.luhproc.service.NoSuchServiceException;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceFailedException;
import io.luhproc.service.ServiceStatus;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Requests that select replicas or single processes of a service. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class ProcessSelectionTest {
  // Not SIGHUP: a shell cannot trap a signal that was ignored when it started, as under nohup(1).
  private static final String PRINTS_SIGNALS =
      "sleep 600 & trap 'echo usr2' USR2; trap 'echo usr1' USR1; echo up;"
          + " while :; do wait; done";

  @TempDir private Path folder;
  private SupervisorFixture shop;

  @BeforeEach
  void open() {
    shop = new SupervisorFixture(folder);
    shop.add(
        ProcessSpec.shell("web", PRINTS_SIGNALS)
            .minReadyTime(ofMillis(1))
            .replicas(3)
            .reload(Signal.USR2),
        ProcessSpec.shell("queue", PRINTS_SIGNALS).minReadyTime(ofMillis(1)));
  }

  @AfterEach
  void close() {
    shop.close();
  }

  private void startAll() throws Exception {
    shop.start();
    for (String name : List.of("web-1", "web-2", "web-3", "queue")) {
      shop.awaitOutput(name, "up\n");
    }
  }

  @Test
  void oneReplicaIsStartedAndStoppedWithoutTheOthers() throws Exception {
    shop.start("web-2");
    assertThat(shop.state("web-2")).isEqualTo(ProcessState.RUNNING);
    assertThat(shop.state("web-1")).isEqualTo(ProcessState.INACTIVE);
    assertThat(shop.state("queue")).isEqualTo(ProcessState.INACTIVE);
    shop.start("web");
    assertThat(shop.state("web-3")).isEqualTo(ProcessState.RUNNING);
    assertThat(shop.state("queue")).isEqualTo(ProcessState.INACTIVE);
    shop.stop("web-1", "web-2");
    assertThat(shop.state("web-1")).isEqualTo(ProcessState.INACTIVE);
    assertThat(shop.state("web-3")).isEqualTo(ProcessState.RUNNING);
    shop.supervisor.kill("shop", "web-3").get(20, SECONDS);
    assertThat(shop.state("web-3")).isEqualTo(ProcessState.INACTIVE);
  }

  @Test
  void restartOfOneReplicaLeavesOthersRunning() throws Exception {
    startAll();
    long other = shop.pid("web-1");
    long before = shop.pid("web-2");
    shop.supervisor.restart("shop", "web-2").get(20, SECONDS);
    assertThat(shop.pid("web-2")).isNotEqualTo(before);
    assertThat(shop.pid("web-1")).isEqualTo(other);
  }

  @Test
  void signalReachesSelectedProcessesInAnySpelling() throws Exception {
    startAll();
    shop.supervisor.signal("shop", "sigusr1", "web-1").get(20, SECONDS);
    shop.awaitOutput("web-1", "usr1");
    shop.supervisor.signal("shop", "Usr1", "web").get(20, SECONDS);
    shop.awaitOutput("web-3", "usr1");
    assertThat(shop.output("queue")).isEqualTo("up\n");
    assertThatThrownBy(() -> shop.supervisor.signal("shop", "NOSUCH").get(20, SECONDS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NOSUCH");
  }

  @Test
  void signalAndPauseFailWhenProcessIsNotRunning() throws Exception {
    startAll();
    shop.supervisor.stop("shop", "web-1", "queue").get(20, SECONDS);
    // Without names, only running processes get the signal.
    shop.supervisor.signal("shop", "USR1").get(20, SECONDS);
    shop.awaitOutput("web-2", "usr1");
    String message = "shop: web-1 does not live; start it first";
    assertFails(message, shop.supervisor.signal("shop", "USR1", "web-1"));
    assertFails(message, shop.supervisor.pause("shop", "web-1"));
    assertFails(message + "; queue does not", shop.supervisor.resume("shop", "web-1", "queue"));
  }

  private static void assertFails(String message, CompletableFuture<ServiceStatus> reply) {
    assertThatThrownBy(() -> reply.get(20, SECONDS))
        .hasCauseInstanceOf(ServiceFailedException.class)
        .hasMessageContaining(message);
  }

  @Test
  void reloadSignalsWhenConfiguredAndRestartsOtherwise() throws Exception {
    startAll();
    long web = shop.pid("web-1");
    long queue = shop.pid("queue");
    shop.supervisor.reload("shop").get(20, SECONDS);
    assertThat(shop.pid("web-1")).isEqualTo(web);
    assertThat(shop.pid("queue")).isNotEqualTo(queue);
    for (String name : List.of("web-1", "web-2", "web-3")) {
      shop.awaitOutput(name, "usr2");
    }
  }

  @Test
  void pauseStopsWholeTreeUntilResume() throws Exception {
    startAll();
    shop.supervisor.pause("shop", "web-2").get(20, SECONDS);
    assertThat(shop.status("web-2").paused()).isTrue();
    assertThat(shop.status("web-1").paused()).isFalse();
    Eventually.holds(
        "all processes are stopped", () -> states("web-2").stream().allMatch(it -> it == 'T'));
    assertThat(states("web-2")).hasSizeGreaterThan(1);
    assertThat(states("web-1")).doesNotContain('T');
    shop.supervisor.resume("shop", "web-2").get(20, SECONDS);
    assertThat(shop.status("web-2").paused()).isFalse();
    Eventually.holds("all processes run again", () -> !states("web-2").contains('T'));
  }

  @Test
  void pausedProcessCanBeStopped() throws Exception {
    startAll();
    shop.supervisor.pause("shop").get(20, SECONDS);
    shop.stop();
    for (String name : List.of("web-1", "web-2", "web-3", "queue")) {
      shop.assertStaysInactive(name);
      assertThat(shop.status(name).paused()).isFalse();
    }
  }

  private List<Character> states(String process) {
    return shop.tree(process).stream().map(it -> it.state()).toList();
  }

  @Test
  void unknownNamesAreRefusedWithKnownNames() {
    assertThatThrownBy(() -> shop.supervisor.start("shop", "web-4"))
        .isInstanceOf(NoSuchServiceException.class)
        .hasMessageContaining("web-4")
        .hasMessageContaining("web-1");
    assertThatThrownBy(() -> shop.supervisor.kill("stop"))
        .isInstanceOf(NoSuchServiceException.class)
        .hasMessageContaining("shop");
    assertThatThrownBy(() -> shop.supervisor.pause("shop", "we"))
        .isInstanceOf(NoSuchServiceException.class);
  }
}
