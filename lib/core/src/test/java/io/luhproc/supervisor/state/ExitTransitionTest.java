package io.luhproc.supervisor.state;

import static io.luhproc.service.ProcessState.BACKOFF;
import static io.luhproc.service.ProcessState.EXITED;
import static io.luhproc.service.ProcessState.FAILED;
import static io.luhproc.service.ProcessState.RUNNING;
import static io.luhproc.service.ProcessState.STARTING;
import static io.luhproc.service.ProcessState.STOPPING;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.Cause;
import io.luhproc.service.Cause.Kind;
import io.luhproc.service.RestartPolicy;
import io.luhproc.supervisor.state.ProcessFsmState.LaunchFlag;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A process that exits by itself, is unhealthy, or uses too much memory. */
class ExitTransitionTest {
  private static final RestartPolicy ALWAYS = RestartPolicy.always().jitter(0);
  private static final RestartPolicy ON_FAILURE = RestartPolicy.onFailure().jitter(0);

  private static StateMachineScenario running(RestartPolicy policy) {
    return StateMachineScenario.running(PolicyBuilder.of(policy));
  }

  @Test
  void leftoversAreStoppedBeforeAnythingElse() {
    StateMachineScenario scenario =
        running(ON_FAILURE)
            .exits(0, 1)
            .hasStates(STOPPING)
            .hasEffects(new Effect.StopLeftovers("web-1", 1));
    scenario.treeTerminated(0).hasStates(BACKOFF).hasCause(0, Kind.EXIT_CODE, "exit code 1");
  }

  @Test
  void successIsRestartedOnlyByAlways() {
    running(ALWAYS).exitsCompletely(0, 0).hasStates(BACKOFF);
    running(ON_FAILURE)
        .exitsCompletely(0, 0)
        .hasStates(EXITED)
        .hasCause(0, Kind.EXIT_CODE, "exit code 0");
    running(RestartPolicy.never()).exitsCompletely(0, 0).hasStates(EXITED);
  }

  @Test
  void failureIsRestartedUnlessPolicyIsNever() {
    running(ALWAYS).exitsCompletely(0, 1).hasStates(BACKOFF);
    running(ON_FAILURE).exitsCompletely(0, 1).hasStates(BACKOFF);
    running(RestartPolicy.never())
        .exitsCompletely(0, 1)
        .hasStates(FAILED)
        .hasCause(0, Kind.EXIT_CODE, "code 1");
  }

  @Test
  void oneshotIsNeverRestartedWhateverThePolicy() {
    StateMachineScenario.running(PolicyBuilder.of(ALWAYS).oneshot())
        .exitsCompletely(0, 0)
        .hasStates(EXITED);
    StateMachineScenario.running(PolicyBuilder.of(ALWAYS).oneshot())
        .exitsCompletely(0, 1)
        .hasStates(FAILED)
        .hasCause(0, Kind.EXIT_CODE, "1");
    StateMachineScenario.of(PolicyBuilder.of(ALWAYS).oneshot())
        .start()
        .launchFails(0)
        .hasStates(FAILED);
  }

  @Test
  void exitCode125IsNeverRestarted() {
    running(ALWAYS)
        .exitsCompletely(0, 125)
        .hasStates(FAILED)
        .hasCause(0, Kind.NEVER_RESTART, "exit code 125");
    running(ALWAYS.successCodes(Set.of(125))).exitsCompletely(0, 125).hasStates(EXITED);
  }

  @Test
  void configuredExitCodesCountAsSuccess() {
    RestartPolicy policy = ON_FAILURE.successCodes(Set.of(0, 3, 143));
    running(policy).exitsCompletely(0, 3).hasStates(EXITED);
    Cause term = Cause.signal("SIGTERM");
    running(policy).exitsWith(0, term, OptionalInt.of(143)).treeTerminated(0).hasStates(EXITED);
  }

  @Test
  void outOfMemoryAndUnknownExitsAreFailures() {
    Cause memory = new Cause(Kind.OUT_OF_MEMORY, "killed by the kernel for memory");
    running(ON_FAILURE)
        .exitsWith(0, memory, OptionalInt.of(0))
        .treeTerminated(0)
        .hasStates(BACKOFF);
    Cause unknown = new Cause(Kind.UNKNOWN, "ended while no supervisor watched");
    running(ON_FAILURE)
        .exitsWith(0, unknown, OptionalInt.empty())
        .treeTerminated(0)
        .hasStates(BACKOFF);
  }

  @Test
  void exitBeforeMinReadyIsRetried() {
    StateMachineScenario.of(PolicyBuilder.of(ON_FAILURE))
        .start()
        .launched(0)
        .exitsCompletely(0, 1)
        .hasStates(BACKOFF);
  }

  @Test
  void processFailsAfterMaxRetries() {
    StateMachineScenario scenario = running(ON_FAILURE.maxRetries(2));
    scenario.exitsCompletely(0, 3).hasStates(BACKOFF).timer(0).launched(0);
    scenario.exitsCompletely(0, 4).hasStates(BACKOFF).timer(0).launched(0);
    scenario
        .exitsCompletely(0, 5)
        .hasStates(FAILED)
        .hasCause(0, Kind.RETRIES_EXHAUSTED, "2 retries, last: exit code 5");
  }

  @Test
  void stableRunResetsRetries() {
    StateMachineScenario scenario =
        running(ON_FAILURE.maxRetries(1))
            .exitsCompletely(0, 1)
            .hasStates(BACKOFF)
            .timer(0)
            .becomesRunning(0);
    scenario.advance(ofSeconds(10)).exitsCompletely(0, 1).hasStates(BACKOFF);
    assertThat(scenario.current(0).retries()).isEqualTo(1);
    scenario
        .timer(0)
        .becomesRunning(0)
        .advance(ofSeconds(10).minusNanos(1))
        .exitsCompletely(0, 1)
        .hasStates(FAILED);
  }

  @Test
  void backoffGrowsAndVariesWithJitter() {
    StateMachineScenario scenario =
        running(RestartPolicy.onFailure().jitter(0.5)).jitter(-1).exitsCompletely(0, 1);
    assertThat(delay(scenario)).isEqualTo(Duration.ofMillis(500));
    scenario.timer(0).jitter(1).launchFails(0);
    assertThat(delay(scenario)).isEqualTo(ofSeconds(3));
  }

  private static Duration delay(StateMachineScenario scenario) {
    return scenario.effects().stream()
        .filter(Effect.ScheduleTimer.class::isInstance)
        .map(it -> ((Effect.ScheduleTimer) it).delay())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void restartIsImmediateWithoutDelay() {
    StateMachineScenario scenario =
        running(ON_FAILURE.delay(Duration.ZERO)).exitsCompletely(0, 1).hasStates(STARTING);
    assertThat(scenario.generation(0)).isEqualTo(2);
  }

  @Test
  void restartKeepsCauseOfExit() {
    running(ON_FAILURE)
        .exitsCompletely(0, 7)
        .timer(0)
        .becomesRunning(0)
        .hasStates(RUNNING)
        .hasCause(0, Kind.EXIT_CODE, "7");
  }

  @Test
  void unhealthyProcessIsRestartedWhenConfigured() {
    StateMachineScenario scenario =
        StateMachineScenario.running(PolicyBuilder.of(ON_FAILURE).withHealthCheck(true))
            .unhealthy(0)
            .hasStates(STOPPING);
    scenario.hasEffects(
        new Effect.StopHealthCheck("web-1", 1), new Effect.StopTree("web-1", 1, false));
    scenario.treeTerminated(0).hasStates(BACKOFF).hasCause(0, Kind.UNHEALTHY, "connection refused");
  }

  @Test
  void unhealthyFlagStaysUntilHealthyWithoutRestart() {
    StateMachineScenario scenario =
        StateMachineScenario.running(PolicyBuilder.of(ON_FAILURE).withHealthCheck(false))
            .unhealthy(0)
            .hasStates(RUNNING);
    assertThat(scenario.current(0).incarnation().is(LaunchFlag.UNHEALTHY)).isTrue();
    assertThat(scenario.healthy(0).current(0).incarnation().is(LaunchFlag.UNHEALTHY)).isFalse();
  }

  @Test
  void memoryLimitRestartsRegardlessOfHealthSetting() {
    StateMachineScenario scenario =
        StateMachineScenario.running(PolicyBuilder.of(ON_FAILURE).withHealthCheck(false))
            .memoryExceeded(0);
    scenario
        .hasStates(STOPPING)
        .treeTerminated(0)
        .hasStates(BACKOFF)
        .hasCause(0, Kind.MEMORY_LIMIT, "65 MiB of 64 MiB");
  }

  @Test
  void exitDuringStopForBadHealthChangesNothing() {
    StateMachineScenario scenario =
        StateMachineScenario.running(PolicyBuilder.of(ON_FAILURE).withHealthCheck(true))
            .unhealthy(0)
            .exits(0, 0)
            .hasEffects();
    scenario.treeTerminated(0).hasStates(BACKOFF).hasCause(0, Kind.UNHEALTHY, "refused");
  }

  @Test
  void programThatLeavesForegroundIsTold() {
    StateMachineScenario scenario =
        StateMachineScenario.running(PolicyBuilder.simple()).exits(0, 0);
    scenario
        .handle(new FsmEvent.TreeTerminated("web-1", 1, true))
        .hasStates(EXITED)
        .hasCause(0, Kind.EXIT_CODE, "exit code 0: it left the foreground");
  }

  @Test
  void lateExitWithHelpersIsNotTakenForDaemon() {
    StateMachineScenario scenario =
        StateMachineScenario.running(PolicyBuilder.simple())
            .advance(Duration.ofSeconds(30))
            .exits(0, 0);
    scenario.handle(new FsmEvent.TreeTerminated("web-1", 1, true)).hasStates(EXITED);
    assertThat(scenario.current(0).cause().detail()).isEqualTo("exit code 0");
  }

  @Test
  void restartedProcessIsNotDescribedByItsLastExit() {
    StateMachineScenario.running(PolicyBuilder.simple())
        .exitsCompletely(0, 1)
        .timer(0)
        .hasStates(STARTING)
        .hasCause(0, Kind.EXIT_CODE, "restarted (exit code 1)");
  }

  @Test
  void processThatExitedIsNotUnhealthy() {
    PolicyBuilder reporting = PolicyBuilder.simple().withHealthCheck(false);
    StateMachineScenario scenario = StateMachineScenario.running(reporting).unhealthy(0);
    assertThat(scenario.current().isUnhealthy()).isTrue();
    scenario.exitsCompletely(0, 0).hasStates(EXITED);
    assertThat(scenario.current().isUnhealthy()).isFalse();
  }
}
