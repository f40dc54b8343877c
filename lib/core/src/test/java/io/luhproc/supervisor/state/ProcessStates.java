package io.luhproc.supervisor.state;

import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import io.luhproc.supervisor.state.ProcessFsmState.Incarnation;
import io.luhproc.supervisor.state.ProcessFsmState.LaunchFlag;
import io.luhproc.supervisor.state.ProcessFsmState.OsState;
import io.luhproc.supervisor.state.ProcessFsmState.StateTimer;
import io.luhproc.supervisor.state.ProcessFsmState.StateTimer.Purpose;
import io.luhproc.supervisor.state.ProcessFsmState.StopPlan;
import io.luhproc.supervisor.state.ProcessFsmState.StopPlan.AfterStop;
import io.luhproc.supervisor.state.ServiceFsmState.RestartGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Every state of a process by name, and tables of them.
 *
 * <p>Names: launching (in flight), starting (not yet healthy), and by plan: l- while it is stopping
 * and its launch is in flight, g- while its tree is being stopped, s- while it is stuck: failed,
 * and some of its tree is alive. In cells, a dot stands for no change and no effect, an exclamation
 * mark for a kill.
 */
final class ProcessStates {
  static final Duration NOW = Duration.ofHours(1);
  static final long GENERATION = 7;

  private ProcessStates() {}

  /** Returns every state of a process; the constructor of the state refuses the others. */
  static Map<String, ProcessFsmState> all(ProcessInstance instance) {
    List<ProcessFsmState> states = new ArrayList<>();
    for (ProcessState state : ProcessState.values()) {
      for (OsState osState : OsState.values()) {
        addIfLegal(states, instance, true, state, osState, Optional.empty());
        addIfLegal(states, instance, false, state, osState, Optional.empty());
      }
    }
    for (OsState osState : OsState.values()) {
      for (AfterStop then : AfterStop.values()) {
        StopPlan plan = new StopPlan(then, Cause.exitCode(1), OptionalInt.of(1));
        boolean up = then != AfterStop.STAY_DOWN;
        addIfLegal(states, instance, up, ProcessState.STOPPING, osState, Optional.of(plan));
        addIfLegal(states, instance, up, ProcessState.FAILED, osState, Optional.of(plan));
      }
    }
    Map<String, ProcessFsmState> byName = new LinkedHashMap<>();
    states.forEach(it -> byName.putIfAbsent(name(it), it));
    return byName;
  }

  private static void addIfLegal(
      List<ProcessFsmState> states,
      ProcessInstance instance,
      boolean desiredUp,
      ProcessState state,
      OsState osState,
      Optional<StopPlan> plan) {
    Incarnation incarnation =
        new Incarnation(GENERATION, 1, osState, NOW, Set.of(), OptionalInt.empty());
    try {
      states.add(
          new ProcessFsmState(
              instance,
              desiredUp,
              state,
              Cause.exitCode(1),
              incarnation,
              1,
              plan,
              timer(state, plan)));
    } catch (IllegalArgumentException ignored) {
      // There is no such state.
    }
  }

  private static Optional<StateTimer> timer(ProcessState state, Optional<StopPlan> plan) {
    return switch (state) {
      case STARTING -> Optional.of(new StateTimer(Purpose.START_TIMEOUT, GENERATION, NOW));
      case BACKOFF -> Optional.of(new StateTimer(Purpose.BACKOFF, GENERATION, NOW));
      case FAILED -> plan.map(it -> new StateTimer(Purpose.RETRY_STOP, GENERATION, NOW));
      case INACTIVE, BLOCKED, RUNNING, STOPPING, EXITED -> Optional.empty();
    };
  }

  static String name(ProcessFsmState state) {
    return switch (state.state()) {
      case INACTIVE -> "inactive";
      case BLOCKED -> "blocked";
      case STARTING -> state.is(OsState.SPAWNING) ? "launching" : "starting";
      case RUNNING -> state.incarnation().is(LaunchFlag.UNHEALTHY) ? "unhealthy" : "running";
      case BACKOFF -> state.awaitsGroup() ? "grouping" : "backoff";
      case EXITED -> "exited";
      case FAILED -> state.is(OsState.UNKILLABLE) ? "s-" + plan(state) : "failed";
      case STOPPING -> (state.is(OsState.SPAWNING) ? "l-" : "g-") + plan(state);
    };
  }

  private static String plan(ProcessFsmState state) {
    return switch (state.stopPlan().orElseThrow().afterStop()) {
      case STAY_DOWN -> "down";
      case START -> "start";
      case APPLY_RESTART_POLICY -> "policy";
      case JOIN_GROUP -> "group";
      case FAIL -> "fail";
    };
  }

  /** Returns a service of processes in given states. */
  static ServiceFsmState service(List<ProcessFsmState> processes, DependencyState dependencies) {
    boolean grouped =
        processes.stream()
            .anyMatch(it -> it.isStoppingTo(AfterStop.JOIN_GROUP) || it.awaitsGroup());
    Optional<RestartGroup> group =
        grouped
            ? Optional.of(
                new RestartGroup(
                    processes.stream().map(ProcessFsmState::name).collect(Collectors.toSet()),
                    PolicyBuilder.DELAY))
            : Optional.empty();
    return new ServiceFsmState(
        processes.get(0).instance().service(),
        processes,
        dependencies,
        List.of(),
        group,
        Optional.empty(),
        List.of(),
        0);
  }

  /** Returns a service of one process with a health check. */
  static ServiceFsmState service(ProcessFsmState process) {
    return service(List.of(process), new DependencyState.Satisfied());
  }

  /** Returns a table with a row for each state and a column for each event. */
  static String table(
      ProcessInstance instance,
      Function<ProcessFsmState, ServiceFsmState> service,
      Map<String, FsmEvent> columns) {
    StringBuilder text = new StringBuilder(row("", columns.keySet()));
    all(instance)
        .forEach(
            (name, state) -> {
              List<String> cells = new ArrayList<>();
              columns.values().forEach(event -> cells.add(cell(service.apply(state), event)));
              text.append(row(name, cells));
            });
    return text.toString();
  }

  private static String row(String name, Iterable<String> cells) {
    StringBuilder row = new StringBuilder("%-10s".formatted(name));
    cells.forEach(it -> row.append("%-11s".formatted(it)));
    return row.toString().stripTrailing() + "\n";
  }

  /** Returns the state of the first process after an event; checks the invariants. */
  static String cell(ServiceFsmState before, FsmEvent event) {
    Transition transition = ServiceStateMachine.transition(before, event, NOW, () -> 0);
    TransitionInvariants.check(before, event, transition);
    List<ProcessFsmState> processes = transition.next().processes();
    ProcessFsmState after = processes.get(0);
    boolean kills =
        transition.effects().stream()
            .anyMatch(it -> it instanceof Effect.StopTree stop && stop.killAtOnce());
    boolean same = after.equals(before.processes().get(0)) && transition.effects().isEmpty();
    return same ? "." : name(after) + (kills ? "!" : "");
  }
}
