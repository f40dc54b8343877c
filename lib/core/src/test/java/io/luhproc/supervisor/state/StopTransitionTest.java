package io.luhproc.supervisor.state;

import static io.luhproc.service.ProcessState.BACKOFF;
import static io.luhproc.service.ProcessState.EXITED;
import static io.luhproc.service.ProcessState.FAILED;
import static io.luhproc.service.ProcessState.INACTIVE;
import static io.luhproc.service.ProcessState.RUNNING;
import static io.luhproc.service.ProcessState.STARTING;
import static io.luhproc.service.ProcessState.STOPPING;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.Cause.Kind;
import io.luhproc.service.RestartStrategy;
import io.luhproc.supervisor.state.ProcessFsmState.StateTimer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A stop is final in every state, and never leaves a second process. */
class StopTransitionTest {

  @Test
  void stopTerminatesTreeThenEntersInactive() {
    StateMachineScenario scenario =
        StateMachineScenario.running(PolicyBuilder.simple()).stop().hasStates(STOPPING);
    scenario
        .hasEffects(new Effect.StopTree("web-1", 1, false))
        .exits(0, 143)
        .hasStates(STOPPING)
        .hasEffects();
    scenario
        .treeTerminated(0)
        .hasStates(INACTIVE)
        .hasCause(0, Kind.REQUESTED, "stopped")
        .hasEffects();
  }

  @Test
  void restartIsCancelledWhenStopArrivesDuringBackoff() {
    StateMachineScenario scenario =
        StateMachineScenario.running(PolicyBuilder.simple())
            .exitsCompletely(0, 1)
            .hasStates(BACKOFF);
    StateTimer timer = scenario.current(0).timer().orElseThrow();
    assertThat(scenario.current(0).retries()).isEqualTo(1);
    scenario.stop().hasStates(INACTIVE).hasEffects(new Effect.CancelTimer("web-1", timer));
    assertThat(scenario.current(0).retries()).isZero();
    scenario.handle(new FsmEvent.TimerFired("web-1", timer)).hasStates(INACTIVE).hasEffects();
  }

  @Test
  void restartIsCancelledWhenStopArrivesWhileLeftoversAreStopped() {
    StateMachineScenario.running(PolicyBuilder.simple())
        .exits(0, 1)
        .stop()
        .hasEffects()
        .treeTerminated(0)
        .hasStates(INACTIVE)
        .hasEffects();
  }

  @Test
  void restartIsCancelledWhenStopFollowsIt() {
    StateMachineScenario.running(PolicyBuilder.simple())
        .restart()
        .stop()
        .hasEffects()
        .treeTerminated(0)
        .hasStates(INACTIVE);
  }

  @Test
  void stopDuringLaunchWaitsForLaunchedEvent() {
    StateMachineScenario scenario =
        StateMachineScenario.of(PolicyBuilder.simple()).start().stop().hasStates(STOPPING);
    assertThat(scenario.effects()).noneMatch(Effect.StopTree.class::isInstance);
    scenario
        .launched(0)
        .hasEffects(new Effect.StopTree("web-1", 1, false))
        .treeTerminated(0)
        .hasStates(INACTIVE);
  }

  @Test
  void stopDuringFailingLaunchCompletes() {
    StateMachineScenario.of(PolicyBuilder.simple())
        .start()
        .stop()
        .launchFails(0)
        .hasStates(INACTIVE);
  }

  @Test
  void secondStopHasNoEffect() {
    StateMachineScenario.running(PolicyBuilder.simple())
        .stop()
        .stop()
        .hasStates(STOPPING)
        .hasEffects();
  }

  @Test
  void stopOfBlockedServiceIsImmediate() {
    StateMachineScenario scenario =
        StateMachineScenario.of(PolicyBuilder.simple())
            .dependencies(new DependencyState.Waiting(List.of("db")))
            .start();
    scenario
        .stop()
        .hasStates(INACTIVE)
        .dependencies(new DependencyState.Satisfied())
        .hasStates(INACTIVE)
        .hasEffects();
  }

  @Test
  void stopOfExitedFailedOrInactiveEntersInactive() {
    StateMachineScenario.of(PolicyBuilder.simple()).stop().hasStates(INACTIVE).hasEffects();
    StateMachineScenario.running(PolicyBuilder.simple())
        .exitsCompletely(0, 0)
        .hasStates(EXITED)
        .stop()
        .hasStates(INACTIVE);
    StateMachineScenario.running(PolicyBuilder.simple())
        .exitsCompletely(0, 125)
        .hasStates(FAILED)
        .stop()
        .hasStates(INACTIVE)
        .hasEffects();
  }

  @Test
  void stopEndsHealthCheck() {
    StateMachineScenario scenario =
        StateMachineScenario.running(PolicyBuilder.simple().withHealthCheck(true)).stop();
    scenario.hasEffects(
        new Effect.StopHealthCheck("web-1", 1), new Effect.StopTree("web-1", 1, false));
    scenario
        .unhealthy(0)
        .hasEffects()
        .healthy(0)
        .hasStates(STOPPING)
        .treeTerminated(0)
        .hasStates(INACTIVE);
  }

  @Test
  void killSkipsGracePeriod() {
    StateMachineScenario.running(PolicyBuilder.simple())
        .kill()
        .hasEffects(new Effect.StopTree("web-1", 1, true));
  }

  @Test
  void killDuringStopEndsGracePeriod() {
    StateMachineScenario scenario =
        StateMachineScenario.running(PolicyBuilder.simple()).stop().kill();
    scenario
        .hasEffects(new Effect.StopTree("web-1", 1, true))
        .treeTerminated(0)
        .hasStates(INACTIVE)
        .treeTerminated(0)
        .hasEffects();
  }

  @Test
  void killDuringLaunchAppliesOnceLaunched() {
    StateMachineScenario.of(PolicyBuilder.simple())
        .start()
        .kill()
        .launched(0)
        .hasEffects(new Effect.StopTree("web-1", 1, true));
    StateMachineScenario.of(PolicyBuilder.simple())
        .start()
        .stop()
        .kill()
        .launched(0)
        .hasEffects(new Effect.StopTree("web-1", 1, true));
  }

  @Test
  void restartStopsThenStarts() {
    StateMachineScenario scenario =
        StateMachineScenario.running(PolicyBuilder.simple()).restart().hasStates(STOPPING);
    scenario
        .hasEffects(new Effect.StopTree("web-1", 1, false))
        .treeTerminated(0)
        .hasStates(STARTING);
    assertThat(scenario.generation(0)).isEqualTo(2);
    scenario.hasCause(0, Kind.REQUESTED, "restarted");
  }

  @Test
  void restartResetsRetries() {
    StateMachineScenario scenario =
        StateMachineScenario.running(PolicyBuilder.simple())
            .exitsCompletely(0, 1)
            .timer(0)
            .restart();
    assertThat(scenario.current(0).retries()).isZero();
  }

  @Test
  void restartOfInactiveProcessStartsIt() {
    StateMachineScenario.of(PolicyBuilder.simple()).restart().hasStates(STARTING);
  }

  @Test
  void secondStopResultIsIgnoredByNextLaunch() {
    StateMachineScenario scenario =
        StateMachineScenario.running(PolicyBuilder.simple())
            .stop()
            .kill()
            .start()
            .treeTerminated(0)
            .hasStates(STARTING);
    scenario.handle(new FsmEvent.TreeTerminated("web-1", 1)).hasStates(STARTING).hasEffects();
    scenario
        .handle(new FsmEvent.TreeUnkillable("web-1", 1, "pid 7"))
        .hasStates(STARTING)
        .hasEffects();
  }

  @Test
  void unkillableProcessIsNeverDuplicated() {
    StateMachineScenario scenario =
        StateMachineScenario.running(PolicyBuilder.simple())
            .restart()
            .treeUnkillable(0)
            .hasStates(FAILED);
    StateTimer retry = scenario.current(0).timer().orElseThrow();
    scenario
        .hasCause(0, Kind.STOP_FAILED, "pid 7 is alive")
        .hasEffects(new Effect.ScheduleTimer("web-1", retry, Duration.ofSeconds(5)));
    scenario
        .start()
        .hasStates(STOPPING)
        .hasEffects(new Effect.CancelTimer("web-1", retry), new Effect.StopLeftovers("web-1", 1))
        .treeUnkillable(0)
        .hasStates(FAILED);
    scenario.start().treeTerminated(0).hasStates(STARTING);
  }

  @Test
  void stopOfUnkillableProcessRetries() {
    StateMachineScenario scenario =
        StateMachineScenario.running(PolicyBuilder.simple())
            .stop()
            .treeUnkillable(0)
            .hasStates(FAILED);
    StateTimer retry = scenario.current(0).timer().orElseThrow();
    scenario
        .stop()
        .hasStates(STOPPING)
        .hasEffects(new Effect.CancelTimer("web-1", retry), new Effect.StopTree("web-1", 1, false))
        .treeTerminated(0)
        .hasStates(INACTIVE);
  }

  @Test
  void unkillableProcessIsReleasedOnceTreeTerminates() {
    StateMachineScenario.running(PolicyBuilder.simple())
        .stop()
        .treeUnkillable(0)
        .treeTerminated(0)
        .hasStates(INACTIVE);
    StateMachineScenario.running(PolicyBuilder.simple())
        .restart()
        .treeUnkillable(0)
        .treeTerminated(0)
        .hasStates(STARTING);
  }

  @Test
  void unkillableProcessIsKilledAgainUntilItsTreeIsGone() {
    StateMachineScenario scenario =
        StateMachineScenario.running(PolicyBuilder.simple()).stop().treeUnkillable(0);
    for (int i = 0; i < 3; i++) {
      scenario
          .timer(0)
          .hasStates(FAILED)
          .hasEffects(new Effect.StopTree("web-1", 1, true))
          .treeUnkillable(0)
          .hasStates(FAILED);
    }
    scenario.timer(0).treeTerminated(0).hasStates(INACTIVE);
  }

  @Test
  void crashedProcessIsRestartedOnceItsUnkillableTreeIsGone() {
    StateMachineScenario.running(PolicyBuilder.simple())
        .exits(0, 1)
        .treeUnkillable(0)
        .hasStates(FAILED)
        .treeTerminated(0)
        .hasStates(BACKOFF)
        .hasCause(0, Kind.EXIT_CODE, "exit code 1");
  }

  @Test
  void unkillableProcessThatFailedWithItsSiblingsStaysFailed() {
    StateMachineScenario.running(PolicyBuilder.simple().processes(2, RestartStrategy.ONE_FOR_ALL))
        .exits(0, 1)
        .treeUnkillable(0)
        .treeTerminated(1)
        .treeTerminated(0)
        .hasStates(FAILED, FAILED)
        .hasCause(0, Kind.EXIT_CODE, "exit code 1");
  }

  @Test
  void stopOfSelectedProcessesLeavesOthersRunning() {
    StateMachineScenario scenario =
        StateMachineScenario.running(
            PolicyBuilder.simple().processes(3, RestartStrategy.ONE_FOR_ALL));
    scenario
        .stop(1)
        .hasStates(RUNNING, STOPPING, RUNNING)
        .treeTerminated(1)
        .hasStates(RUNNING, INACTIVE, RUNNING);
    scenario.start(1).hasStates(RUNNING, STARTING, RUNNING);
  }
}
