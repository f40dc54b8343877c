package io.luhproc.supervisor.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.limits.LimitReport;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.supervisor.state.RecoveredProcess.Trace;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Every kind of remains of a former supervisor, found in every state of a process. */
class RecoveryTableTest {
  private static final RunningProcess RUNNING =
      new RunningProcess(new ProcessIdentity(100, 1, "boot"), Instant.EPOCH, LimitReport.none());

  /** A process that is alive and wanted. */
  static final RecoveredProcess ALIVE = recovered(true, Trace.ALIVE);

  private static final ProcessInstance CHECKED =
      ProcessInstance.of(PolicyBuilder.simple().withHealthCheck(true).build()).get(0);

  private static final String WANTED =
      """
                none       launched   alive      leftovers
      inactive  launching  g-policy   starting   g-start
      blocked   launching  g-policy   starting   g-start
      launching .          .          .          .
      starting  .          .          .          .
      running   .          .          .          .
      backoff   launching  g-policy   starting   g-start
      exited    launching  g-policy   starting   g-start
      failed    launching  g-policy   starting   g-start
      l-down    .          .          .          .
      l-start   .          .          .          .
      l-policy  .          .          .          .
      l-group   .          .          .          .
      l-fail    .          .          .          .
      g-down    .          .          .          .
      g-start   .          .          .          .
      g-policy  .          .          .          .
      g-group   .          .          .          .
      g-fail    .          .          .          .
      s-down    .          .          .          .
      s-start   .          .          .          .
      s-policy  .          .          .          .
      s-group   .          .          .          .
      s-fail    .          .          .          .
      """;

  private static final String NOT_WANTED =
      """
                none       launched   alive      leftovers
      inactive  .          .          g-down     g-down
      blocked   .          .          g-down     g-down
      launching .          .          .          .
      starting  .          .          .          .
      running   .          .          .          .
      backoff   .          .          g-down     g-down
      exited    .          .          g-down     g-down
      failed    .          .          g-down     g-down
      l-down    .          .          .          .
      l-start   .          .          .          .
      l-policy  .          .          .          .
      l-group   .          .          .          .
      l-fail    .          .          .          .
      g-down    .          .          .          .
      g-start   .          .          .          .
      g-policy  .          .          .          .
      g-group   .          .          .          .
      g-fail    .          .          .          .
      s-down    .          .          .          .
      s-start   .          .          .          .
      s-policy  .          .          .          .
      s-group   .          .          .          .
      s-fail    .          .          .          .
      """;

  private static RecoveredProcess recovered(boolean desiredUp, Trace trace) {
    return new RecoveredProcess(
        desiredUp,
        trace,
        trace == Trace.ALIVE ? Optional.of(RUNNING) : Optional.empty(),
        false,
        false,
        trace == Trace.LAUNCHED
            ? Optional.of(ProcessEnd.ofExitStatus(Instant.EPOCH, 1))
            : Optional.empty(),
        "former");
  }

  private static String table(boolean desiredUp) {
    Map<String, FsmEvent> columns = new LinkedHashMap<>();
    for (Trace trace : Trace.values()) {
      columns.put(
          trace.name().toLowerCase(java.util.Locale.ROOT),
          new FsmEvent.Recovered(CHECKED.name(), recovered(desiredUp, trace)));
    }
    return ProcessStates.table(CHECKED, ProcessStates::service, columns);
  }

  @Test
  void everyTraceOfWantedProcessFollowsTable() {
    assertThat(table(true)).isEqualTo(WANTED);
  }

  @Test
  void everyTraceOfUnwantedProcessFollowsTable() {
    assertThat(table(false)).isEqualTo(NOT_WANTED);
  }

  private static Transition recover(DependencyState dependencies, RecoveredProcess recovered) {
    ServiceFsmState service = ServiceFsmState.initial(CHECKED.service(), dependencies);
    return ServiceStateMachine.transition(
        service, new FsmEvent.Recovered(CHECKED.name(), recovered), ProcessStates.NOW, () -> 0);
  }

  @Test
  void wantedProcessWaitsForItsDependencies() {
    DependencyState waiting = new DependencyState.Waiting(List.of("db"));
    Transition transition = recover(waiting, recovered(true, Trace.NONE));
    assertThat(ProcessStates.name(transition.next().processes().get(0))).isEqualTo("blocked");
  }

  @Test
  void exitOfFormerProcessIsJudgedByRestartPolicy() {
    Transition transition =
        recover(new DependencyState.Satisfied(), recovered(true, Trace.LAUNCHED));
    ProcessFsmState process = transition.next().processes().get(0);
    assertThat(process.cause().detail()).isEqualTo("exit code 1");
    assertThat(process.incarnation().exitCode()).hasValue(1);
    assertThat(process.incarnation().launches()).isEqualTo(1);
  }

  @Test
  void frozenProcessIsAdoptedPausedWithoutHealthCheck() {
    Transition transition = recover(new DependencyState.Satisfied(), ALIVE.asPaused());
    assertThat(transition.next().processes().get(0).incarnation().paused()).isTrue();
    assertThat(transition.effects()).noneMatch(Effect.StartHealthCheck.class::isInstance);
  }
}
