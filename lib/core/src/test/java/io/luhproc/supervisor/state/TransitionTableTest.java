package io.luhproc.supervisor.state;

import static io.luhproc.supervisor.state.ProcessStates.GENERATION;
import static io.luhproc.supervisor.state.ProcessStates.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.Cause;
import io.luhproc.service.Readiness;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.RestartStrategy;
import io.luhproc.supervisor.state.ProcessFsmState.Incarnation;
import io.luhproc.supervisor.state.ProcessFsmState.StateTimer;
import io.luhproc.supervisor.state.ProcessFsmState.StateTimer.Purpose;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every state of a process and every event, held against tables and against the invariants. */
class TransitionTableTest {
  private static final ProcessInstance CHECKED =
      ProcessInstance.of(PolicyBuilder.simple().withHealthCheck(true).build()).get(0);
  private static final String NAME = CHECKED.name();

  // What one process with a health check becomes while its dependencies are up: see ProcessStates.
  private static final String REQUESTS =
      """
                start      restart    stop       kill       satisfied  waiting    failed
      inactive  launching  launching  .          .          .          .          .
      blocked   launching  launching  inactive   inactive   launching  blocked    failed
      launching .          l-start    l-down     l-down     .          .          .
      starting  .          g-start    g-down     g-down!    .          .          .
      running   .          g-start    g-down     g-down!    .          .          .
      backoff   launching  launching  inactive   inactive   .          .          .
      exited    launching  launching  inactive   inactive   .          .          .
      failed    launching  launching  inactive   inactive   .          .          .
      l-down    l-start    l-start    l-down     l-down     .          .          .
      l-start   l-start    l-start    l-down     l-down     .          .          .
      l-policy  l-start    l-start    l-down     l-down     .          .          .
      l-group   l-start    l-start    l-down     l-down     .          .          .
      l-fail    l-start    l-start    l-down     l-down     .          .          .
      g-down    g-start    g-start    g-down     g-down!    .          .          .
      g-start   g-start    g-start    g-down     g-down!    .          .          .
      g-policy  g-start    g-start    g-down     g-down!    .          .          .
      g-group   g-start    g-start    g-down     g-down!    .          .          .
      g-fail    g-start    g-start    g-down     g-down!    .          .          .
      s-down    g-start    g-start    g-down     g-down!    .          .          .
      s-start   g-start    g-start    g-down     g-down!    .          .          .
      s-policy  g-start    g-start    g-down     g-down!    .          .          .
      s-group   g-start    g-start    g-down     g-down!    .          .          .
      s-fail    g-start    g-start    g-down     g-down!    .          .          .
      """;

  private static final String LAUNCH_AND_END =
      """
                launched   unlaunched hopeless   exited     gone       unkillable
      inactive  .          .          .          .          .          .
      blocked   .          .          .          .          .          .
      launching starting   backoff    backoff    g-policy   .          .
      starting  .          .          .          g-policy   .          .
      running   .          .          .          g-policy   .          .
      backoff   .          .          .          .          .          .
      exited    .          .          .          .          .          .
      failed    .          .          .          .          .          .
      l-down    g-down     inactive   inactive   g-down     .          .
      l-start   g-start    launching  launching  g-start    .          .
      l-policy  g-policy   backoff    backoff    g-policy   .          .
      l-group   g-group    backoff    backoff    g-group    .          .
      l-fail    g-fail     failed     failed     g-fail     .          .
      g-down    .          .          .          g-down     inactive   s-down
      g-start   .          .          .          g-start    launching  s-start
      g-policy  .          .          .          g-policy   backoff    s-policy
      g-group   .          .          .          g-group    backoff    s-group
      g-fail    .          .          .          g-fail     failed     s-fail
      s-down    .          .          .          .          inactive   s-down
      s-start   .          .          .          .          launching  s-start
      s-policy  .          .          .          .          backoff    s-policy
      s-group   .          .          .          .          failed     s-group
      s-fail    .          .          .          .          failed     s-fail
      """;

  private static final String HEALTH_AND_TIMERS =
      """
                healthy    unhealthy  memory     overdue    ready      backoff    retry
      inactive  .          .          .          .          .          .          .
      blocked   .          .          .          .          .          .          .
      launching .          l-policy   l-policy   l-policy   .          .          .
      starting  running    g-policy   g-policy   g-policy   .          .          .
      running   .          g-policy   g-policy   .          .          .          .
      backoff   .          .          .          .          .          launching  .
      exited    .          .          .          .          .          .          .
      failed    .          .          .          .          .          .          .
      l-down    .          .          .          .          .          .          .
      l-start   .          .          .          .          .          .          .
      l-policy  .          .          .          .          .          .          .
      l-group   .          .          .          .          .          .          .
      l-fail    .          .          .          .          .          .          .
      g-down    .          .          .          .          .          .          .
      g-start   .          .          .          .          .          .          .
      g-policy  .          .          .          .          .          .          .
      g-group   .          .          .          .          .          .          .
      g-fail    .          .          .          .          .          .          .
      s-down    .          .          .          .          .          .          s-down!
      s-start   .          .          .          .          .          .          s-start!
      s-policy  .          .          .          .          .          .          s-policy!
      s-group   .          .          .          .          .          .          s-group!
      s-fail    .          .          .          .          .          .          s-fail!
      """;

  private static final String PAUSES =
      """
                paused     resumed
      inactive  .          .
      blocked   .          .
      launching .          .
      starting  starting   .
      running   running    .
      backoff   .          .
      exited    .          .
      failed    .          .
      l-down    .          .
      l-start   .          .
      l-policy  .          .
      l-group   .          .
      l-fail    .          .
      g-down    .          .
      g-start   .          .
      g-policy  .          .
      g-group   .          .
      g-fail    .          .
      s-down    .          .
      s-start   .          .
      s-policy  .          .
      s-group   .          .
      s-fail    .          .
      """;

  @Test
  void everyRequestFollowsTable() {
    assertTable(REQUESTS, "start", "restart", "stop", "kill", "satisfied", "waiting", "failed");
  }

  @Test
  void everyLaunchAndExitFollowsTable() {
    assertTable(
        LAUNCH_AND_END, "launched", "unlaunched", "hopeless", "exited", "gone", "unkillable");
  }

  @Test
  void everyCheckResultAndTimerFollowsTable() {
    assertTable(
        HEALTH_AND_TIMERS,
        "healthy",
        "unhealthy",
        "memory",
        "overdue",
        "ready",
        "backoff",
        "retry");
  }

  @Test
  void everyPauseFollowsTable() {
    assertTable(PAUSES, "paused", "resumed");
  }

  private static void assertTable(String expected, String... columns) {
    Map<String, FsmEvent> chosen = new LinkedHashMap<>();
    List.of(columns).forEach(it -> chosen.put(it, events().get(it)));
    assertThat(ProcessStates.table(CHECKED, ProcessStates::service, chosen)).isEqualTo(expected);
  }

  private static Map<String, FsmEvent> events() {
    Set<String> one = Set.of(NAME);
    Map<String, FsmEvent> events = new LinkedHashMap<>();
    events.put("start", new FsmEvent.Start(one, "requested"));
    events.put("restart", new FsmEvent.Restart(one, "requested"));
    events.put("stop", new FsmEvent.Stop(one, "requested"));
    events.put("kill", new FsmEvent.Kill(one, "requested"));
    events.put("satisfied", new FsmEvent.DependenciesChanged(new DependencyState.Satisfied()));
    events.put(
        "waiting", new FsmEvent.DependenciesChanged(new DependencyState.Waiting(List.of("db"))));
    events.put(
        "failed",
        new FsmEvent.DependenciesChanged(new DependencyState.Failed("db", "exit code 1")));
    events.put("launched", new FsmEvent.Launched(NAME, GENERATION));
    events.put("unlaunched", new FsmEvent.LaunchFailed(NAME, GENERATION, "no such file"));
    events.put("hopeless", new FsmEvent.LaunchFailed(NAME, GENERATION, "no such file", false));
    Cause cause = Cause.exitCode(1);
    events.put("exited", new FsmEvent.Exited(NAME, GENERATION, cause, OptionalInt.of(1)));
    events.put("gone", new FsmEvent.TreeTerminated(NAME, GENERATION));
    events.put("unkillable", new FsmEvent.TreeUnkillable(NAME, GENERATION, "pid 7"));
    events.put("healthy", new FsmEvent.Healthy(NAME, GENERATION));
    events.put("unhealthy", new FsmEvent.Unhealthy(NAME, GENERATION, "refused"));
    events.put("memory", new FsmEvent.MemoryLimitExceeded(NAME, GENERATION, "65 MiB"));
    events.put("overdue", fired(Purpose.START_TIMEOUT));
    events.put("ready", fired(Purpose.MIN_READY));
    events.put("backoff", fired(Purpose.BACKOFF));
    events.put("retry", fired(Purpose.RETRY_STOP));
    events.put("paused", new FsmEvent.Paused(NAME, GENERATION, true));
    events.put("resumed", new FsmEvent.Paused(NAME, GENERATION, false));
    events.put("reported", new FsmEvent.Ready(NAME, GENERATION));
    events.put("more", new FsmEvent.StartTimeoutExtended(NAME, GENERATION, Duration.ofMinutes(5)));
    events.put("leaving", new FsmEvent.Leaving(NAME, GENERATION));
    events.put("recovered", new FsmEvent.Recovered(NAME, RecoveryTableTest.ALIVE));
    return events;
  }

  private static FsmEvent fired(Purpose purpose) {
    return new FsmEvent.TimerFired(NAME, new StateTimer(purpose, GENERATION, NOW));
  }

  @Test
  void everyEventOfOtherGenerationIsIgnored() {
    for (ProcessFsmState state : ProcessStates.all(CHECKED).values()) {
      Incarnation later = Incarnation.none(GENERATION).nextLaunch(state.incarnation().osState());
      ProcessFsmState relaunched =
          state
              .timer(state.timer().map(TransitionTableTest::withNextGeneration))
              .incarnation(later);
      events()
          .forEach(
              (name, event) -> {
                if (event instanceof FsmEvent.ProcessEvent) {
                  assertThat(ProcessStates.cell(ProcessStates.service(relaunched), event))
                      .as(name)
                      .isEqualTo(".");
                }
              });
    }
  }

  private static StateTimer withNextGeneration(StateTimer timer) {
    return new StateTimer(timer.purpose(), GENERATION + 1, timer.dueAt());
  }

  @Test
  void everyPolicyStatePairAndEventKeepsInvariants() {
    int steps = 0;
    for (PolicyBuilder policy : policies()) {
      List<ProcessInstance> instances = ProcessInstance.of(policy.build());
      for (DependencyState dependencies : dependencyStates()) {
        for (ProcessFsmState first : ProcessStates.all(instances.get(0)).values()) {
          for (ProcessFsmState second : groupedStates(instances.get(1))) {
            steps += checkAll(ProcessStates.service(List.of(first, second), dependencies));
          }
        }
      }
    }
    assertThat(steps).isGreaterThan(100_000);
  }

  private static List<ProcessFsmState> groupedStates(ProcessInstance instance) {
    Map<String, ProcessFsmState> all = ProcessStates.all(instance);
    List<ProcessFsmState> states = new ArrayList<>(all.values());
    states.add(Objects.requireNonNull(all.get("backoff")).timer(Optional.empty()));
    return states;
  }

  private static int checkAll(ServiceFsmState before) {
    int steps = 0;
    for (FsmEvent event : events().values()) {
      Transition transition =
          ServiceStateMachine.transition(before, event, NOW.plusSeconds(5), () -> 1);
      TransitionInvariants.check(before, event, transition);
      steps++;
    }
    return steps;
  }

  private static List<DependencyState> dependencyStates() {
    return List.of(
        new DependencyState.Satisfied(),
        new DependencyState.Waiting(List.of("db")),
        new DependencyState.Failed("db", "exit code 1"));
  }

  private static List<PolicyBuilder> policies() {
    List<RestartPolicy> policies =
        List.of(
            RestartPolicy.onFailure(),
            RestartPolicy.always().delay(Duration.ZERO),
            RestartPolicy.never(),
            RestartPolicy.onFailure().maxRetries(1));
    List<PolicyBuilder> all = new ArrayList<>();
    for (RestartPolicy policy : policies) {
      for (RestartStrategy strategy : RestartStrategy.values()) {
        PolicyBuilder builders = PolicyBuilder.of(policy).processes(2, strategy);
        boolean even = all.size() % 2 == 0;
        if (all.size() % 3 == 2) {
          builders = builders.with(process -> process.ready(Readiness.sdNotify()));
        }
        all.add(
            even ? builders : builders.withHealthCheck(true).intensity(1, Duration.ofSeconds(10)));
      }
    }
    return all;
  }
}
