package io.luhproc.supervisor.state;

import static io.luhproc.service.ProcessState.BACKOFF;
import static io.luhproc.service.ProcessState.BLOCKED;
import static io.luhproc.service.ProcessState.EXITED;
import static io.luhproc.service.ProcessState.FAILED;
import static io.luhproc.service.ProcessState.INACTIVE;
import static io.luhproc.service.ProcessState.RUNNING;
import static io.luhproc.service.ProcessState.STARTING;
import static io.luhproc.service.ProcessState.STOPPING;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.Cause.Kind;
import io.luhproc.service.RestartPolicy;
import io.luhproc.supervisor.state.ProcessFsmState.StateTimer;
import io.luhproc.supervisor.state.ProcessFsmState.StateTimer.Purpose;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Starts, and what delays or fails them. */
class StartTransitionTest {
  private static final DependencyState SATISFIED = new DependencyState.Satisfied();
  private static final DependencyState WAITING =
      new DependencyState.Waiting(List.of("db", "cache"));
  private static final DependencyState DEPENDENCY_FAILED =
      new DependencyState.Failed("db", "exit code 1");

  private static StateTimer timer(StateMachineScenario scenario, Purpose purpose, Duration in) {
    return new StateTimer(purpose, scenario.generation(0), Duration.ofHours(1).plus(in));
  }

  @Test
  void startLaunchesAndSchedulesStartTimeout() {
    StateMachineScenario scenario =
        StateMachineScenario.of(PolicyBuilder.simple()).start().hasStates(STARTING);
    StateTimer limit = timer(scenario, Purpose.START_TIMEOUT, PolicyBuilder.START_TIMEOUT);
    scenario.hasEffects(
        new Effect.Launch("web-1", 1),
        new Effect.ScheduleTimer("web-1", limit, PolicyBuilder.START_TIMEOUT));
  }

  @Test
  void launchedProcessIsRunningAfterMinReady() {
    StateMachineScenario scenario =
        StateMachineScenario.of(PolicyBuilder.simple()).start().launched(0).hasStates(STARTING);
    StateTimer limit = timer(scenario, Purpose.START_TIMEOUT, PolicyBuilder.START_TIMEOUT);
    StateTimer settle = timer(scenario, Purpose.MIN_READY, PolicyBuilder.MIN_READY);
    scenario.hasEffects(
        new Effect.CancelTimer("web-1", limit),
        new Effect.ScheduleTimer("web-1", settle, PolicyBuilder.MIN_READY));
    scenario.timer(0).hasStates(RUNNING).hasEffects();
  }

  @Test
  void launchedProcessIsRunningImmediatelyWithoutMinReady() {
    StateMachineScenario.of(PolicyBuilder.simple().minReadyTime(Duration.ZERO))
        .start()
        .launched(0)
        .hasStates(RUNNING);
  }

  @Test
  void oneshotAlsoWaitsForMinReady() {
    StateMachineScenario scenario =
        StateMachineScenario.of(PolicyBuilder.simple().oneshot())
            .start()
            .launched(0)
            .hasStates(STARTING);
    scenario.timer(0).hasStates(RUNNING);
  }

  @Test
  void checkedProcessIsRunningOnceHealthy() {
    StateMachineScenario scenario =
        StateMachineScenario.of(PolicyBuilder.simple().withHealthCheck(false))
            .start()
            .launched(0)
            .hasStates(STARTING);
    scenario.hasEffects(new Effect.StartHealthCheck("web-1", 1));
    scenario.healthy(0).hasStates(RUNNING);
  }

  @Test
  void processNotHealthyInTimeIsStoppedAndRetried() {
    StateMachineScenario scenario =
        StateMachineScenario.of(PolicyBuilder.simple().withHealthCheck(false))
            .start()
            .launched(0)
            .timer(0);
    scenario.hasStates(STOPPING).hasCause(0, Kind.START_TIMEOUT, "was not up within 30s");
    scenario.hasEffects(
        new Effect.StopHealthCheck("web-1", 1), new Effect.StopTree("web-1", 1, false));
    scenario.treeTerminated(0).hasStates(BACKOFF).hasCause(0, Kind.START_TIMEOUT, "30s");
  }

  @Test
  void launchExceedingTimeoutIsStoppedOnceItCompletes() {
    StateMachineScenario scenario =
        StateMachineScenario.of(PolicyBuilder.simple())
            .start()
            .timer(0)
            .hasStates(STOPPING)
            .hasEffects(new Effect.CancelLaunch("web-1", false));
    scenario
        .launched(0)
        .hasEffects(new Effect.StopTree("web-1", 1, false))
        .treeTerminated(0)
        .hasStates(BACKOFF);
  }

  @Test
  void failedLaunchIsRetriedLikeAnExit() {
    StateMachineScenario scenario =
        StateMachineScenario.of(PolicyBuilder.simple()).start().launchFails(0);
    scenario.hasStates(BACKOFF).hasCause(0, Kind.START_FAILED, "no such file");
    assertThat(scenario.current(0).retries()).isEqualTo(1);
    scenario.timer(0).hasStates(STARTING);
    assertThat(scenario.generation(0)).isEqualTo(2);
  }

  @Test
  void permanentLaunchFailureFailsRequestedStart() {
    StateMachineScenario scenario =
        StateMachineScenario.of(PolicyBuilder.simple())
            .start()
            .launchFailsPermanently(0)
            .hasStates(FAILED);
    scenario.hasCause(0, Kind.START_FAILED, "no such file");
    scenario.start().hasStates(STARTING).launchFailsPermanently(0).hasStates(FAILED);
  }

  @Test
  void permanentLaunchFailureIsRetriedAfterEarlierSuccess() {
    StateMachineScenario scenario =
        StateMachineScenario.of(PolicyBuilder.simple())
            .start()
            .becomesRunning(0)
            .exits(0, 1)
            .treeTerminated(0)
            .hasStates(BACKOFF);
    scenario.timer(0).launchFailsPermanently(0).hasStates(BACKOFF);
    assertThat(scenario.current(0).retries()).isEqualTo(2);
  }

  @Test
  void startTimeoutReportsLaunchFailure() {
    StateMachineScenario scenario =
        StateMachineScenario.of(PolicyBuilder.simple())
            .start()
            .timer(0)
            .hasStates(STOPPING)
            .launchFails(0);
    scenario
        .hasStates(BACKOFF)
        .hasCause(0, Kind.START_TIMEOUT, "was not up within 30s: no such file");
  }

  @Test
  void permanentLaunchFailureAfterStopIsInactive() {
    StateMachineScenario.of(PolicyBuilder.simple())
        .start()
        .stop()
        .hasStates(STOPPING)
        .launchFailsPermanently(0)
        .hasStates(INACTIVE);
  }

  @Test
  void exitBeforeLaunchedEventCountsAndLateLaunchedIsIgnored() {
    StateMachineScenario scenario =
        StateMachineScenario.of(PolicyBuilder.simple()).start().exits(0, 3).hasStates(STOPPING);
    scenario.hasEffects(
        new Effect.CancelTimer(
            "web-1", timer(scenario, Purpose.START_TIMEOUT, PolicyBuilder.START_TIMEOUT)),
        new Effect.StopLeftovers("web-1", 1));
    scenario.launched(0).hasStates(STOPPING).hasEffects().treeTerminated(0).hasStates(BACKOFF);
  }

  @Test
  void blockedStartNamesDependencies() {
    StateMachineScenario scenario =
        StateMachineScenario.of(PolicyBuilder.simple())
            .dependencies(WAITING)
            .start()
            .hasStates(BLOCKED)
            .hasEffects();
    scenario.hasCause(0, Kind.DEPENDENCY, "waits for db, cache");
    scenario
        .dependencies(new DependencyState.Waiting(List.of("cache")))
        .hasCause(0, Kind.DEPENDENCY, "for cache");
    scenario.dependencies(SATISFIED).hasStates(STARTING);
  }

  @Test
  void startWithFailedDependencyFails() {
    StateMachineScenario scenario =
        StateMachineScenario.of(PolicyBuilder.simple())
            .dependencies(DEPENDENCY_FAILED)
            .start()
            .hasStates(FAILED);
    scenario.hasCause(0, Kind.DEPENDENCY_FAILED, "depends on db, which failed: exit code 1");
  }

  @Test
  void blockedProcessFailsWithItsDependency() {
    StateMachineScenario.of(PolicyBuilder.simple())
        .dependencies(WAITING)
        .start()
        .dependencies(DEPENDENCY_FAILED)
        .hasStates(FAILED);
  }

  @Test
  void lostDependencyLeavesRunningProcessAlone() {
    StateMachineScenario.running(PolicyBuilder.simple())
        .dependencies(WAITING)
        .hasStates(RUNNING)
        .dependencies(DEPENDENCY_FAILED)
        .hasStates(RUNNING);
  }

  @Test
  void restartIsBlockedWhileDependenciesWait() {
    StateMachineScenario scenario =
        StateMachineScenario.running(PolicyBuilder.simple())
            .dependencies(WAITING)
            .exitsCompletely(0, 1)
            .hasStates(BACKOFF);
    scenario.timer(0).hasStates(BLOCKED).dependencies(SATISFIED).hasStates(STARTING);
  }

  @Test
  void restartFailsWhenDependencyFailed() {
    StateMachineScenario.running(PolicyBuilder.simple())
        .dependencies(DEPENDENCY_FAILED)
        .exitsCompletely(0, 1)
        .timer(0)
        .hasStates(FAILED);
  }

  @Test
  void startDuringBackoffLaunchesImmediatelyAndResetsRetries() {
    StateMachineScenario scenario =
        StateMachineScenario.running(PolicyBuilder.simple())
            .exitsCompletely(0, 1)
            .hasStates(BACKOFF)
            .start()
            .hasStates(STARTING);
    assertThat(scenario.current(0).retries()).isZero();
  }

  @Test
  void startDuringStopLaunchesOnceTreeTerminated() {
    StateMachineScenario scenario =
        StateMachineScenario.running(PolicyBuilder.simple())
            .stop()
            .start()
            .hasStates(STOPPING)
            .hasEffects();
    scenario.treeTerminated(0).hasStates(STARTING);
  }

  @Test
  void startOfRunningProcessDoesNothing() {
    StateMachineScenario.running(PolicyBuilder.simple()).start().hasStates(RUNNING).hasEffects();
  }

  @Test
  void startAfterExitResetsRetries() {
    StateMachineScenario.running(PolicyBuilder.simple())
        .exitsCompletely(0, 0)
        .hasStates(EXITED)
        .start()
        .hasStates(STARTING);
    RestartPolicy noRetry = RestartPolicy.onFailure().maxRetries(0);
    StateMachineScenario scenario =
        StateMachineScenario.running(PolicyBuilder.of(noRetry))
            .exitsCompletely(0, 1)
            .hasStates(FAILED)
            .start();
    scenario.hasStates(STARTING).hasCause(0, Kind.REQUESTED, "started");
  }

  @Test
  void adoptedProcessIsRunningAndExitsLikeAnyOther() {
    StateMachineScenario scenario =
        StateMachineScenario.of(PolicyBuilder.simple())
            .handle(new FsmEvent.Recovered("web-1", RecoveryTableTest.ALIVE))
            .hasStates(RUNNING)
            .hasEffects(new Effect.Adopt("web-1", 1, RecoveryTableTest.ALIVE));
    scenario.hasCause(0, Kind.REQUESTED, "adopted");
    scenario
        .exitsCompletely(0, 1)
        .timer(0)
        .hasEffects(
            new Effect.Launch("web-1", 2),
            scenario
                .current(0)
                .timer()
                .map(it -> new Effect.ScheduleTimer("web-1", it, PolicyBuilder.START_TIMEOUT))
                .orElseThrow());
  }

  @Test
  void adoptedProcessWithCheckIsStartingUntilHealthy() {
    PolicyBuilder policy = PolicyBuilder.simple().withHealthCheck(true);
    StateMachineScenario scenario =
        StateMachineScenario.of(policy)
            .handle(new FsmEvent.Recovered("web-1", RecoveryTableTest.ALIVE))
            .hasStates(STARTING);
    assertThat(scenario.effects()).contains(new Effect.StartHealthCheck("web-1", 1));
    scenario.healthy(0).hasStates(RUNNING);
  }

  @Test
  void adoptionIsIgnoredWhileProcessIsAlive() {
    StateMachineScenario scenario =
        StateMachineScenario.running(PolicyBuilder.simple())
            .handle(new FsmEvent.Recovered("web-1", RecoveryTableTest.ALIVE))
            .hasEffects();
    assertThat(scenario.generation(0)).isEqualTo(1);
  }
}
