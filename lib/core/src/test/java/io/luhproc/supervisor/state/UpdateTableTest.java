package io.luhproc.supervisor.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.health.HealthCheck;
import io.luhproc.limits.ResourceLimits;
import io.luhproc.process.LaunchCommand;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.RelaunchableApp;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.TaskLauncher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every kind of update of every state of a process, and what updates do to a service. */
class UpdateTableTest {
  private static final PolicyBuilder POLICY = PolicyBuilder.simple().withHealthCheck(true);
  private static final ProcessInstance CHECKED = ProcessInstance.of(POLICY.build()).get(0);

  private static final String KEPT =
      """
                same                limits              memory              check               no-check            command
      inactive  .                   .                   .                   .                   .                   .
      blocked   launching           launching           launching           launching           launching           launching
      launching .                   .                   .                   .                   .                   l-start
      starting  .                   .+limits            .+memory            .-check+check       starting-check      g-start-check
      running   .                   .+limits            .+memory            .-check+check       .-check             g-start-check
      backoff   .                   .                   .                   .                   .                   launching
      exited    .                   .                   .                   .                   .                   launching
      failed    .                   .                   .                   .                   .                   launching
      l-down    .                   .                   .                   .                   .                   .
      l-start   .                   .                   .                   .                   .                   l-start
      l-policy  .                   .                   .                   .                   .                   l-start
      l-group   .                   .                   .                   .                   .                   l-start
      l-fail    .                   .                   .                   .                   .                   l-start
      g-down    .                   .                   .                   .                   .                   .
      g-start   .                   .                   .                   .                   .                   g-start
      g-policy  .                   .                   .                   .                   .                   g-start
      g-group   .                   .                   .                   .                   .                   g-start
      g-fail    .                   .                   .                   .                   .                   g-start
      s-down    .                   .                   .                   .                   .                   .
      s-start   .                   .                   .                   .                   .                   g-start
      s-policy  .                   .                   .                   .                   .                   g-start
      s-group   .                   .                   .                   .                   .                   g-start
      s-fail    .                   .                   .                   .                   .                   g-start
      """;

  private static final String REMOVED =
      """
                removed             task
      inactive  inactive-old        inactive-old
      blocked   launching-old       launching-old
      launching waits:l-down        waits:l-down
      starting  waits:g-down        waits:g-down
      running   waits:g-down        waits:g-down
      backoff   launching-old       launching-old
      exited    launching-old       launching-old
      failed    launching-old       launching-old
      l-down    waits:l-down        waits:l-down
      l-start   waits:l-down        waits:l-down
      l-policy  waits:l-down        waits:l-down
      l-group   waits:l-down        waits:l-down
      l-fail    waits:l-down        waits:l-down
      g-down    waits:g-down        waits:g-down
      g-start   waits:g-down        waits:g-down
      g-policy  waits:g-down        waits:g-down
      g-group   waits:g-down        waits:g-down
      g-fail    waits:g-down        waits:g-down
      s-down    waits:g-down        waits:g-down
      s-start   waits:g-down        waits:g-down
      s-policy  waits:g-down        waits:g-down
      s-group   waits:g-down        waits:g-down
      s-fail    waits:g-down        waits:g-down
      """;

  private static Map<String, ServiceSpec> keptSpecs() {
    Map<String, ServiceSpec> specs = new LinkedHashMap<>();
    specs.put("same", POLICY.build());
    specs.put("limits", with(it -> it.limits(ResourceLimits.builder().pids(9))));
    specs.put("memory", with(it -> it.maxMemoryRestart("9MiB")));
    specs.put("check", with(it -> it.health(HealthCheck.tcp("localhost", 2))));
    specs.put("no-check", PolicyBuilder.simple().build());
    specs.put("command", with(it -> it.env("PORT", "1")));
    return specs;
  }

  private static ServiceSpec with(java.util.function.UnaryOperator<ProcessSpec.Builder> change) {
    return POLICY.with(change).build();
  }

  private static Map<String, ServiceSpec> removingSpecs() {
    Map<String, ServiceSpec> specs = new LinkedHashMap<>();
    specs.put(
        "removed", ServiceSpec.named("shop").process(ProcessSpec.command("other", "true")).build());
    specs.put(
        "task",
        ServiceSpec.named("shop")
            .process(ProcessSpec.task(CHECKED.name(), new NoApp(), "TASK"))
            .build());
    return specs;
  }

  /** An app that is never launched. */
  private record NoApp() implements RelaunchableApp, TaskLauncher {
    @Override
    public TaskLauncher taskLauncher() {
      return this;
    }

    @Override
    public LaunchCommand launchCommand(TaskLaunchRequest request) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void checkTask(String task) {
      // Any task.
    }

    @Override
    public String programName() {
      return "none";
    }
  }

  private static String table(Map<String, ServiceSpec> specs) {
    StringBuilder text = new StringBuilder("%-10s".formatted(""));
    specs.keySet().forEach(it -> text.append("%-20s".formatted(it)));
    StringBuilder table = new StringBuilder(text.toString().stripTrailing() + "\n");
    ProcessStates.all(CHECKED)
        .forEach(
            (name, state) -> {
              StringBuilder row = new StringBuilder("%-10s".formatted(name));
              specs.values().forEach(spec -> row.append("%-20s".formatted(cell(state, spec))));
              table.append(row.toString().stripTrailing()).append('\n');
            });
    return table.toString();
  }

  /** Requests an update, applies it where it is ready, and names state and effects. */
  private static String cell(ProcessFsmState process, ServiceSpec spec) {
    ServiceFsmState before = ProcessStates.service(process);
    List<Effect> effects = new ArrayList<>();
    ServiceFsmState requested = handle(before, new FsmEvent.UpdateRequested(1, spec), effects);
    boolean ready = effects.removeIf(Effect.UpdateReady.class::isInstance);
    if (!ready) {
      return "waits:" + ProcessStates.name(requested.processes().get(0));
    }
    FsmEvent change = new FsmEvent.SpecChanged(1, new DependencyState.Satisfied());
    ServiceFsmState after = handle(requested, change, effects);
    assertThat(after.spec()).isEqualTo(spec);
    assertThat(after.updates()).isEmpty();
    ProcessFsmState next = after.processes().get(0);
    assertThat(next.instance()).isEqualTo(ProcessInstance.of(spec).get(0));
    boolean same = next.equals(process.instance(next.instance()));
    StringBuilder cell = new StringBuilder(same ? "." : ProcessStates.name(next));
    for (Effect effect : effects) {
      cell.append(
          effect instanceof Effect.ApplyLimits
              ? "+limits"
              : effect instanceof Effect.MonitorMemory
                  ? "+memory"
                  : effect instanceof Effect.StopHealthCheck
                      ? "-check"
                      : effect instanceof Effect.StartHealthCheck
                          ? "+check"
                          : effect instanceof Effect.Removed ? "-old" : "");
    }
    return cell.toString();
  }

  private static ServiceFsmState handle(
      ServiceFsmState state, FsmEvent event, List<Effect> effects) {
    Transition transition =
        ServiceStateMachine.transition(state, event, ProcessStates.NOW, () -> 0);
    TransitionInvariants.check(state, event, transition);
    effects.addAll(transition.effects());
    return transition.next();
  }

  @Test
  void everyUpdateOfKeptProcessFollowsTable() {
    assertThat(table(keptSpecs())).isEqualTo(KEPT);
  }

  @Test
  void everyUpdateThatRemovesProcessFollowsTable() {
    assertThat(table(removingSpecs())).isEqualTo(REMOVED);
  }
}
