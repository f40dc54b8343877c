package io.luhproc.supervisor.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.RestartStrategy;
import io.luhproc.supervisor.state.ServiceFsmState.RestartGroup;
import io.luhproc.supervisor.state.StateTimer.Purpose;
import io.luhproc.supervisor.state.StopPlan.AfterStop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every want, state, plan and input: held against a table, and against the invariants. */
class TransitionTableTest {
  private static final Duration NOW = Duration.ofHours(1);
  private static final long GENERATION = 7;

  /*
   * What one process with a check, retried after a pause, becomes while its gate is open; a dot
   * where nothing changes, an exclamation mark where it is killed at once. Rows are what it was:
   * launching (no answer yet), starting (not yet healthy), stuck (failed, something lives; "off"
   * where it was not wanted), and stopping by plan: l- while its launch is in flight, g- while its
   * tree is going.
   */
  private static final String REQUESTS =
      """
                start      restart    stop       kill       gate       adopted
      inactive  launching  launching  .          .          .          starting
      blocked   launching  launching  inactive   inactive   launching  starting
      launching .          l-launch   l-rest     l-rest     .          .
      starting  .          g-launch   g-rest     g-rest!    .          .
      running   .          g-launch   g-rest     g-rest!    .          .
      backoff   launching  launching  inactive   inactive   .          starting
      exited    launching  launching  inactive   inactive   .          starting
      failed    launching  launching  inactive   inactive   .          starting
      stuck     g-launch   g-launch   g-rest     g-rest!    .          .
      stuck-off g-launch   g-launch   g-rest     g-rest!    .          .
      l-rest    l-launch   l-launch   l-rest     l-rest     .          .
      l-launch  l-launch   l-launch   l-rest     l-rest     .          .
      l-judge   l-launch   l-launch   l-rest     l-rest     .          .
      l-regroup l-launch   l-launch   l-rest     l-rest     .          .
      l-fail    l-launch   l-launch   l-rest     l-rest     .          .
      g-rest    g-launch   g-launch   g-rest     g-rest!    .          .
      g-launch  g-launch   g-launch   g-rest     g-rest!    .          .
      g-judge   g-launch   g-launch   g-rest     g-rest!    .          .
      g-regroup g-launch   g-launch   g-rest     g-rest!    .          .
      g-fail    g-launch   g-launch   g-rest     g-rest!    .          .
      """;

  private static final String LAUNCH_AND_END =
      """
                launched   unlaunched hopeless   exited     gone       stuck
      inactive  .          .          .          .          .          .
      blocked   .          .          .          .          .          .
      launching starting   backoff    backoff    g-judge    .          .
      starting  .          .          .          g-judge    .          .
      running   .          .          .          g-judge    .          .
      backoff   .          .          .          .          .          .
      exited    .          .          .          .          .          .
      failed    .          .          .          .          .          .
      stuck     .          .          .          .          failed     .
      stuck-off .          .          .          .          inactive   .
      l-rest    g-rest     inactive   inactive   g-rest     .          .
      l-launch  g-launch   launching  launching  g-launch   .          .
      l-judge   g-judge    backoff    backoff    g-judge    .          .
      l-regroup g-regroup  backoff    backoff    g-regroup  .          .
      l-fail    g-fail     failed     failed     g-fail     .          .
      g-rest    .          .          .          .          inactive   stuck-off
      g-launch  .          .          .          .          launching  stuck
      g-judge   .          .          .          .          backoff    stuck
      g-regroup .          .          .          .          backoff    stuck
      g-fail    .          .          .          .          failed     stuck
      """;

  private static final String HEALTH_AND_TIMERS =
      """
                healthy    unhealthy  memory     overdue    settled    rested
      inactive  .          .          .          .          .          .
      blocked   .          .          .          .          .          .
      launching .          l-judge    l-judge    l-judge    .          .
      starting  running    g-judge    g-judge    g-judge    .          .
      running   .          g-judge    g-judge    .          .          .
      backoff   .          .          .          .          .          launching
      exited    .          .          .          .          .          .
      failed    .          .          .          .          .          .
      stuck     .          .          .          .          .          .
      stuck-off .          .          .          .          .          .
      l-rest    .          .          .          .          .          .
      l-launch  .          .          .          .          .          .
      l-judge   .          .          .          .          .          .
      l-regroup .          .          .          .          .          .
      l-fail    .          .          .          .          .          .
      g-rest    .          .          .          .          .          .
      g-launch  .          .          .          .          .          .
      g-judge   .          .          .          .          .          .
      g-regroup .          .          .          .          .          .
      g-fail    .          .          .          .          .          .
      """;

  @Test
  void everyRequestFollowsTable() {
    assertThat(table("start", "restart", "stop", "kill", "gate", "adopted")).isEqualTo(REQUESTS);
  }

  @Test
  void everyLaunchAndExitFollowsTable() {
    assertThat(table("launched", "unlaunched", "hopeless", "exited", "gone", "stuck"))
        .isEqualTo(LAUNCH_AND_END);
  }

  @Test
  void everyCheckResultAndTimerFollowsTable() {
    assertThat(table("healthy", "unhealthy", "memory", "overdue", "settled", "rested"))
        .isEqualTo(HEALTH_AND_TIMERS);
  }

  private static String table(String... columns) {
    ServicePolicy policy = PolicyBuilder.simple().withHealthCheck(true).build();
    StringBuilder text = new StringBuilder(row("", List.of(columns)));
    states()
        .forEach(
            (name, state) -> {
              List<String> cells = new ArrayList<>();
              for (String column : columns) {
                cells.add(cell(policy, state, events().get(column)));
              }
              text.append(row(name, cells));
            });
    return text.toString();
  }

  private static String row(String name, Iterable<String> cells) {
    StringBuilder row = new StringBuilder("%-10s".formatted(name));
    cells.forEach(it -> row.append("%-11s".formatted(it)));
    return row.toString().stripTrailing() + "\n";
  }

  private static String cell(ServicePolicy policy, ProcessFsmState before, FsmEvent event) {
    ServiceFsmState state = service(List.of(before), new DependencyState.Satisfied());
    Transition transition = ServiceStateMachine.transition(policy, state, event, NOW, () -> 0);
    TransitionInvariants.check(policy, state, event, transition);
    ProcessFsmState after = transition.next().processes().get(0);
    String kills = transition.effects().stream().anyMatch(TransitionTableTest::kills) ? "!" : "";
    boolean same = after.equals(before) && transition.effects().isEmpty();
    return same ? "." : name(after) + kills;
  }

  private static boolean kills(Effect effect) {
    return effect instanceof Effect.StopTree stop && stop.killAtOnce();
  }

  private static String name(ProcessFsmState state) {
    return switch (state.state()) {
      case INACTIVE -> "inactive";
      case BLOCKED -> "blocked";
      case STARTING -> state.is(OsState.SPAWNING) ? "launching" : "starting";
      case RUNNING -> state.incarnation().unhealthy() ? "ill" : "running";
      case BACKOFF -> state.awaitsGroup() ? "grouping" : "backoff";
      case EXITED -> "exited";
      case FAILED ->
          state.is(OsState.UNKILLABLE) ? (state.desiredUp() ? "stuck" : "stuck-off") : "failed";
      case STOPPING -> {
        String plan = state.stopPlan().orElseThrow().afterStop().name().toLowerCase(Locale.ROOT);
        yield (state.is(OsState.SPAWNING) ? "l-" : "g-") + plan;
      }
    };
  }

  /** Returns every life there is, by name; the constructor of a life refuses the others. */
  private static Map<String, ProcessFsmState> states() {
    List<ProcessFsmState> processStates = new ArrayList<>();
    for (ProcessState state : ProcessState.values()) {
      for (OsState osState : OsState.values()) {
        addIfLegal(processStates, true, state, osState, Optional.empty());
        addIfLegal(processStates, false, state, osState, Optional.empty());
      }
    }
    for (OsState osState : OsState.values()) {
      for (AfterStop then : AfterStop.values()) {
        StopPlan stopPlan = new StopPlan(then, Cause.exitCode(1), OptionalInt.of(1));
        boolean desiredUp = then != AfterStop.STAY_DOWN;
        addIfLegal(processStates, desiredUp, ProcessState.STOPPING, osState, Optional.of(stopPlan));
      }
    }
    Map<String, ProcessFsmState> byName = new LinkedHashMap<>();
    processStates.forEach(it -> byName.putIfAbsent(name(it), it));
    return byName;
  }

  private static void addIfLegal(
      List<ProcessFsmState> processStates,
      boolean desiredUp,
      ProcessState state,
      OsState osState,
      Optional<StopPlan> stopPlan) {
    Incarnation incarnation = new Incarnation(GENERATION, osState, NOW, false, false);
    try {
      Optional<StateTimer> timer = timer(state);
      processStates.add(
          new ProcessFsmState(
              desiredUp, state, Cause.exitCode(1), incarnation, 1, stopPlan, timer));
    } catch (IllegalArgumentException ignored) {
      // There is no such life.
    }
  }

  private static Optional<StateTimer> timer(ProcessState state) {
    return switch (state) {
      case STARTING -> Optional.of(new StateTimer(Purpose.START_TIMEOUT, GENERATION, NOW));
      case BACKOFF -> Optional.of(new StateTimer(Purpose.BACKOFF, GENERATION, NOW));
      case INACTIVE, BLOCKED, RUNNING, STOPPING, EXITED, FAILED -> Optional.empty();
    };
  }

  private static Map<String, FsmEvent> events() {
    Set<Integer> it = Set.of(0);
    Map<String, FsmEvent> inputs = new LinkedHashMap<>();
    inputs.put("start", new FsmEvent.Start(it, "wanted"));
    inputs.put("restart", new FsmEvent.Restart(it, "wanted"));
    inputs.put("stop", new FsmEvent.Stop(it, "wanted"));
    inputs.put("kill", new FsmEvent.Kill(it, "wanted"));
    inputs.put("gate", new FsmEvent.DependenciesChanged(new DependencyState.Satisfied()));
    inputs.put("launched", new FsmEvent.Launched(0, GENERATION));
    inputs.put("unlaunched", new FsmEvent.LaunchFailed(0, GENERATION, "no such file"));
    inputs.put("hopeless", new FsmEvent.LaunchFailed(0, GENERATION, "no such file", false));
    Cause cause = Cause.exitCode(1);
    inputs.put("exited", new FsmEvent.Exited(0, GENERATION, cause, OptionalInt.of(1)));
    inputs.put("gone", new FsmEvent.TreeTerminated(0, GENERATION));
    inputs.put("stuck", new FsmEvent.TreeUnkillable(0, GENERATION, "pid 7"));
    inputs.put("healthy", new FsmEvent.Healthy(0, GENERATION));
    inputs.put("unhealthy", new FsmEvent.Unhealthy(0, GENERATION, "refused"));
    inputs.put("memory", new FsmEvent.MemoryLimitExceeded(0, GENERATION, "65 MiB"));
    inputs.put("overdue", fired(Purpose.START_TIMEOUT));
    inputs.put("settled", fired(Purpose.MIN_READY));
    inputs.put("rested", fired(Purpose.BACKOFF));
    inputs.put("adopted", new FsmEvent.Adopted(0, GENERATION + 1));
    return inputs;
  }

  private static FsmEvent fired(Purpose purpose) {
    return new FsmEvent.TimerFired(0, new StateTimer(purpose, GENERATION, NOW));
  }

  private static ServiceFsmState service(
      List<ProcessFsmState> processStates, DependencyState dependencies) {
    boolean grouped =
        processStates.stream()
            .anyMatch(it -> it.isStoppingTo(AfterStop.JOIN_GROUP) || it.awaitsGroup());
    Optional<RestartGroup> group =
        grouped ? Optional.of(new RestartGroup(0, PolicyBuilder.DELAY)) : Optional.empty();
    return new ServiceFsmState(processStates, dependencies, List.of(), group);
  }

  @Test
  void everyEventOfOtherGenerationIsIgnored() {
    ServicePolicy policy = PolicyBuilder.simple().withHealthCheck(true).build();
    states()
        .values()
        .forEach(
            state -> {
              Incarnation incarnation =
                  Incarnation.start(GENERATION + 1, state.incarnation().osState());
              ProcessFsmState later =
                  state
                      .timer(state.timer().map(TransitionTableTest::withNextGeneration))
                      .incarnation(incarnation);
              events()
                  .forEach(
                      (name, event) -> {
                        if (event instanceof FsmEvent.ProcessEvent) {
                          assertThat(cell(policy, later, event)).as(name).isEqualTo(".");
                        }
                      });
            });
  }

  private static StateTimer withNextGeneration(StateTimer timer) {
    return new StateTimer(timer.purpose(), GENERATION + 1, timer.dueAt());
  }

  @Test
  void everyPolicyStatePairAndEventKeepsInvariants() {
    int steps = 0;
    for (PolicyBuilder policy : policies()) {
      for (DependencyState dependencies : dependencyStates()) {
        for (ProcessFsmState first : states().values()) {
          for (ProcessFsmState second : groupedStates()) {
            steps += checkAll(policy.build(), service(List.of(first, second), dependencies));
          }
        }
      }
    }
    assertThat(steps).isGreaterThan(100_000);
  }

  private static List<ProcessFsmState> groupedStates() {
    List<ProcessFsmState> processStates = new ArrayList<>(states().values());
    ProcessFsmState resting = states().get("backoff");
    processStates.add(resting.timer(Optional.empty()));
    return processStates;
  }

  private static int checkAll(ServicePolicy policy, ServiceFsmState before) {
    int steps = 0;
    for (FsmEvent event : events().values()) {
      Transition transition =
          ServiceStateMachine.transition(policy, before, event, NOW.plusSeconds(5), () -> 1);
      TransitionInvariants.check(policy, before, event, transition);
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
        all.add(
            even ? builders : builders.withHealthCheck(true).intensity(1, Duration.ofSeconds(10)));
      }
    }
    return all;
  }
}
