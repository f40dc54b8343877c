package io.luhproc.supervisor.state;

import static io.luhproc.service.ProcessState.BACKOFF;
import static io.luhproc.service.ProcessState.EXITED;
import static io.luhproc.service.ProcessState.FAILED;
import static io.luhproc.service.ProcessState.INACTIVE;
import static io.luhproc.service.ProcessState.RUNNING;
import static io.luhproc.service.ProcessState.STARTING;
import static io.luhproc.service.ProcessState.STOPPING;
import static io.luhproc.service.RestartStrategy.ONE_FOR_ALL;
import static io.luhproc.service.RestartStrategy.ONE_FOR_ONE;
import static io.luhproc.service.RestartStrategy.REST_FOR_ONE;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.Cause.Kind;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.RestartStrategy;
import io.luhproc.supervisor.state.ProcessFsmState.StateTimer;
import io.luhproc.supervisor.state.ServiceFsmState.RestartGroup;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Restarts and failures that affect siblings, and the limit of restarts. */
class RestartStrategyTest {

  private static StateMachineScenario threeProcesses(RestartStrategy strategy) {
    return StateMachineScenario.running(PolicyBuilder.simple().processes(3, strategy));
  }

  @Test
  void oneForOneLeavesOthersRunning() {
    threeProcesses(ONE_FOR_ONE).exitsCompletely(1, 1).hasStates(RUNNING, BACKOFF, RUNNING);
    threeProcesses(ONE_FOR_ONE).exitsCompletely(1, 125).hasStates(RUNNING, FAILED, RUNNING);
  }

  @Test
  void oneForAllStopsAllAndStartsThemTogether() {
    StateMachineScenario scenario =
        threeProcesses(ONE_FOR_ALL).exitsCompletely(1, 1).hasStates(STOPPING, BACKOFF, STOPPING);
    scenario.hasEffects(
        new Effect.StopTree("web-1", 1, false), new Effect.StopTree("web-3", 1, false));
    scenario.hasCause(0, Kind.SIBLING_FAILED, "web-2 is restarted: exit code 1");
    scenario.hasCause(1, Kind.EXIT_CODE, "exit code 1");
    assertThat(scenario.current(1).timer()).as("waits for the others").isEmpty();
    scenario.treeTerminated(2).hasStates(STOPPING, BACKOFF, BACKOFF).hasEffects();
    scenario.treeTerminated(0).hasStates(BACKOFF, BACKOFF, BACKOFF);
    assertThat(scenario.effects())
        .hasSize(3)
        .allMatch(
            it ->
                it instanceof Effect.ScheduleTimer arm && arm.delay().equals(PolicyBuilder.DELAY));
    scenario.timer(0).timer(1).timer(2).hasStates(STARTING, STARTING, STARTING);
  }

  @Test
  void restForOneStopsThoseAfterIt() {
    StateMachineScenario scenario =
        threeProcesses(REST_FOR_ONE).exitsCompletely(1, 1).hasStates(RUNNING, BACKOFF, STOPPING);
    scenario.treeTerminated(2).hasStates(RUNNING, BACKOFF, BACKOFF).timer(1).timer(2);
    scenario.hasStates(RUNNING, STARTING, STARTING);
  }

  @Test
  void groupStartsImmediatelyWithoutDelay() {
    PolicyBuilder policy = PolicyBuilder.of(RestartPolicy.onFailure().delay(Duration.ZERO));
    StateMachineScenario scenario =
        StateMachineScenario.running(policy.processes(2, ONE_FOR_ALL)).exitsCompletely(0, 1);
    scenario.hasStates(BACKOFF, STOPPING).treeTerminated(1).hasStates(STARTING, STARTING);
  }

  @Test
  void siblingsKeepTheirRetries() {
    StateMachineScenario scenario =
        threeProcesses(ONE_FOR_ALL).exitsCompletely(1, 1).treeTerminated(0).treeTerminated(2);
    assertThat(scenario.current(0).retries()).isZero();
    assertThat(scenario.current(1).retries()).isEqualTo(1);
  }

  @Test
  void siblingInBackoffJoinsGroup() {
    StateMachineScenario scenario =
        threeProcesses(REST_FOR_ONE).exitsCompletely(2, 1).hasStates(RUNNING, RUNNING, BACKOFF);
    StateTimer own = scenario.current(2).timer().orElseThrow();
    scenario.exitsCompletely(0, 1).hasStates(BACKOFF, STOPPING, BACKOFF);
    assertThat(scenario.effects()).contains(new Effect.CancelTimer("web-3", own));
    scenario.treeTerminated(1).hasStates(BACKOFF, BACKOFF, BACKOFF);
  }

  @Test
  void exitedAndInactiveSiblingsAreUnaffected() {
    StateMachineScenario done =
        StateMachineScenario.running(PolicyBuilder.simple().oneshot().processes(1, ONE_FOR_ALL))
            .exitsCompletely(0, 0);
    done.hasStates(EXITED);
    StateMachineScenario scenario =
        threeProcesses(ONE_FOR_ALL)
            .exitsCompletely(0, 0)
            .stop(2)
            .treeTerminated(2)
            .hasStates(EXITED, RUNNING, INACTIVE);
    scenario
        .exitsCompletely(1, 1)
        .hasStates(EXITED, BACKOFF, INACTIVE)
        .timer(1)
        .hasStates(EXITED, STARTING, INACTIVE);
  }

  @Test
  void launchInFlightIsAwaitedThenStopped() {
    StateMachineScenario scenario =
        threeProcesses(ONE_FOR_ALL).stop(2).treeTerminated(2).start(2).exitsCompletely(0, 1);
    scenario
        .hasStates(BACKOFF, STOPPING, STOPPING)
        .treeTerminated(1)
        .hasStates(BACKOFF, BACKOFF, STOPPING);
    scenario.launched(2).hasEffects(new Effect.StopTree("web-3", 2, false));
    scenario.treeTerminated(2).hasStates(BACKOFF, BACKOFF, BACKOFF);
  }

  @Test
  void simultaneousExitsFormOneGroup() {
    PolicyBuilder policy =
        PolicyBuilder.simple().processes(2, ONE_FOR_ALL).intensity(1, ofSeconds(10));
    StateMachineScenario scenario =
        StateMachineScenario.running(policy)
            .exits(0, 1)
            .exits(1, 1)
            .treeTerminated(0)
            .hasStates(BACKOFF, STOPPING);
    scenario
        .treeTerminated(1)
        .hasStates(BACKOFF, BACKOFF)
        .timer(0)
        .timer(1)
        .hasStates(STARTING, STARTING);
  }

  @Test
  void simultaneousExitsAreRestartedAfterTheLongerDelay() {
    PolicyBuilder policy =
        PolicyBuilder.of(RestartPolicy.onFailure().delay(ofSeconds(2)).jitter(0.5));
    StateMachineScenario scenario =
        StateMachineScenario.running(policy.processes(2, ONE_FOR_ALL)).exits(0, 1).exits(1, 1);
    scenario.jitter(1).treeTerminated(0).jitter(-1).treeTerminated(1).hasStates(BACKOFF, BACKOFF);
    assertThat(scenario.effects())
        .hasSize(2)
        .allMatch(it -> it instanceof Effect.ScheduleTimer arm && arm.delay().equals(ofSeconds(3)));
  }

  @Test
  void groupGrowsWhenEarlierProcessExits() {
    StateMachineScenario scenario =
        threeProcesses(REST_FOR_ONE).exitsCompletely(1, 1).hasStates(RUNNING, BACKOFF, STOPPING);
    scenario
        .exitsCompletely(0, 1)
        .hasStates(BACKOFF, BACKOFF, STOPPING)
        .treeTerminated(2)
        .hasStates(BACKOFF, BACKOFF, BACKOFF);
    assertThat(scenario.current().restartGroup()).isEmpty();
  }

  @Test
  void stopRemovesProcessFromGroup() {
    StateMachineScenario scenario =
        threeProcesses(ONE_FOR_ALL)
            .exitsCompletely(1, 1)
            .stop(0)
            .treeTerminated(0)
            .treeTerminated(2);
    scenario.hasStates(INACTIVE, BACKOFF, BACKOFF);
    threeProcesses(ONE_FOR_ALL)
        .exitsCompletely(1, 1)
        .stop()
        .treeTerminated(0)
        .treeTerminated(2)
        .hasStates(INACTIVE, INACTIVE, INACTIVE);
    threeProcesses(ONE_FOR_ALL)
        .exitsCompletely(1, 1)
        .stop(1)
        .treeTerminated(0)
        .treeTerminated(2)
        .hasStates(BACKOFF, INACTIVE, BACKOFF);
  }

  @Test
  void startRemovesProcessFromGroup() {
    StateMachineScenario scenario =
        threeProcesses(ONE_FOR_ALL)
            .exitsCompletely(1, 1)
            .start(1)
            .hasStates(STOPPING, STARTING, STOPPING);
    scenario.treeTerminated(0).treeTerminated(2).hasStates(BACKOFF, STARTING, BACKOFF);
  }

  @Test
  void oneForAllFailsAllWhenOneFails() {
    StateMachineScenario scenario =
        threeProcesses(ONE_FOR_ALL).exitsCompletely(1, 125).hasStates(STOPPING, FAILED, STOPPING);
    scenario.treeTerminated(0).treeTerminated(2).hasStates(FAILED, FAILED, FAILED);
    scenario.hasCause(0, Kind.SIBLING_FAILED, "web-2 was given up: exit code 125");
    assertThat(scenario.current().cause().kind()).isEqualTo(Kind.NEVER_RESTART);
  }

  @Test
  void restForOneFailsLaterProcessesWhenOneFails() {
    threeProcesses(REST_FOR_ONE)
        .exitsCompletely(1, 125)
        .treeTerminated(2)
        .hasStates(RUNNING, FAILED, FAILED);
  }

  @Test
  void failureEndsPendingGroup() {
    StateMachineScenario scenario =
        threeProcesses(ONE_FOR_ALL)
            .exits(2, 125)
            .exitsCompletely(1, 1)
            .hasStates(STOPPING, BACKOFF, STOPPING);
    scenario
        .treeTerminated(2)
        .hasStates(STOPPING, FAILED, FAILED)
        .treeTerminated(0)
        .hasStates(FAILED, FAILED, FAILED);
    assertThat(scenario.current().restartGroup()).isEmpty();
  }

  @Test
  void unkillableProcessFailsSiblings() {
    threeProcesses(ONE_FOR_ALL)
        .exitsCompletely(1, 1)
        .treeUnkillable(0)
        .hasStates(FAILED, FAILED, STOPPING)
        .treeTerminated(2);
  }

  @Test
  void unkillableProcessDesiredDownAffectsNoSibling() {
    threeProcesses(ONE_FOR_ALL).stop(0).treeUnkillable(0).hasStates(FAILED, RUNNING, RUNNING);
  }

  @Test
  void failedDependencyFailsAllWaitingProcesses() {
    StateMachineScenario scenario =
        StateMachineScenario.of(PolicyBuilder.simple().processes(2, ONE_FOR_ALL));
    scenario.dependencies(new DependencyState.Waiting(List.of("db"))).start();
    scenario
        .dependencies(new DependencyState.Failed("db", "exit code 1"))
        .hasStates(FAILED, FAILED);
    scenario.hasCause(0, Kind.DEPENDENCY_FAILED, "db").hasCause(1, Kind.DEPENDENCY_FAILED, "db");
  }

  @Test
  void exceededIntensityFailsService() {
    PolicyBuilder policy =
        PolicyBuilder.simple().processes(3, ONE_FOR_ONE).intensity(2, ofSeconds(10));
    StateMachineScenario scenario =
        StateMachineScenario.running(policy)
            .exitsCompletely(0, 1)
            .exitsCompletely(1, 1)
            .hasStates(BACKOFF, BACKOFF, RUNNING);
    scenario.exitsCompletely(0, 1).timer(0).launched(0).exits(0, 4).treeTerminated(0);
    scenario
        .hasStates(FAILED, FAILED, STOPPING)
        .treeTerminated(2)
        .hasStates(FAILED, FAILED, FAILED);
    scenario.hasCause(1, Kind.INTENSITY_EXCEEDED, "more than 2 restarts within 10s, last of web-1");
  }

  @Test
  void restartsOutsideWindowDoNotCount() {
    PolicyBuilder policy = PolicyBuilder.simple().intensity(1, ofSeconds(10));
    StateMachineScenario scenario =
        StateMachineScenario.running(policy)
            .exitsCompletely(0, 1)
            .timer(0)
            .becomesRunning(0)
            .advance(ofSeconds(9));
    scenario
        .exitsCompletely(0, 1)
        .hasStates(BACKOFF)
        .timer(0)
        .becomesRunning(0)
        .exitsCompletely(0, 1)
        .hasStates(FAILED);
  }

  @Test
  void startAfterExceededIntensityResetsCount() {
    PolicyBuilder policy = PolicyBuilder.simple().intensity(1, ofSeconds(10));
    StateMachineScenario scenario =
        StateMachineScenario.running(policy)
            .exitsCompletely(0, 1)
            .timer(0)
            .becomesRunning(0)
            .exitsCompletely(0, 1)
            .hasStates(FAILED);
    scenario.start().becomesRunning(0).exitsCompletely(0, 1).hasStates(BACKOFF);
  }

  @Test
  void serviceStateIsMostSevereProcessState() {
    StateMachineScenario scenario = threeProcesses(ONE_FOR_ONE);
    assertThat(scenario.current().state()).isEqualTo(RUNNING);
    assertThat(scenario.exitsCompletely(0, 0).current().state()).isEqualTo(RUNNING);
    assertThat(scenario.exitsCompletely(1, 1).current().state()).isEqualTo(BACKOFF);
    assertThat(scenario.timer(1).current().state()).isEqualTo(STARTING);
    assertThat(scenario.stop(1).current().state()).isEqualTo(STOPPING);
    assertThat(scenario.exitsCompletely(2, 125).current().state()).isEqualTo(FAILED);
    assertThat(scenario.current().cause().kind()).isEqualTo(Kind.NEVER_RESTART);
    assertThat(scenario.stop().launched(1).treeTerminated(1).current().state()).isEqualTo(INACTIVE);
  }

  @Test
  void mergedGroupsWaitForTheLongerDelay() {
    RestartGroup small = new RestartGroup(Set.of("web-2"), ofSeconds(2));
    RestartGroup large = new RestartGroup(Set.of("web-1"), ofSeconds(1));
    RestartGroup merged = new RestartGroup(Set.of("web-1", "web-2"), ofSeconds(2));
    assertThat(small.merge(large)).isEqualTo(merged);
    assertThat(large.merge(small)).isEqualTo(merged);
  }
}
