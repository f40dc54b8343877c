package io.luhproc.supervisor.state;

import io.luhproc.service.Cause;
import io.luhproc.service.RestartIntensity;
import io.luhproc.supervisor.state.ServiceFsmState.RestartGroup;
import io.luhproc.time.DurationAndSizeFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The pure decisions about a service: what it was, what happened, and so what it is and what is to
 * be done. First each process that is told decides for itself ({@link ProcessStateMachine}, a table
 * of state and input); then its retries and its giving up are decided on for all, as strategy and
 * intensity say; at last a group that is gone as a whole is started again.
 *
 * <p>It is not itself used twice: one lives for one step.
 */
public final class ServiceStateMachine {
  private final ServicePolicy policy;
  private final TransitionContext context;
  private final DoubleSupplier jitter;
  private final List<ProcessStateMachine> processes;
  private List<Duration> recentRestarts;
  private Optional<RestartGroup> restartGroup;

  private ServiceStateMachine(
      ServicePolicy policy,
      ServiceFsmState state,
      TransitionContext context,
      DoubleSupplier jitter) {
    this.policy = policy;
    this.context = context;
    this.jitter = jitter;
    this.processes =
        IntStream.range(0, state.processes().size())
            .mapToObj(it -> createProcessMachine(it, policy, state, context))
            .toList();
    this.recentRestarts = state.recentRestarts();
    this.restartGroup = state.restartGroup();
  }

  private static ProcessStateMachine createProcessMachine(
      int index, ServicePolicy policy, ServiceFsmState state, TransitionContext context) {
    ProcessPolicy ofProcess = policy.processes().get(index);
    return new ProcessStateMachine(
        new ProcessTransitions(index, ofProcess, state.processes().get(index), context));
  }

  /**
   * Decides.
   *
   * @param now the time since some moment, from a clock that never goes back
   * @param jitter gives from -1 to 1 by chance, for the jitter of delays
   */
  public static Transition transition(
      ServicePolicy policy,
      ServiceFsmState state,
      FsmEvent event,
      Duration now,
      DoubleSupplier jitter) {
    if (policy.processes().size() != state.processes().size()) {
      throw new IllegalArgumentException(
          "rules (of %d processes) must be of as many processes as the service has (%d)"
              .formatted(policy.processes().size(), state.processes().size()));
    }
    DependencyState dependencies = event.dependenciesAfter(state.dependencies());
    ServiceStateMachine machine =
        new ServiceStateMachine(
            policy, state, TransitionContext.startingAt(now, dependencies), jitter);
    event.applyTo(machine);
    machine.resolveDecisions();
    machine.startGroupOnceStopped();
    return new Transition(machine.current(), machine.context.effects());
  }

  private ServiceFsmState current() {
    List<ProcessFsmState> processStates =
        processes.stream().map(ProcessStateMachine::current).toList();
    return new ServiceFsmState(processStates, context.dependencies(), recentRestarts, restartGroup);
  }

  // Whom an input concerns.

  void dispatchToEach(FsmEvent.Request request) {
    processes.stream()
        .filter(it -> request.processes().contains(it.index()))
        .forEach(request::applyTo);
  }

  void dispatch(FsmEvent.ProcessEvent report) {
    ProcessStateMachine process = processes.get(report.process());
    if (report.generation() == process.current().generation()) {
      report.applyTo(process);
    }
  }

  void adopt(FsmEvent.Adopted adopted) {
    processes.get(adopted.process()).adopt(adopted.generation());
  }

  void dependenciesChanged() {
    processes.forEach(ProcessStateMachine::dependenciesChanged);
  }

  // What one means for all.

  private void resolveDecisions() {
    // A retry may give up at the gate, and so concern others again; each does so once at most.
    while (processes.stream().anyMatch(this::resolveDecision)) {}
  }

  private boolean resolveDecision(ProcessStateMachine process) {
    if (process.pollGaveUp()) {
      Cause siblingCause = siblingCause(process, "was given up", process.current().cause());
      siblingsAffectedBy(process).forEach(it -> it.giveUpWithSibling(siblingCause));
      return true;
    }
    Optional<Cause> retry = process.pollRestart();
    retry.ifPresent(cause -> scheduleRestart(process, cause));
    return retry.isPresent();
  }

  private static Cause siblingCause(ProcessStateMachine of, String what, Cause why) {
    return new Cause(
        Cause.Kind.SIBLING_FAILED, of.policy().name() + " " + what + ": " + why.detail());
  }

  /** Returns the others that the strategy ties to a process. */
  private Stream<ProcessStateMachine> siblingsAffectedBy(ProcessStateMachine process) {
    int first =
        switch (policy.strategy()) {
          case ONE_FOR_ONE -> processes.size();
          case ONE_FOR_ALL -> 0;
          case REST_FOR_ONE -> process.index();
        };
    return processes.stream().skip(first).filter(it -> it != process);
  }

  private void scheduleRestart(ProcessStateMachine process, Cause cause) {
    ProcessPolicy processPolicy = process.policy();
    boolean joins = restartGroup.filter(it -> process.index() >= it.first()).isPresent();
    if (!joins && exceedsIntensity()) {
      giveUpAll(process, cause);
      return;
    }
    int count = process.current().retries();
    Duration delay = Backoff.delay(processPolicy.restart(), count, jitter.getAsDouble());
    switch (policy.strategy()) {
      case ONE_FOR_ONE -> process.scheduleRestart(delay, cause);
      case ONE_FOR_ALL -> restartTogether(process, cause, new RestartGroup(0, delay));
      case REST_FOR_ONE ->
          restartTogether(process, cause, new RestartGroup(process.index(), delay));
    }
  }

  private boolean exceedsIntensity() {
    RestartIntensity intensity = policy.intensity();
    if (!intensity.isLimited()) {
      return false;
    }
    Duration oldest = context.now().minus(intensity.period());
    List<Duration> recent = new ArrayList<>(recentRestarts);
    recent.removeIf(it -> it.compareTo(oldest) <= 0);
    recent.add(context.now());
    recentRestarts = recent;
    return recent.size() > intensity.maxRestarts();
  }

  private void giveUpAll(ProcessStateMachine process, Cause last) {
    RestartIntensity limit = policy.intensity();
    String most =
        limit.maxRestarts() + " restarts within " + DurationAndSizeFormat.format(limit.period());
    String detail =
        "more than %s, last of %s: %s".formatted(most, process.policy().name(), last.detail());
    Cause cause = new Cause(Cause.Kind.INTENSITY_EXCEEDED, detail);
    process.fail(cause);
    processes.forEach(it -> it.giveUpWithSibling(cause));
    // Whoever starts it again has looked at it, and the count begins anew.
    recentRestarts = List.of();
  }

  // The group.

  private void restartTogether(ProcessStateMachine process, Cause cause, RestartGroup concerned) {
    process.awaitGroup(cause);
    Cause siblingCause = siblingCause(process, "is restarted", cause);
    siblingsAffectedBy(process).forEach(it -> it.joinGroup(siblingCause));
    restartGroup = Optional.of(restartGroup.map(concerned::merge).orElse(concerned));
  }

  private void startGroupOnceStopped() {
    if (restartGroup.isEmpty()) {
      return;
    }
    RestartGroup forming = restartGroup.get();
    if (processes.stream()
        .skip(forming.first())
        .anyMatch(ProcessStateMachine::blocksGroupRestart)) {
      return;
    }
    restartGroup = Optional.empty();
    processes.stream()
        .filter(it -> it.current().awaitsGroup())
        .forEach(it -> it.scheduleRestart(forming.delay(), it.current().cause()));
    // With no delay they are at the gate now.
    resolveDecisions();
  }
}
