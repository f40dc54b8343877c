package io.luhproc.supervisor.state;

import static io.luhproc.service.ProcessState.BACKOFF;
import static io.luhproc.service.ProcessState.EXITED;
import static io.luhproc.service.ProcessState.FAILED;
import static io.luhproc.service.ProcessState.RUNNING;
import static io.luhproc.service.ProcessState.STARTING;
import static io.luhproc.service.ProcessState.STOPPING;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.limits.LimitReport;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.service.Cause.Kind;
import io.luhproc.service.Readiness;
import io.luhproc.supervisor.state.RecoveredProcess.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A start that waits for the report of the process. */
class ReadinessTransitionTest {
  private static final PolicyBuilder REPORTED =
      PolicyBuilder.simple().with(process -> process.ready(Readiness.sdNotify()));

  private static StateMachineScenario launched(PolicyBuilder policy) {
    return StateMachineScenario.of(policy).start().launched(0).hasStates(STARTING);
  }

  @Test
  void processIsRunningOnceItReports() {
    launched(REPORTED).hasEffects().ready(0).hasStates(RUNNING);
  }

  @Test
  void reportBeforeTheLaunchCounts() {
    StateMachineScenario.of(REPORTED)
        .start()
        .ready(0)
        .hasStates(STARTING)
        .launched(0)
        .hasStates(RUNNING);
  }

  @Test
  void reportOfAnEarlierLaunchIsIgnored() {
    StateMachineScenario scenario = launched(REPORTED);
    FsmEvent late = new FsmEvent.Ready("web-1", scenario.generation(0));
    scenario.exitsCompletely(0, 1).hasStates(BACKOFF).timer(0).launched(0);
    scenario.handle(late).hasStates(STARTING).ready(0).hasStates(RUNNING);
  }

  @Test
  void healthCheckBeginsWithTheReportAndGates() {
    StateMachineScenario scenario = launched(REPORTED.withHealthCheck(true)).hasEffects();
    scenario.healthy(0).hasStates(STARTING);
    scenario.ready(0).hasStates(STARTING).hasEffects(new Effect.StartHealthCheck("web-1", 1));
    scenario.healthy(0).hasStates(RUNNING);
  }

  @Test
  void secondReportStartsNoSecondHealthCheck() {
    StateMachineScenario scenario = launched(REPORTED.withHealthCheck(true)).ready(0);
    scenario.ready(0).hasStates(STARTING).hasEffects();
  }

  @Test
  void startTimeoutNamesWhatWasAwaited() {
    launched(REPORTED)
        .timer(0)
        .hasStates(STOPPING)
        .hasCause(0, Kind.START_TIMEOUT, "was not up within 30s; it waited for READY=1");
    launched(REPORTED.withHealthCheck(true))
        .ready(0)
        .timer(0)
        .hasCause(0, Kind.START_TIMEOUT, "it waited for its health check");
  }

  @Test
  void startTimeoutIsExtendedAndNeverShortened() {
    StateMachineScenario scenario = launched(REPORTED);
    Duration dueAt = scenario.current(0).timer().orElseThrow().dueAt();
    scenario.extendStart(0, Duration.ofSeconds(10)).hasEffects();
    assertThat(scenario.current(0).timer().orElseThrow().dueAt()).isEqualTo(dueAt);
    scenario.extendStart(0, Duration.ofSeconds(50));
    assertThat(scenario.current(0).timer().orElseThrow().dueAt()).isEqualTo(dueAt.plusSeconds(20));
  }

  @Test
  void exitWithSuccessBeforeTheReportIsAFailure() {
    launched(REPORTED)
        .exitsCompletely(0, 0)
        .hasStates(BACKOFF)
        .hasCause(0, Kind.START_FAILED, "exit code 0, before it was ready; it waited for READY=1");
  }

  @Test
  void exitWithTheCodeThatDisablesRestartsStillDoes() {
    launched(REPORTED).exitsCompletely(0, 125).hasStates(FAILED);
  }

  @Test
  void oneshotMayExitWithoutReport() {
    launched(REPORTED.oneshot()).exitsCompletely(0, 0).hasStates(EXITED);
  }

  @Test
  void exitAfterTheReportFollowsThePolicy() {
    launched(REPORTED).ready(0).exitsCompletely(0, 0).hasStates(EXITED);
  }

  @Test
  void leavingProcessIsUnavailableAndNotChecked() {
    StateMachineScenario scenario =
        launched(REPORTED.withHealthCheck(true)).ready(0).healthy(0).hasStates(RUNNING);
    scenario.handle(new FsmEvent.Leaving("web-1", scenario.generation(0)));
    scenario.hasStates(RUNNING).hasEffects(new Effect.StopHealthCheck("web-1", 1));
    assertThat(scenario.current().isUnhealthy()).isTrue();
    scenario.restart().treeTerminated(0).launched(0).ready(0).healthy(0).hasStates(RUNNING);
    assertThat(scenario.current().isUnhealthy()).isFalse();
  }

  @Test
  void processThatHasLeftDoesNotMakeItsServiceUnavailable() {
    StateMachineScenario scenario = launched(REPORTED.oneshot()).ready(0).hasStates(RUNNING);
    scenario.handle(new FsmEvent.Leaving("web-1", scenario.generation(0)));
    scenario.exitsCompletely(0, 0).hasStates(EXITED);
    assertThat(scenario.current().isUnhealthy()).isFalse();
  }

  @Test
  void reportIsNeededAgainAfterARestart() {
    StateMachineScenario scenario = launched(REPORTED).ready(0).restart().treeTerminated(0);
    scenario.launched(0).hasStates(STARTING).ready(0).hasStates(RUNNING);
  }

  private static StateMachineScenario adopted(PolicyBuilder policy, boolean ready) {
    RunningProcess running =
        new RunningProcess(new ProcessIdentity(100, 1, "boot"), Instant.EPOCH, LimitReport.none());
    RecoveredProcess recovered =
        new RecoveredProcess(
            true, Trace.ALIVE, Optional.of(running), false, ready, Optional.empty(), "former");
    return StateMachineScenario.of(policy).handle(new FsmEvent.Recovered("web-1", recovered));
  }

  @Test
  void adoptedProcessThatWasReadyStaysReady() {
    adopted(REPORTED, true).hasStates(RUNNING);
  }

  @Test
  void adoptedProcessThatWasNotReadyKeepsWaiting() {
    StateMachineScenario scenario = adopted(REPORTED, false).hasStates(STARTING);
    assertThat(scenario.current(0).awaits()).hasValue("READY=1 of sd_notify(3)");
    scenario.ready(0).hasStates(RUNNING);
    adopted(REPORTED, false).timer(0).hasStates(STOPPING);
  }

  @Test
  void adoptedProcessWithoutReportNeedsNone() {
    adopted(PolicyBuilder.simple(), false).hasStates(RUNNING);
  }

  @Test
  void adoptedReadyProcessIsCheckedAgain() {
    adopted(REPORTED.withHealthCheck(true), true).hasStates(STARTING).healthy(0).hasStates(RUNNING);
    adopted(REPORTED.withHealthCheck(true), false).healthy(0).hasStates(STARTING);
  }
}
