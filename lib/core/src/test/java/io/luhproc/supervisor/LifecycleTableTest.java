package io.luhproc.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.RestartPolicy;
import io.luhproc.service.RestartStrategy;
import io.luhproc.supervisor.LifeTimer.Purpose;
import io.luhproc.supervisor.Plan.Then;
import io.luhproc.supervisor.ServiceLife.Group;
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
class LifecycleTableTest {
  private static final Duration NOW = Duration.ofHours(1);
  private static final long GENERATION = 7;

  /*
   * What one process with a check, retried after a pause, becomes while its gate is open; a dot
   * where nothing changes, an exclamation mark where it is killed at once. Rows are what it was:
   * launching (no answer yet), starting (not yet healthy), stuck (failed, something lives; "off"
   * where it was not wanted), and stopping by plan: l- while its launch is in flight, g- while its
   * tree is going.
   */
  private static final String WISHES =
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

  private static final String WELFARE =
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
  void everyWishLeadsWhereTheTableSays() {
    assertThat(table("start", "restart", "stop", "kill", "gate", "adopted")).isEqualTo(WISHES);
  }

  @Test
  void everyLaunchAndEndLeadsWhereTheTableSays() {
    assertThat(table("launched", "unlaunched", "hopeless", "exited", "gone", "stuck"))
        .isEqualTo(LAUNCH_AND_END);
  }

  @Test
  void everyResultOfACheckAndEveryTimerLeadsWhereTheTableSays() {
    assertThat(table("healthy", "unhealthy", "memory", "overdue", "settled", "rested"))
        .isEqualTo(WELFARE);
  }

  private static String table(String... columns) {
    ServiceRules rules = Rules.simple().checked(true).build();
    StringBuilder text = new StringBuilder(row("", List.of(columns)));
    lives()
        .forEach(
            (name, life) -> {
              List<String> cells = new ArrayList<>();
              for (String column : columns) {
                cells.add(cell(rules, life, inputs().get(column)));
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

  private static String cell(ServiceRules rules, ProcessLife before, Input input) {
    ServiceLife life = service(List.of(before), new GateState.Open());
    Step step = ServiceMachine.step(rules, life, input, NOW, () -> 0);
    Invariants.check(rules, life, input, step);
    ProcessLife after = step.life().processes().get(0);
    String kills = step.actions().stream().anyMatch(LifecycleTableTest::kills) ? "!" : "";
    boolean same = after.equals(before) && step.actions().isEmpty();
    return same ? "." : name(after) + kills;
  }

  private static boolean kills(Action action) {
    return action instanceof Action.StopTree stop && stop.killAtOnce();
  }

  private static String name(ProcessLife life) {
    return switch (life.state()) {
      case INACTIVE -> "inactive";
      case BLOCKED -> "blocked";
      case STARTING -> life.is(Presence.LAUNCHING) ? "launching" : "starting";
      case RUNNING -> life.run().unhealthy() ? "ill" : "running";
      case BACKOFF -> life.awaitsGroup() ? "grouping" : "backoff";
      case EXITED -> "exited";
      case FAILED -> life.is(Presence.STUCK) ? (life.wanted() ? "stuck" : "stuck-off") : "failed";
      case STOPPING -> {
        String plan = life.plan().orElseThrow().then().name().toLowerCase(Locale.ROOT);
        yield (life.is(Presence.LAUNCHING) ? "l-" : "g-") + plan;
      }
    };
  }

  /** Returns every life there is, by name; the constructor of a life refuses the others. */
  private static Map<String, ProcessLife> lives() {
    List<ProcessLife> lives = new ArrayList<>();
    for (ProcessState state : ProcessState.values()) {
      for (Presence presence : Presence.values()) {
        addIfLegal(lives, true, state, presence, Optional.empty());
        addIfLegal(lives, false, state, presence, Optional.empty());
      }
    }
    for (Presence presence : Presence.values()) {
      for (Then then : Then.values()) {
        Plan plan = new Plan(then, Cause.exitCode(1), OptionalInt.of(1));
        boolean wanted = then != Then.REST;
        addIfLegal(lives, wanted, ProcessState.STOPPING, presence, Optional.of(plan));
      }
    }
    Map<String, ProcessLife> byName = new LinkedHashMap<>();
    lives.forEach(it -> byName.putIfAbsent(name(it), it));
    return byName;
  }

  private static void addIfLegal(
      List<ProcessLife> lives,
      boolean wanted,
      ProcessState state,
      Presence presence,
      Optional<Plan> plan) {
    Run run = new Run(GENERATION, presence, NOW, false, false);
    try {
      Optional<LifeTimer> timer = timer(state);
      lives.add(new ProcessLife(wanted, state, Cause.exitCode(1), run, 1, plan, timer));
    } catch (IllegalArgumentException ignored) {
      // There is no such life.
    }
  }

  private static Optional<LifeTimer> timer(ProcessState state) {
    return switch (state) {
      case STARTING -> Optional.of(new LifeTimer(Purpose.START_TIMEOUT, GENERATION, NOW));
      case BACKOFF -> Optional.of(new LifeTimer(Purpose.BACKOFF, GENERATION, NOW));
      case INACTIVE, BLOCKED, RUNNING, STOPPING, EXITED, FAILED -> Optional.empty();
    };
  }

  private static Map<String, Input> inputs() {
    Set<Integer> it = Set.of(0);
    Map<String, Input> inputs = new LinkedHashMap<>();
    inputs.put("start", new Input.Start(it, "wanted"));
    inputs.put("restart", new Input.Restart(it, "wanted"));
    inputs.put("stop", new Input.Stop(it, "wanted"));
    inputs.put("kill", new Input.Kill(it, "wanted"));
    inputs.put("gate", new Input.Gate(new GateState.Open()));
    inputs.put("launched", new Input.Launched(0, GENERATION));
    inputs.put("unlaunched", new Input.LaunchFailed(0, GENERATION, "no such file"));
    inputs.put("hopeless", new Input.LaunchFailed(0, GENERATION, "no such file", false));
    Cause cause = Cause.exitCode(1);
    inputs.put("exited", new Input.Exited(0, GENERATION, cause, OptionalInt.of(1)));
    inputs.put("gone", new Input.TreeGone(0, GENERATION));
    inputs.put("stuck", new Input.TreeStuck(0, GENERATION, "pid 7"));
    inputs.put("healthy", new Input.Healthy(0, GENERATION));
    inputs.put("unhealthy", new Input.Unhealthy(0, GENERATION, "refused"));
    inputs.put("memory", new Input.MemoryExceeded(0, GENERATION, "65 MiB"));
    inputs.put("overdue", fired(Purpose.START_TIMEOUT));
    inputs.put("settled", fired(Purpose.SETTLE));
    inputs.put("rested", fired(Purpose.BACKOFF));
    inputs.put("adopted", new Input.Adopted(0, GENERATION + 1));
    return inputs;
  }

  private static Input fired(Purpose purpose) {
    return new Input.TimerFired(0, new LifeTimer(purpose, GENERATION, NOW));
  }

  private static ServiceLife service(List<ProcessLife> lives, GateState gate) {
    boolean grouped = lives.stream().anyMatch(it -> it.plans(Then.REGROUP) || it.awaitsGroup());
    Optional<Group> group = grouped ? Optional.of(new Group(0, Rules.DELAY)) : Optional.empty();
    return new ServiceLife(lives, gate, List.of(), group);
  }

  @Test
  void everyReportOfAnotherLaunchIsIgnored() {
    ServiceRules rules = Rules.simple().checked(true).build();
    lives()
        .values()
        .forEach(
            life -> {
              Run run = Run.launch(GENERATION + 1, life.run().presence());
              ProcessLife later =
                  life.timer(life.timer().map(LifecycleTableTest::ofNextLaunch)).run(run);
              inputs()
                  .forEach(
                      (name, input) -> {
                        if (input instanceof Input.Report) {
                          assertThat(cell(rules, later, input)).as(name).isEqualTo(".");
                        }
                      });
            });
  }

  private static LifeTimer ofNextLaunch(LifeTimer timer) {
    return new LifeTimer(timer.purpose(), GENERATION + 1, timer.at());
  }

  @Test
  void everyRuleAndPairOfStatesAndInputKeepsTheInvariants() {
    int steps = 0;
    for (Rules rules : manyRules()) {
      for (GateState gate : gates()) {
        for (ProcessLife first : lives().values()) {
          for (ProcessLife second : livesInGroups()) {
            steps += checkAll(rules.build(), service(List.of(first, second), gate));
          }
        }
      }
    }
    assertThat(steps).isGreaterThan(100_000);
  }

  private static List<ProcessLife> livesInGroups() {
    List<ProcessLife> lives = new ArrayList<>(lives().values());
    ProcessLife resting = lives().get("backoff");
    lives.add(resting.timer(Optional.empty()));
    return lives;
  }

  private static int checkAll(ServiceRules rules, ServiceLife before) {
    int steps = 0;
    for (Input input : inputs().values()) {
      Step step = ServiceMachine.step(rules, before, input, NOW.plusSeconds(5), () -> 1);
      Invariants.check(rules, before, input, step);
      steps++;
    }
    return steps;
  }

  private static List<GateState> gates() {
    return List.of(
        new GateState.Open(),
        new GateState.Closed(List.of("db")),
        new GateState.Failed("db", "exit code 1"));
  }

  private static List<Rules> manyRules() {
    List<RestartPolicy> policies =
        List.of(
            RestartPolicy.onFailure(),
            RestartPolicy.always().delay(Duration.ZERO),
            RestartPolicy.never(),
            RestartPolicy.onFailure().maxRetries(1));
    List<Rules> all = new ArrayList<>();
    for (RestartPolicy policy : policies) {
      for (RestartStrategy strategy : RestartStrategy.values()) {
        Rules rules = Rules.of(policy).processes(2, strategy);
        boolean even = all.size() % 2 == 0;
        all.add(even ? rules : rules.checked(true).intensity(1, Duration.ofSeconds(10)));
      }
    }
    return all;
  }
}
