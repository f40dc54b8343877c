package io.luhproc.supervisor;

import static io.luhproc.supervisor.VirtualSupervisor.fails;
import static io.luhproc.supervisor.VirtualSupervisor.process;
import static io.luhproc.supervisor.VirtualSupervisor.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Services that depend on each other are started, stopped and held back in order. */
@SuppressWarnings("FutureReturnValueIgnored") // Many a call is made for what it does.
class ServiceOrderTest {
  private final VirtualSupervisor it = new VirtualSupervisor();

  private static ServiceSpec.Builder mortal(String name) {
    return ServiceSpec.named(name).process(process("it").restart(RestartPolicy.never()));
  }

  private void shop() {
    it.add(service("db"), service("api").requires("db"), service("web").requires("api"));
  }

  @Test
  void whatIsRequiredIsUpBeforeWhatRequiresItIsLaunched() {
    shop();
    CompletableFuture<ServiceStatus> started = it.start("web");
    it.did("launch db/it").is("api", ProcessState.BLOCKED).is("web", ProcessState.BLOCKED);
    assertThat(it.board().status("web").blockedOn()).containsExactly("api");
    it.oneAnswer().did("launch api/it").is("web", ProcessState.BLOCKED);
    it.oneAnswer().did("launch web/it");
    assertThat(started).isNotDone();
    it.oneAnswer();
    assertThat(started).isCompleted();
  }

  @Test
  void whatRequiresAServiceIsGoneBeforeItIsStopped() {
    shop();
    it.running("web");
    CompletableFuture<ServiceStatus> stopped = it.stop("db");
    it.did("stop web/it");
    it.oneAnswer().did("stop api/it");
    it.oneAnswer().did("stop db/it");
    assertThat(stopped).isNotDone();
    it.oneAnswer();
    assertThat(stopped).isCompletedWithValueMatching(s -> s.state() == ProcessState.INACTIVE);
  }

  @Test
  void aStopLeavesAloneWhatItRequires() {
    shop();
    it.running("web").stop("web");
    it.aSecond().did("stop web/it").is("api", ProcessState.RUNNING).is("db", ProcessState.RUNNING);
  }

  @Test
  void allAreStartedInOrderAndStoppedInReverse() {
    it.add(
        service("db"),
        service("web").requires("db"),
        service("tool").autostart(false),
        service("log"));
    CompletableFuture<SupervisorStatus> up = it.wishes().startAll();
    it.aSecond().did("launch db/it", "launch log/it", "launch web/it");
    assertThat(up).isCompleted();
    CompletableFuture<SupervisorStatus> down = it.wishes().stopAll();
    it.aSecond().did("stop web/it", "stop log/it", "stop db/it");
    assertThat(down).isCompleted();
    assertThat(it.timers()).isZero();
  }

  @Test
  void allOfNoneIsUpAtOnce() {
    assertThat(it.wishes().startAll()).isCompleted();
    assertThat(it.wishes().stopAll()).isCompleted();
  }

  @Test
  void afterWaitsOnlyForAnAttempt() {
    it.add(mortal("first"), service("second").after("first"));
    it.world().failsToLaunch("first/it", "no such file");
    CompletableFuture<SupervisorStatus> up = it.wishes().startAll();
    it.did("launch first/it").is("second", ProcessState.BLOCKED);
    it.aSecond().is("first", ProcessState.FAILED).is("second", ProcessState.RUNNING);
    fails(up, "it did not start: no such file");
  }

  private CompletableFuture<SupervisorStatus> startJobAndWhoWaitForIt() {
    it.add(
        ServiceSpec.named("job").process(process("it").oneshot()),
        service("web").requires("job"),
        service("log").after("job"));
    return it.wishes().startAll();
  }

  @Test
  void aJobIsWaitedForUntilItHasDoneItsWork() {
    CompletableFuture<SupervisorStatus> up = startJobAndWhoWaitForIt();
    it.aSecond().is("job", ProcessState.RUNNING);
    it.is("web", ProcessState.BLOCKED).is("log", ProcessState.BLOCKED);
    assertThat(it.world().dies("job/it", 0)).isTrue();
    it.aSecond().is("job", ProcessState.EXITED);
    it.is("web", ProcessState.RUNNING).is("log", ProcessState.RUNNING);
    assertThat(up).isCompleted();
  }

  @Test
  void aJobThatFailsFailsWhatRequiresIt() {
    CompletableFuture<SupervisorStatus> up = startJobAndWhoWaitForIt();
    assertThat(it.aSecond().world().dies("job/it", 4)).isTrue();
    it.aSecond().is("web", ProcessState.FAILED).is("log", ProcessState.RUNNING);
    fails(up, "web/it did not start: depends on job, which failed: exit code 4");
  }

  @Test
  void afterDoesNotStartTheOther() {
    it.add(service("first"), service("second").after("first"));
    it.running("second").is("first", ProcessState.INACTIVE);
  }

  @Test
  void wantsStartsTheOtherAndDoesNotWait() {
    it.add(service("cache"), service("web").wants("cache"));
    it.world().hangs("cache/it");
    it.running("web").is("cache", ProcessState.STARTING);
  }

  @Test
  void aFailedRequirementFailsWhatWaitsForIt() {
    it.add(mortal("db"), service("web").requires("db"));
    it.world().failsToLaunch("db/it", "no such file");
    CompletableFuture<ServiceStatus> started = it.start("web");
    it.aSecond().is("web", ProcessState.FAILED).did("launch db/it");
    fails(started, "it did not start: depends on db, which failed: no such file");
  }

  @Test
  void aFailedRequirementIsTriedAgainWhenItIsNeededAgain() {
    it.add(mortal("db"), service("web").requires("db"));
    it.world().failsToLaunch("db/it", "no such file");
    it.start("web");
    it.aSecond().is("db", ProcessState.FAILED);
    it.world().goesWell("db/it");
    it.running("web").is("db", ProcessState.RUNNING);
  }

  @Test
  void whatRequiresACrashedServiceRunsOnAndStartsOnlyOnceItIsBack() {
    it.add(service("db"), service("web").requires("db"));
    it.running("web");
    assertThat(it.world().dies("db/it", 1)).isTrue();
    it.passes(Duration.ofMillis(30)).is("db", ProcessState.BACKOFF).is("web", ProcessState.RUNNING);
    CompletableFuture<ServiceStatus> again = it.restart("web");
    it.passes(Duration.ofMillis(30)).is("web", ProcessState.BLOCKED);
    it.passes(Duration.ofSeconds(5)).is("web", ProcessState.RUNNING);
    assertThat(again).isCompleted();
  }

  @Test
  void aTaskThatIsRequiredIsNotRunAgain() {
    it.add(
        ServiceSpec.named("migrate").process(process("it").oneshot()),
        service("web").requires("migrate"));
    CompletableFuture<ServiceStatus> started = it.start("web");
    it.passes(Duration.ofMillis(20));
    assertThat(it.world().dies("migrate/it", 0)).isTrue();
    it.aSecond().is("migrate", ProcessState.EXITED).is("web", ProcessState.RUNNING);
    assertThat(started).isCompleted();
    it.stop("web");
    it.aSecond().world().done();
    it.start("web");
    it.aSecond().did("launch web/it");
  }

  @Test
  void aRestartTakesWhatRequiresItAlong() {
    shop();
    it.running("web");
    CompletableFuture<ServiceStatus> restarted = it.restart("api");
    it.aSecond().did("stop web/it", "stop api/it", "launch api/it", "launch web/it");
    assertThat(restarted).isCompleted();
  }

  @Test
  void aSecondRestartTakesTheSameAlong() {
    shop();
    it.running("web").restart("api");
    it.passes(Duration.ofMillis(5)).restart("api");
    it.aSecond().is("api", ProcessState.RUNNING).is("web", ProcessState.RUNNING);
  }

  @Test
  void aStopDuringARestartIsTheEnd() {
    shop();
    it.running("web");
    CompletableFuture<ServiceStatus> restarted = it.restart("api");
    it.passes(Duration.ofMillis(5));
    CompletableFuture<ServiceStatus> stopped = it.stop("api");
    it.passes(Duration.ofSeconds(60)).did("stop web/it", "stop api/it");
    it.is("api", ProcessState.INACTIVE).is("web", ProcessState.INACTIVE);
    assertThat(stopped).isCompleted();
    fails(restarted, "api was not restarted: it was stopped meanwhile");
  }

  @Test
  void aDependentThatIsStoppedDuringARestartStaysDown() {
    shop();
    it.running("web").restart("api");
    it.passes(Duration.ofMillis(5)).stop("web");
    it.aSecond().is("api", ProcessState.RUNNING).is("web", ProcessState.INACTIVE);
  }

  @Test
  void whatIsToBeStoppedIsNotLaunchedOnceMoreBefore() {
    it.add(service("db"), service("web").requires("db"));
    it.running("web").restart("db", "it");
    it.stop("db");
    it.passes(Duration.ofSeconds(60)).did("stop db/it", "stop web/it");
  }

  @Test
  void whatCannotBeEndedDoesNotKeepUpWhatItRequires() {
    it.add(service("db"), service("web").requires("db"));
    it.running("web").world().cannotBeEnded("web/it");
    CompletableFuture<ServiceStatus> stopped = it.stop("db");
    it.aSecond().is("db", ProcessState.INACTIVE).is("web", ProcessState.FAILED);
    assertThat(stopped).isCompleted();
  }

  @Test
  void aKillTakesWhatRequiresItDownToo() {
    it.add(service("db"), service("web").requires("db"));
    it.running("web");
    CompletableFuture<ServiceStatus> killed = it.wishes().kill(Target.of("db"));
    it.aSecond().did("kill db/it", "stop web/it").is("web", ProcessState.INACTIVE);
    assertThat(killed).isCompleted();
  }

  @Test
  void ofTwoInConflictTheLaterOneRuns() {
    it.add(service("blue"), service("green").conflicts("blue"));
    it.running("blue").start("green");
    it.did("stop blue/it").is("green", ProcessState.BLOCKED);
    it.oneAnswer().did("launch green/it").is("blue", ProcessState.INACTIVE);
    it.aSecond().start("blue");
    it.did("stop green/it").aSecond().did("launch blue/it").is("green", ProcessState.INACTIVE);
  }

  @Test
  void aRestartOfWhatIsStoppedStopsItsRivalToo() {
    it.add(service("blue"), service("green").conflicts("blue"));
    it.running("blue").restart("green");
    it.aSecond().is("green", ProcessState.RUNNING).is("blue", ProcessState.INACTIVE);
  }

  @Test
  void whatWaitsForItsRivalToGoIsTold() {
    it.add(service("blue"), service("green").conflicts("blue"));
    it.running("blue").world().hangs("blue/it");
    it.start("green");
    it.aSecond();
    assertThat(it.board().explanation().why("green"))
        .startsWith("green is blocked: it waits for blue\n  it is blocked: waits for blue\n")
        .contains("  blue is stopping: in conflict with green\n");
  }

  @Test
  void theTreeShowsWhatRequiresWhat() {
    shop();
    it.add(service("log")).running("api");
    assertThat(it.board().explanation().tree())
        .isEqualTo("web (inactive)\n  api (running)\n    db (running)\nlog (inactive)");
  }
}
