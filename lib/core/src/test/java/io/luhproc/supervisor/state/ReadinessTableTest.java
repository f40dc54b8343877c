package io.luhproc.supervisor.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.ProcessSpec;
import io.luhproc.service.Readiness;
import io.luhproc.supervisor.state.ProcessFsmState.StateTimer;
import io.luhproc.supervisor.state.ProcessFsmState.StateTimer.Purpose;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every report of a process, in every state of a process that must report its readiness. */
class ReadinessTableTest {
  private static final long GENERATION = ProcessStates.GENERATION;

  // Without a health check.
  private static final String REPORTS =
      """
                launched   ready      stale      more       leaving    healthy    overdue
      inactive  .          .          .          .          .          .          .
      blocked   .          .          .          .          .          .          .
      launching starting   launching  .          launching  launching  .          l-policy
      starting  .          running    .          starting   starting   .          g-policy
      running   .          .          .          .          running    .          .
      backoff   .          .          .          .          .          .          .
      exited    .          .          .          .          .          .          .
      failed    .          .          .          .          .          .          .
      l-down    g-down     .          .          .          .          .          .
      l-start   g-start    .          .          .          .          .          .
      l-policy  g-policy   .          .          .          .          .          .
      l-group   g-group    .          .          .          .          .          .
      l-fail    g-fail     .          .          .          .          .          .
      g-down    .          .          .          .          .          .          .
      g-start   .          .          .          .          .          .          .
      g-policy  .          .          .          .          .          .          .
      g-group   .          .          .          .          .          .          .
      g-fail    .          .          .          .          .          .          .
      s-down    .          .          .          .          .          .          .
      s-start   .          .          .          .          .          .          .
      s-policy  .          .          .          .          .          .          .
      s-group   .          .          .          .          .          .          .
      s-fail    .          .          .          .          .          .          .
      """;

  private static ProcessInstance instance() {
    PolicyBuilder policy = PolicyBuilder.simple().with(ReadinessTableTest::reported);
    return ProcessInstance.of(policy.build()).get(0);
  }

  private static ProcessSpec.Builder reported(ProcessSpec.Builder process) {
    return process.ready(Readiness.sdNotify());
  }

  private static Map<String, FsmEvent> events(String name) {
    Map<String, FsmEvent> events = new LinkedHashMap<>();
    events.put("launched", new FsmEvent.Launched(name, GENERATION));
    events.put("ready", new FsmEvent.Ready(name, GENERATION));
    events.put("stale", new FsmEvent.Ready(name, GENERATION - 1));
    Duration more = Duration.ofMinutes(5);
    events.put("more", new FsmEvent.StartTimeoutExtended(name, GENERATION, more));
    events.put("leaving", new FsmEvent.Leaving(name, GENERATION));
    events.put("healthy", new FsmEvent.Healthy(name, GENERATION));
    StateTimer timer = new StateTimer(Purpose.START_TIMEOUT, GENERATION, ProcessStates.NOW);
    events.put("overdue", new FsmEvent.TimerFired(name, timer));
    return events;
  }

  @Test
  void everyReportFollowsTable() {
    ProcessInstance instance = instance();
    assertThat(ProcessStates.table(instance, ProcessStates::service, events(instance.name())))
        .isEqualTo(REPORTS);
  }
}
