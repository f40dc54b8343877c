package io.luhproc.supervisor.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.DependencyGraph;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.RestartStrategy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.supervisor.state.ProcessFsmState.LaunchFlag;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Every kind of dependency and every state of the other service. What the dependent then does in
 * each of its states is in {@link TransitionTableTest}.
 */
class DependencyTableTest {
  private static final String TABLE =
      """
                requires  after     wants     conflicts
      inactive  waits     .         .         .
      blocked   waits     waits     .         waits
      launching waits     waits     .         waits
      starting  waits     waits     .         waits
      running   .         .         .         waits
      backoff   waits     .         .         waits
      exited    .         .         .         .
      failed    fails     .         .         .
      l-down    waits     .         .         waits
      l-start   waits     waits     .         waits
      l-policy  waits     waits     .         waits
      l-group   waits     waits     .         waits
      l-fail    waits     waits     .         waits
      g-down    waits     .         .         waits
      g-start   waits     waits     .         waits
      g-policy  waits     waits     .         waits
      g-group   waits     waits     .         waits
      g-fail    waits     waits     .         waits
      s-down    fails     .         .         waits
      s-start   fails     .         .         waits
      s-policy  fails     .         .         waits
      s-group   fails     .         .         waits
      s-fail    fails     .         .         waits
      unhealthy waits     .         .         waits
      oneshot   waits     waits     .         waits
      stop-due  waits     .         .         waits
      part-down waits     .         .         waits
      part-done waits     .         .         .
      replica   .         .         .         waits
      """;

  private static Map<String, ServiceFsmState> otherStates() {
    Map<String, ServiceFsmState> states = new LinkedHashMap<>();
    ProcessInstance instance = instance(UnaryOperator.identity());
    ProcessStates.all(instance)
        .forEach((name, state) -> states.put(name, ProcessStates.service(state)));
    ProcessFsmState running = running(instance);
    states.put(
        "unhealthy",
        ProcessStates.service(
            running.incarnation(running.incarnation().with(LaunchFlag.UNHEALTHY, true))));
    states.put("oneshot", ProcessStates.service(running(instance(ProcessSpec.Builder::oneshot))));
    states.put("stop-due", deferred(ProcessStates.service(running)));
    states.put("part-down", withInactive(PolicyBuilder.simple(), 2, running));
    states.put("part-done", withInactive(PolicyBuilder.simple(), 2, exited(instance)));
    states.put(
        "replica", withInactive(PolicyBuilder.simple().with(it -> it.replicas(2)), 1, running));
    return states;
  }

  private static ProcessInstance instance(UnaryOperator<ProcessSpec.Builder> change) {
    return ProcessInstance.of(PolicyBuilder.simple().with(change).build()).get(0);
  }

  private static ProcessFsmState running(ProcessInstance instance) {
    return ProcessStates.all(instance).entrySet().stream()
        .filter(it -> it.getKey().equals("running"))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow();
  }

  private static ProcessFsmState exited(ProcessInstance instance) {
    return ProcessStates.all(instance).get("exited");
  }

  /** Returns a service of two processes or replicas, of which the second was never started. */
  private static ServiceFsmState withInactive(
      PolicyBuilder policy, int processes, ProcessFsmState first) {
    ServiceSpec spec = policy.processes(processes, RestartStrategy.ONE_FOR_ONE).build();
    List<ProcessInstance> instances = ProcessInstance.of(spec);
    return ProcessStates.service(
        List.of(first.instance(instances.get(0)), ProcessFsmState.initial(instances.get(1), 0)),
        new DependencyState.Satisfied());
  }

  private static ServiceFsmState deferred(ServiceFsmState service) {
    return ServiceStateMachine.transition(
            service, new FsmEvent.StopDeferred("requested", Set.of()), ProcessStates.NOW, () -> 0)
        .next();
  }

  private static String evaluate(
      UnaryOperator<ServiceSpec.Builder> relation, ServiceFsmState other) {
    ServiceSpec dependent =
        relation
            .apply(ServiceSpec.named("dependent").process(ProcessSpec.command("p", "true")))
            .build();
    DependencyGraph graph = DependencyGraph.of(List.of(dependent, other.spec()));
    DependencyState state = DependencyConditions.evaluate(graph, "dependent", name -> other);
    return state instanceof DependencyState.Satisfied
        ? "."
        : state instanceof DependencyState.Waiting ? "waits" : "fails";
  }

  @Test
  void everyRelationToEveryStateFollowsTable() {
    StringBuilder table = new StringBuilder("          requires  after     wants     conflicts\n");
    otherStates()
        .forEach(
            (name, other) ->
                table
                    .append(
                        "%-10s%-10s%-10s%-10s%s"
                            .formatted(
                                name,
                                evaluate(it -> it.requires("shop"), other),
                                evaluate(it -> it.after("shop"), other),
                                evaluate(it -> it.wants("shop"), other),
                                evaluate(it -> it.conflicts("shop"), other)))
                    .append('\n'));
    assertThat(table.toString()).isEqualTo(TABLE);
  }
}
