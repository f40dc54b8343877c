package io.luhproc.supervisor.engine;

import static io.luhproc.supervisor.engine.VirtualSupervisor.assertFailed;
import static io.luhproc.supervisor.engine.VirtualSupervisor.process;
import static io.luhproc.supervisor.engine.VirtualSupervisor.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.ProcessState;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.SupervisorEvent.ProcessExited;
import io.luhproc.supervisor.state.RecoveredProcess;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Requests for a service while its dependencies are stopped, fail, or run in part. */
@SuppressWarnings("FutureReturnValueIgnored") // Many a call is made for its effect.
class DependencyRequestTest {
  private final VirtualSupervisor supervisor = new VirtualSupervisor();

  private ProcessState state(String service, String process) {
    return supervisor.statuses().status(service).process(process).state();
  }

  private void deferStopOfDatabaseInBackoff() {
    RestartPolicy slow = RestartPolicy.onFailure().delay(Duration.ofSeconds(8)).jitter(0);
    supervisor.add(
        ServiceSpec.named("db").process(process("p1")).process(process("p2").restart(slow)),
        service("shop").requires("db"));
    supervisor.startAndAwait("shop");
    assertThat(supervisor.runtime().exit("db/p2", 1)).isTrue();
    supervisor.advanceOneSecond();
    assertThat(state("db", "p2")).isEqualTo(ProcessState.BACKOFF);
    supervisor.stop("db");
    assertThat(state("db", "p2")).isEqualTo(ProcessState.INACTIVE);
  }

  @Test
  void startOfDependentStartsProcessesThatWereStoppedBeforeDeferredStop() {
    deferStopOfDatabaseInBackoff();
    supervisor.start("shop");
    supervisor.advanceOneSecond();
    assertThat(state("db", "p2")).isEqualTo(ProcessState.RUNNING);
    supervisor.assertState("shop", ProcessState.RUNNING);
  }

  @Test
  void startOfOneProcessStartsThoseThatWereStoppedBeforeDeferredStop() {
    deferStopOfDatabaseInBackoff();
    supervisor.start("db", "p1");
    supervisor.advanceOneSecond();
    assertThat(state("db", "p2")).isEqualTo(ProcessState.RUNNING);
  }

  @Test
  void requiredServiceThatRunsInPartIsStartedWhole() {
    supervisor.add(
        ServiceSpec.named("db").process(process("migrate").oneshot()).process(process("server")),
        service("shop").requires("db"));
    supervisor.start("db", "migrate");
    supervisor.advance(Duration.ofMillis(20));
    assertThat(supervisor.runtime().exit("db/migrate", 0)).isTrue();
    supervisor.advanceOneSecond().startAndAwait("shop");
    assertThat(state("db", "server")).isEqualTo(ProcessState.RUNNING);
    assertThat(state("db", "migrate")).isEqualTo(ProcessState.EXITED);
  }

  @Test
  void startFailsWhenItsDependencyKeepsFailing() {
    supervisor.add(service("db"), service("api").requires("db"), service("shop").requires("api"));
    supervisor.runtime().failLaunches("db/it", "no such file");
    CompletableFuture<ServiceStatus> started = supervisor.start("shop");
    supervisor.advanceOneSecond();
    assertFailed(
        started,
        "shop/it did not start: it waits for db, which failed and is tried again: no such file");
    supervisor.assertState("shop", ProcessState.BLOCKED);
  }

  @Test
  void restartFailsWhenDependentDoesNotComeBack() {
    supervisor.add(service("db"), service("shop").requires("db")).startAndAwait("shop");
    supervisor.runtime().failLaunches("shop/it", "no such file");
    CompletableFuture<ServiceStatus> restarted = supervisor.restart("db");
    supervisor.advanceOneSecond();
    assertFailed(restarted, "shop/it did not start: no such file");
    supervisor.assertState("db", ProcessState.RUNNING);
  }

  @Test
  void restartLeavesStoppedProcessOfDependentDown() {
    supervisor.add(
        service("db"),
        ServiceSpec.named("shop").requires("db").process(process("a")).process(process("b")));
    supervisor.startAndAwait("shop").stop("shop", "b");
    supervisor.advanceOneSecond();
    CompletableFuture<ServiceStatus> restarted = supervisor.restart("db");
    supervisor.advanceOneSecond();
    assertThat(restarted).isCompleted();
    assertThat(state("shop", "a")).isEqualTo(ProcessState.RUNNING);
    assertThat(state("shop", "b")).isEqualTo(ProcessState.INACTIVE);
  }

  @Test
  void recoveredProcessWithoutRemainsWaitsForItsDependencies() {
    RecoveredProcess wanted =
        new RecoveredProcess(
            true,
            RecoveredProcess.Trace.NONE,
            Optional.empty(),
            false,
            false,
            Optional.empty(),
            "");
    supervisor.runtime().addRecovered("shop/it", wanted);
    supervisor.add(service("shop").requires("db"), service("db"));
    supervisor.advanceOneSecond().assertState("shop", ProcessState.BLOCKED).assertCalls();
    supervisor.startAndAwait("db").assertState("shop", ProcessState.RUNNING);
  }

  @Test
  void lateExitDoesNotHideLaunchInFlight() {
    supervisor.add(service("shop")).startAndAwait("shop");
    // The exit, the end of the tree, and then launches that take long.
    Iterator<Duration> delays = List.of(Duration.ofMillis(50), Duration.ofMillis(10)).iterator();
    supervisor
        .runtime()
        .setReplyDelay(() -> delays.hasNext() ? delays.next() : Duration.ofSeconds(20));
    supervisor.restart("shop");
    supervisor.advanceOneSecond().assertCalls("stop shop/it", "launch shop/it");
    supervisor.stop("shop");
    supervisor.assertCalls("abort shop/it");
    supervisor.stop("shop");
    supervisor.assertCalls();
    supervisor.operations().kill(ProcessSelector.of("shop"));
    supervisor.assertCalls("abort shop/it");
    supervisor.operations().kill(ProcessSelector.of("shop"));
    supervisor.assertCalls();
  }

  @Test
  void lateExitDoesNotStopMemoryMonitorOfNextProcess() {
    supervisor
        .add(ServiceSpec.named("shop").process(process("web").maxMemoryRestart("64MiB")))
        .startAndAwait("shop");
    Iterator<Duration> delays = List.of(Duration.ofMillis(500), Duration.ofMillis(10)).iterator();
    supervisor
        .runtime()
        .setReplyDelay(() -> delays.hasNext() ? delays.next() : Duration.ofMillis(10));
    supervisor.restart("shop");
    supervisor.advanceOneSecond().assertState("shop", ProcessState.RUNNING);
    assertThat(supervisor.runtime().exceedMemory("shop/web")).isTrue();
  }

  @Test
  void callerThatCancelsItsFutureWaitsNoLonger() {
    supervisor.add(service("db"), service("shop").requires("db"));
    supervisor.runtime().suppressReplies("db/it");
    assertThat(supervisor.start("shop").cancel(true)).isTrue();
    CompletableFuture<ServiceStatus> awaited =
        supervisor.operations().await("shop", ProcessState.FAILED, Duration.ofHours(1));
    assertThat(awaited.cancel(true)).isTrue();
    assertThat(supervisor.waiterCount("shop")).isZero();
    assertThat(supervisor.timerCount()).as("the start timeout of db").isEqualTo(1);
  }

  @Test
  void awaitThatTimedOutWaitsNoLonger() {
    supervisor.add(service("shop"));
    supervisor.operations().await("shop", ProcessState.RUNNING, Duration.ofSeconds(1));
    assertThat(supervisor.waiterCount("shop")).isEqualTo(1);
    supervisor.advance(Duration.ofSeconds(2));
    assertThat(supervisor.waiterCount("shop")).isZero();
  }

  @Test
  void exitsAreReportedBeforeTheEndOfAShutdown() {
    supervisor.add(service("shop")).startAndAwait("shop");
    Iterator<Duration> delays = List.of(Duration.ofMillis(300), Duration.ofMillis(10)).iterator();
    supervisor.runtime().setReplyDelay(delays::next);
    supervisor.operations().stopAll();
    supervisor.advance(Duration.ofMillis(100)).assertState("shop", ProcessState.INACTIVE);
    CompletableFuture<Boolean> reported =
        supervisor.operations().exitsReported(Duration.ofSeconds(1));
    CompletableFuture<Boolean> tooShort =
        supervisor.operations().exitsReported(Duration.ofMillis(50));
    supervisor.advance(Duration.ofMillis(100));
    assertThat(reported).isNotDone();
    assertThat(tooShort).isCompletedWithValue(false);
    supervisor.advance(Duration.ofMillis(200));
    assertThat(reported).isCompletedWithValue(true);
    assertThat(supervisor.events()).anyMatch(ProcessExited.class::isInstance);
  }

  @Test
  void dependentOfOneshotSaysThatItWaitsForItsExit() {
    supervisor.add(
        ServiceSpec.named("index").process(process("main").oneshot()),
        service("shop").requires("index"));
    supervisor.start("shop");
    supervisor.advanceOneSecond().assertState("shop", ProcessState.BLOCKED);
    assertThat(supervisor.statuses().statusText().why("shop"))
        .startsWith(
            "shop is blocked: it waits for index: for the exit of index/main, which runs once; use"
                + " keepAlive() for a process that is to run on\n");
  }

  @Test
  void failedStartQuotesOutputOfProcess() {
    CompletableFuture<ServiceStatus> started =
        supervisor
            .add(
                ServiceSpec.named("web").process(process("it").minReadyTime(Duration.ofSeconds(1))))
            .start("web");
    supervisor.advance(Duration.ofMillis(100));
    assertThat(supervisor.runtime().exit("web/it", 3)).isTrue();
    supervisor.advance(Duration.ofMillis(100));
    assertFailed(
        started,
        "web/it did not start: exit code 3; it is tried again; what it wrote is in",
        "last lines of err.log:\n  output of web/it");
  }

  @Test
  void awaitNotesStateThatPassesBetweenTwoPublications() {
    RestartPolicy quick = RestartPolicy.onFailure().delay(Duration.ofMillis(1)).jitter(0);
    supervisor.add(ServiceSpec.named("shop").process(process("it").restart(quick)));
    supervisor.startAndAwait("shop");
    CompletableFuture<ServiceStatus> failed =
        supervisor.operations().await("shop", ProcessState.BACKOFF, Duration.ofSeconds(5));
    assertThat(supervisor.runtime().exit("shop/it", 1)).isTrue();
    supervisor.advanceOneSecond().assertState("shop", ProcessState.RUNNING);
    assertThat(failed).isCompleted();
  }

  @Test
  void restartFailsWhenItsProcessIsStoppedByName() {
    supervisor.add(service("db"), service("shop").requires("db")).startAndAwait("shop");
    CompletableFuture<ServiceStatus> restarted = supervisor.restart("db");
    supervisor.advance(Duration.ofMillis(5)).stop("db", "it");
    supervisor.advanceOneSecond();
    assertFailed(restarted, "db/it did not start: it was stopped");
    CompletableFuture<ServiceStatus> shop = supervisor.start("shop");
    supervisor.stop("db", "it");
    supervisor.advanceOneSecond();
    assertFailed(shop, "shop/it did not start: it was stopped: requires db, which is stopped");
  }

  /** A service of two processes, and one that requires it and is restarted after failures. */
  private VirtualSupervisor startedPair() {
    return supervisor
        .add(
            ServiceSpec.named("db").process(process("a")).process(process("b")),
            service("shop").requires("db"))
        .startAndAwait("shop");
  }

  @Test
  void dependentIsNotLaunchedWhileAPartOfItsRequirementIsStopped() {
    startedPair().stop("db", "b");
    supervisor.advanceOneSecond().assertState("shop", ProcessState.RUNNING);
    supervisor.runtime().exit("shop/it", 1);
    supervisor.advance(Duration.ofMinutes(1)).assertState("shop", ProcessState.BLOCKED);
    assertThat(supervisor.statuses().statusText().why("shop"))
        .contains("waits for db: for the start of db/b, which is stopped");
    supervisor.start("db", "b");
    supervisor.advanceOneSecond().assertState("shop", ProcessState.RUNNING);
  }

  @Test
  void startOfDependentStartsTheStoppedPart() {
    startedPair().stop("db", "b");
    supervisor.advanceOneSecond();
    supervisor.stop("shop");
    supervisor.advanceOneSecond();
    supervisor.startAndAwait("shop").assertState("db", ProcessState.RUNNING);
    assertThat(supervisor.stoppedParts("db")).isEmpty();
  }

  @Test
  void startFailsWhenRequirementOfItsRequirementIsStoppedMeanwhile() {
    supervisor.add(
        ServiceSpec.named("db").process(process("a")).process(process("b")),
        service("shop").requires("db"),
        service("web").requires("shop"));
    CompletableFuture<ServiceStatus> started = supervisor.start("web");
    supervisor.stop("db", "b");
    supervisor.advanceOneSecond();
    assertFailed(started, "it waits for db, which is stopped; start it");
  }

  @Test
  void startFailsWhenAPartOfItsRequirementIsStoppedMeanwhile() {
    supervisor.add(
        ServiceSpec.named("db").process(process("a")).process(process("b")),
        service("shop").requires("db"));
    supervisor.runtime().suppressReplies("db/b");
    CompletableFuture<ServiceStatus> started = supervisor.start("shop");
    supervisor.advanceOneSecond();
    supervisor.runtime().clearFailures("db/b");
    supervisor.operations().kill(ProcessSelector.of("db", "a"));
    supervisor.advanceOneSecond();
    assertFailed(started, "it waits for db, which is stopped; start it");
  }

  @Test
  void stopByNameOfTheLastProcessStopsDependentsFirst() {
    startedPair().stop("db", "b");
    supervisor.advanceOneSecond();
    supervisor.runtime().takeCalls();
    CompletableFuture<ServiceStatus> stopped = supervisor.stop("db", "a");
    supervisor.advanceOneSecond();
    assertThat(stopped).isCompleted();
    supervisor.assertCalls("stop shop/it", "stop db/a");
    supervisor.assertState("shop", ProcessState.INACTIVE).assertState("db", ProcessState.INACTIVE);
  }

  @Test
  void killByNameOfTheLastProcessStopsDependentsToo() {
    supervisor.add(service("db"), service("shop").requires("db")).startAndAwait("shop");
    supervisor.operations().kill(ProcessSelector.of("db", "it"));
    supervisor.advanceOneSecond().assertState("shop", ProcessState.INACTIVE);
  }
}
