package io.luhproc.supervisor.engine;

import static io.luhproc.supervisor.engine.VirtualSupervisor.assertFailed;
import static io.luhproc.supervisor.engine.VirtualSupervisor.process;
import static io.luhproc.supervisor.engine.VirtualSupervisor.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.ProcessState;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.SupervisorStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Services that depend on each other are started, blocked and stopped in order. */
@SuppressWarnings("FutureReturnValueIgnored") // Many a call is made for its effect.
class DependencyOrderTest {
  private final VirtualSupervisor supervisor = new VirtualSupervisor();

  private static ServiceSpec.Builder withoutRestart(String name) {
    return ServiceSpec.named(name).process(process("it").restart(RestartPolicy.never()));
  }

  private void shop() {
    supervisor.add(service("db"), service("api").requires("db"), service("web").requires("api"));
  }

  @Test
  void requirementRunsBeforeDependentStarts() {
    shop();
    CompletableFuture<ServiceStatus> started = supervisor.start("web");
    supervisor
        .assertCalls("launch db/it")
        .assertState("api", ProcessState.BLOCKED)
        .assertState("web", ProcessState.BLOCKED);
    assertThat(supervisor.statuses().status("web").blockedOn()).containsExactly("api");
    supervisor
        .advanceOneReply()
        .assertCalls("launch api/it")
        .assertState("web", ProcessState.BLOCKED);
    supervisor.advanceOneReply().assertCalls("launch web/it");
    assertThat(started).isNotDone();
    supervisor.advanceOneReply();
    assertThat(started).isCompleted();
  }

  @Test
  void dependentIsStoppedBeforeItsRequirement() {
    shop();
    supervisor.startAndAwait("web");
    CompletableFuture<ServiceStatus> stopped = supervisor.stop("db");
    supervisor.assertCalls("stop web/it");
    supervisor.advanceOneReply().assertCalls("stop api/it");
    supervisor.advanceOneReply().assertCalls("stop db/it");
    assertThat(stopped).isNotDone();
    supervisor.advanceOneReply();
    assertThat(stopped).isCompletedWithValueMatching(s -> s.state() == ProcessState.INACTIVE);
  }

  @Test
  void stopLeavesRequirementsRunning() {
    shop();
    supervisor.startAndAwait("web").stop("web");
    supervisor
        .advanceOneSecond()
        .assertCalls("stop web/it")
        .assertState("api", ProcessState.RUNNING)
        .assertState("db", ProcessState.RUNNING);
  }

  @Test
  void startAllFollowsOrderAndStopAllReversesIt() {
    supervisor.add(
        service("db"),
        service("web").requires("db"),
        service("tool").autostart(false),
        service("log"));
    CompletableFuture<SupervisorStatus> up = supervisor.operations().startAll();
    supervisor.advanceOneSecond().assertCalls("launch db/it", "launch log/it", "launch web/it");
    assertThat(up).isCompleted();
    CompletableFuture<SupervisorStatus> down = supervisor.operations().stopAll();
    supervisor.advanceOneSecond().assertCalls("stop web/it", "stop log/it", "stop db/it");
    assertThat(down).isCompleted();
    assertThat(supervisor.timerCount()).isZero();
  }

  @Test
  void startAllWithoutServicesCompletesImmediately() {
    assertThat(supervisor.operations().startAll()).isCompleted();
    assertThat(supervisor.operations().stopAll()).isCompleted();
  }

  @Test
  void afterWaitsOnlyForStartAttempt() {
    supervisor.add(withoutRestart("first"), service("second").after("first"));
    supervisor.runtime().failLaunches("first/it", "no such file");
    CompletableFuture<SupervisorStatus> up = supervisor.operations().startAll();
    supervisor.assertCalls("launch first/it").assertState("second", ProcessState.BLOCKED);
    supervisor
        .advanceOneSecond()
        .assertState("first", ProcessState.FAILED)
        .assertState("second", ProcessState.RUNNING);
    assertFailed(up, "it did not start: no such file");
  }

  private CompletableFuture<SupervisorStatus> startOneshotAndDependents() {
    supervisor.add(
        ServiceSpec.named("job").process(process("it").oneshot()),
        service("web").requires("job"),
        service("log").after("job"));
    return supervisor.operations().startAll();
  }

  @Test
  void dependentWaitsUntilOneshotCompletes() {
    CompletableFuture<SupervisorStatus> up = startOneshotAndDependents();
    supervisor.advanceOneSecond().assertState("job", ProcessState.RUNNING);
    supervisor.assertState("web", ProcessState.BLOCKED).assertState("log", ProcessState.BLOCKED);
    assertThat(supervisor.runtime().exit("job/it", 0)).isTrue();
    supervisor.advanceOneSecond().assertState("job", ProcessState.EXITED);
    supervisor.assertState("web", ProcessState.RUNNING).assertState("log", ProcessState.RUNNING);
    assertThat(up).isCompleted();
  }

  @Test
  void failedOneshotFailsDependent() {
    CompletableFuture<SupervisorStatus> up = startOneshotAndDependents();
    assertThat(supervisor.advanceOneSecond().runtime().exit("job/it", 4)).isTrue();
    supervisor
        .advanceOneSecond()
        .assertState("web", ProcessState.FAILED)
        .assertState("log", ProcessState.RUNNING);
    assertFailed(up, "web/it did not start: depends on job, which failed: exit code 4");
  }

  @Test
  void afterDoesNotStartDependency() {
    supervisor.add(service("first"), service("second").after("first"));
    supervisor.startAndAwait("second").assertState("first", ProcessState.INACTIVE);
  }

  @Test
  void wantsStartsDependencyWithoutWaiting() {
    supervisor.add(service("cache"), service("web").wants("cache"));
    supervisor.runtime().suppressReplies("cache/it");
    supervisor.startAndAwait("web").assertState("cache", ProcessState.STARTING);
  }

  @Test
  void failedRequirementFailsWaitingDependent() {
    supervisor.add(withoutRestart("db"), service("web").requires("db"));
    supervisor.runtime().failLaunches("db/it", "no such file");
    CompletableFuture<ServiceStatus> started = supervisor.start("web");
    supervisor
        .advanceOneSecond()
        .assertState("web", ProcessState.FAILED)
        .assertCalls("launch db/it");
    assertFailed(started, "it did not start: depends on db, which failed: no such file");
  }

  @Test
  void failedRequirementIsRetriedOnNextStart() {
    supervisor.add(withoutRestart("db"), service("web").requires("db"));
    supervisor.runtime().failLaunches("db/it", "no such file");
    supervisor.start("web");
    supervisor.advanceOneSecond().assertState("db", ProcessState.FAILED);
    supervisor.runtime().clearFailures("db/it");
    supervisor.startAndAwait("web").assertState("db", ProcessState.RUNNING);
  }

  @Test
  void dependentKeepsRunningWhenRequirementCrashesButStartsOnlyOnceItIsBack() {
    supervisor.add(service("db"), service("web").requires("db"));
    supervisor.startAndAwait("web");
    assertThat(supervisor.runtime().exit("db/it", 1)).isTrue();
    supervisor
        .advance(Duration.ofMillis(30))
        .assertState("db", ProcessState.BACKOFF)
        .assertState("web", ProcessState.RUNNING);
    CompletableFuture<ServiceStatus> again = supervisor.restart("web");
    supervisor.advance(Duration.ofMillis(30)).assertState("web", ProcessState.BLOCKED);
    supervisor.advance(Duration.ofSeconds(5)).assertState("web", ProcessState.RUNNING);
    assertThat(again).isCompleted();
  }

  @Test
  void completedOneshotRequirementIsNotRunAgain() {
    supervisor.add(
        ServiceSpec.named("migrate").process(process("it").oneshot()),
        service("web").requires("migrate"));
    CompletableFuture<ServiceStatus> started = supervisor.start("web");
    supervisor.advance(Duration.ofMillis(20));
    assertThat(supervisor.runtime().exit("migrate/it", 0)).isTrue();
    supervisor
        .advanceOneSecond()
        .assertState("migrate", ProcessState.EXITED)
        .assertState("web", ProcessState.RUNNING);
    assertThat(started).isCompleted();
    supervisor.stop("web");
    supervisor.advanceOneSecond().runtime().takeCalls();
    supervisor.start("web");
    supervisor.advanceOneSecond().assertCalls("launch web/it");
  }

  @Test
  void restartIncludesDependents() {
    shop();
    supervisor.startAndAwait("web");
    CompletableFuture<ServiceStatus> restarted = supervisor.restart("api");
    supervisor
        .advanceOneSecond()
        .assertCalls("stop web/it", "stop api/it", "launch api/it", "launch web/it");
    assertThat(restarted).isCompleted();
  }

  @Test
  void secondRestartIncludesSameDependents() {
    shop();
    supervisor.startAndAwait("web").restart("api");
    supervisor.advance(Duration.ofMillis(5)).restart("api");
    supervisor
        .advanceOneSecond()
        .assertState("api", ProcessState.RUNNING)
        .assertState("web", ProcessState.RUNNING);
  }

  @Test
  void stopDuringRestartIsFinal() {
    shop();
    supervisor.startAndAwait("web");
    CompletableFuture<ServiceStatus> restarted = supervisor.restart("api");
    supervisor.advance(Duration.ofMillis(5));
    CompletableFuture<ServiceStatus> stopped = supervisor.stop("api");
    supervisor.advance(Duration.ofSeconds(60)).assertCalls("stop web/it", "stop api/it");
    supervisor.assertState("api", ProcessState.INACTIVE).assertState("web", ProcessState.INACTIVE);
    assertThat(stopped).isCompleted();
    assertFailed(restarted, "api/it did not start: it was stopped: asked for");
  }

  @Test
  void dependentStoppedDuringRestartStaysDown() {
    shop();
    supervisor.startAndAwait("web").restart("api");
    supervisor.advance(Duration.ofMillis(5)).stop("web");
    supervisor
        .advanceOneSecond()
        .assertState("api", ProcessState.RUNNING)
        .assertState("web", ProcessState.INACTIVE);
  }

  @Test
  void serviceWithPendingStopIsNotLaunched() {
    supervisor.add(service("db"), service("web").requires("db"));
    supervisor.startAndAwait("web").restart("db", "it");
    supervisor.stop("db");
    supervisor.advance(Duration.ofSeconds(60)).assertCalls("stop db/it", "stop web/it");
  }

  @Test
  void unkillableDependentDoesNotKeepRequirementRunning() {
    supervisor.add(service("db"), service("web").requires("db"));
    supervisor.startAndAwait("web").runtime().makeUnkillable("web/it");
    CompletableFuture<ServiceStatus> stopped = supervisor.stop("db");
    supervisor
        .advanceOneSecond()
        .assertState("db", ProcessState.INACTIVE)
        .assertState("web", ProcessState.FAILED);
    assertThat(stopped).isCompleted();
  }

  @Test
  void killAlsoStopsDependents() {
    supervisor.add(service("db"), service("web").requires("db"));
    supervisor.startAndAwait("web");
    CompletableFuture<ServiceStatus> killed =
        supervisor.operations().kill(ProcessSelector.of("db"));
    supervisor
        .advanceOneSecond()
        .assertCalls("kill db/it", "stop web/it")
        .assertState("web", ProcessState.INACTIVE);
    assertThat(killed).isCompleted();
  }

  @Test
  void laterOfTwoConflictingServicesRuns() {
    supervisor.add(service("blue"), service("green").conflicts("blue"));
    supervisor.startAndAwait("blue").start("green");
    supervisor.assertCalls("stop blue/it").assertState("green", ProcessState.BLOCKED);
    supervisor
        .advanceOneReply()
        .assertCalls("launch green/it")
        .assertState("blue", ProcessState.INACTIVE);
    supervisor.advanceOneSecond().start("blue");
    supervisor
        .assertCalls("stop green/it")
        .advanceOneSecond()
        .assertCalls("launch blue/it")
        .assertState("green", ProcessState.INACTIVE);
  }

  @Test
  void restartOfStoppedServiceStopsConflictingService() {
    supervisor.add(service("blue"), service("green").conflicts("blue"));
    supervisor.startAndAwait("blue").restart("green");
    supervisor
        .advanceOneSecond()
        .assertState("green", ProcessState.RUNNING)
        .assertState("blue", ProcessState.INACTIVE);
  }

  @Test
  void blockedStatusNamesConflictingService() {
    supervisor.add(service("blue"), service("green").conflicts("blue"));
    supervisor.startAndAwait("blue").runtime().suppressReplies("blue/it");
    supervisor.start("green");
    supervisor.advanceOneSecond();
    assertThat(supervisor.statuses().statusText().why("green"))
        .startsWith("green is blocked: it waits for blue\n  it is blocked: waits for blue\n")
        .contains("  blue is stopping: in conflict with green\n");
  }

  @Test
  void treeShowsRequirements() {
    shop();
    supervisor.add(service("log")).startAndAwait("api");
    assertThat(supervisor.statuses().statusText().tree())
        .isEqualTo("web (inactive)\n  api (running)\n    db (running)\nlog (inactive)");
  }

  @Test
  void treeListsSharedRequirementsOnce() {
    List<ServiceSpec.Builder> services = new ArrayList<>();
    for (int layer = 0; layer < 20; layer++) {
      for (int i = 0; i < 3; i++) {
        ServiceSpec.Builder service = service("s" + layer + "-" + i);
        for (int below = 0; layer > 0 && below < 3; below++) {
          service.requires("s" + (layer - 1) + "-" + below);
        }
        services.add(service);
      }
    }
    supervisor.add(services.toArray(ServiceSpec.Builder[]::new));
    String tree = supervisor.statuses().statusText().tree();
    // Each service once, and a line for each requirement.
    assertThat(tree.lines().count()).isLessThanOrEqualTo(60 + 19 * 9);
    assertThat(tree).contains("s0-0 (inactive)");
  }
}
