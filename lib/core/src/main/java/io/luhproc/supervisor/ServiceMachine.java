package io.luhproc.supervisor;

import io.luhproc.service.RestartIntensity;
import io.luhproc.supervisor.ServiceLife.Group;
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
 * be done. First each process that is told decides for itself ({@link ProcessMachine}, a table of
 * state and input); then its retries and its giving up are decided on for all, as strategy and
 * intensity say; at last a group that is gone as a whole is started again.
 *
 * <p>It is not itself used twice: one lives for one step.
 */
final class ServiceMachine {
  private final ServiceRules rules;
  private final Moment moment;
  private final DoubleSupplier dice;
  private final List<ProcessMachine> processes;
  private List<Duration> restarts;
  private Optional<Group> group;

  private ServiceMachine(ServiceRules rules, ServiceLife life, Moment moment, DoubleSupplier dice) {
    this.rules = rules;
    this.moment = moment;
    this.dice = dice;
    this.processes =
        IntStream.range(0, life.processes().size())
            .mapToObj(it -> machine(it, rules, life, moment))
            .toList();
    this.restarts = life.restarts();
    this.group = life.group();
  }

  private static ProcessMachine machine(
      int index, ServiceRules rules, ServiceLife life, Moment moment) {
    LifeRules ofProcess = rules.processes().get(index);
    return new ProcessMachine(
        new ProcessMoves(index, ofProcess, life.processes().get(index), moment));
  }

  /**
   * Decides.
   *
   * @param now the time since some moment, from a clock that never goes back
   * @param dice gives from -1 to 1 by chance, for the jitter of delays
   */
  static Step step(
      ServiceRules rules, ServiceLife life, Input input, Duration now, DoubleSupplier dice) {
    if (rules.processes().size() != life.processes().size()) {
      throw new IllegalArgumentException(
          "rules (of %d processes) must be of as many processes as the service has (%d)"
              .formatted(rules.processes().size(), life.processes().size()));
    }
    GateState gate = input.gateAfter(life.gate());
    ServiceMachine machine = new ServiceMachine(rules, life, Moment.of(now, gate), dice);
    input.applyTo(machine);
    machine.decideForAll();
    machine.startGroupOnceGone();
    return new Step(machine.life(), machine.moment.actions());
  }

  private ServiceLife life() {
    List<ProcessLife> lives = processes.stream().map(ProcessMachine::life).toList();
    return new ServiceLife(lives, moment.gate(), restarts, group);
  }

  // Whom an input concerns.

  void tellEach(Input.Wish wish) {
    processes.stream().filter(it -> wish.processes().contains(it.index())).forEach(wish::applyTo);
  }

  void tell(Input.Report report) {
    ProcessMachine process = processes.get(report.process());
    if (report.generation() == process.life().generation()) {
      report.applyTo(process);
    }
  }

  void adopt(Input.Adopted adopted) {
    processes.get(adopted.process()).adopt(adopted.generation());
  }

  void gateMoved() {
    processes.forEach(ProcessMachine::gateMoved);
  }

  // What one means for all.

  private void decideForAll() {
    // A retry may give up at the gate, and so concern others again; each does so once at most.
    while (processes.stream().anyMatch(this::decidedFor)) {}
  }

  private boolean decidedFor(ProcessMachine process) {
    if (process.takeGaveUp()) {
      Cause peer = peer(process, "was given up", process.life().cause());
      concernedBy(process).forEach(it -> it.giveUpWith(peer));
      return true;
    }
    Optional<Cause> retry = process.takeRetry();
    retry.ifPresent(cause -> retry(process, cause));
    return retry.isPresent();
  }

  private static Cause peer(ProcessMachine of, String what, Cause why) {
    return new Cause(Cause.Kind.PEER, of.rules().name() + " " + what + ": " + why.detail());
  }

  /** Returns the others that the strategy ties to a process. */
  private Stream<ProcessMachine> concernedBy(ProcessMachine process) {
    int first =
        switch (rules.strategy()) {
          case ONE_FOR_ONE -> processes.size();
          case ONE_FOR_ALL -> 0;
          case REST_FOR_ONE -> process.index();
        };
    return processes.stream().skip(first).filter(it -> it != process);
  }

  private void retry(ProcessMachine process, Cause cause) {
    LifeRules its = process.rules();
    boolean joins = group.filter(it -> process.index() >= it.first()).isPresent();
    if (!joins && isBeyondIntensity()) {
      giveUpAll(process, cause);
      return;
    }
    int count = process.life().retries();
    Duration delay = Backoff.delay(its.restart(), count, dice.getAsDouble());
    switch (rules.strategy()) {
      case ONE_FOR_ONE -> process.backOff(delay, cause);
      case ONE_FOR_ALL -> regroup(process, cause, new Group(0, delay));
      case REST_FOR_ONE -> regroup(process, cause, new Group(process.index(), delay));
    }
  }

  private boolean isBeyondIntensity() {
    RestartIntensity intensity = rules.intensity();
    if (!intensity.isLimited()) {
      return false;
    }
    Duration oldest = moment.now().minus(intensity.period());
    List<Duration> recent = new ArrayList<>(restarts);
    recent.removeIf(it -> it.compareTo(oldest) <= 0);
    recent.add(moment.now());
    restarts = recent;
    return recent.size() > intensity.maxRestarts();
  }

  private void giveUpAll(ProcessMachine process, Cause last) {
    RestartIntensity limit = rules.intensity();
    String most =
        limit.maxRestarts() + " restarts within " + DurationAndSizeFormat.format(limit.period());
    String detail =
        "more than %s, last of %s: %s".formatted(most, process.rules().name(), last.detail());
    Cause cause = new Cause(Cause.Kind.INTENSITY_EXCEEDED, detail);
    process.fail(cause);
    processes.forEach(it -> it.giveUpWith(cause));
    // Whoever starts it again has looked at it, and the count begins anew.
    restarts = List.of();
  }

  // The group.

  private void regroup(ProcessMachine process, Cause cause, Group concerned) {
    process.awaitGroup(cause);
    Cause peer = peer(process, "is restarted", cause);
    concernedBy(process).forEach(it -> it.joinGroup(peer));
    group = Optional.of(group.map(concerned::with).orElse(concerned));
  }

  private void startGroupOnceGone() {
    if (group.isEmpty()) {
      return;
    }
    Group forming = group.get();
    if (processes.stream().skip(forming.first()).anyMatch(ProcessMachine::holdsGroupUp)) {
      return;
    }
    group = Optional.empty();
    processes.stream()
        .filter(it -> it.life().awaitsGroup())
        .forEach(it -> it.backOff(forming.delay(), it.life().cause()));
    // With no delay they are at the gate now.
    decideForAll();
  }
}
