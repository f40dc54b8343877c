package io.luhproc.supervisor;

import io.luhproc.health.HealthPolicy;
import io.luhproc.health.HealthState;
import io.luhproc.limits.LimitReport;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceSpec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One service as it runs. Belongs to the supervisor's thread. */
final class Unit {
  private final Tools tools;
  private final Observer observer;
  private final List<Goal> goals = new ArrayList<>();
  // The first has begun.
  private final Queue<Runnable> updates = new ArrayDeque<>();
  private ServiceSpec spec;
  private ServiceRules rules;
  private ServiceLife life;
  private List<Slot> slots;
  private Optional<String> pendingStop = Optional.empty();
  private boolean returning;
  private Optional<RuntimeException> abandoned = Optional.empty();
  private @Nullable ServiceStatus status;

  Unit(ServiceSpec spec, List<Place> places, Tools tools, Observer observer) {
    this.tools = tools;
    this.observer = observer;
    this.spec = spec;
    this.rules = rulesOf(spec);
    this.life = ServiceLife.initial(places.size(), new GateState.Open());
    this.slots = new ArrayList<>();
    for (Place place : places) {
      slots.add(new Slot(this, tools, place, slots.size()));
    }
  }

  private static ServiceRules rulesOf(ServiceSpec spec) {
    List<LifeRules> processes = new ArrayList<>();
    for (ProcessSpec process : spec.processes()) {
      for (String instance : process.instanceNames()) {
        processes.add(rulesOf(process, instance));
      }
    }
    return new ServiceRules(processes, spec.strategy(), spec.intensity());
  }

  private static LifeRules rulesOf(ProcessSpec process, String instance) {
    return new LifeRules(
        instance,
        process.oneshot(),
        process.restart(),
        process.health().isPresent(),
        process.health().filter(HealthPolicy::restartWhenUnhealthy).isPresent(),
        process.start().timeout(),
        process.start().minReadyTime());
  }

  String name() {
    return spec.name();
  }

  ServiceSpec spec() {
    return spec;
  }

  ServiceLife life() {
    return life;
  }

  List<Slot> slots() {
    return slots;
  }

  ProcessState state() {
    return life.state();
  }

  /** Returns the indexes of all its processes. */
  Set<Integer> all() {
    Set<Integer> indexes = new HashSet<>();
    slots.forEach(slot -> indexes.add(slot.index()));
    return indexes;
  }

  boolean isWanted() {
    return life.processes().stream().anyMatch(ProcessLife::wanted);
  }

  boolean isWanted(Slot slot) {
    return life.processes().get(slot.index()).wanted();
  }

  boolean isUnhealthy() {
    return life.processes().stream().anyMatch(it -> it.run().unhealthy());
  }

  /** Returns whether a process that is to run to its end once has not come there. */
  boolean isAtWork() {
    return slots.stream().anyMatch(it -> it.place().spec().oneshot() && isRunning(it));
  }

  /** Returns the indexes of those that have to be started where it is needed. */
  Set<Integer> missing() {
    Set<Integer> indexes = isWanted() ? new HashSet<>() : all();
    slots.stream()
        .filter(it -> life.processes().get(it.index()).state() == ProcessState.FAILED)
        .forEach(it -> indexes.add(it.index()));
    return indexes;
  }

  /** Returns whether nothing of it lives that could still be ended. */
  boolean isOver() {
    return isDown() || (state() == ProcessState.FAILED && !isGoing());
  }

  private boolean isGoing() {
    return life.processes().stream()
        .anyMatch(it -> isPending(it) || !(it.is(Presence.NONE) || it.is(Presence.STUCK)));
  }

  /** Returns whether nothing of it lives or is about to. */
  boolean isDown() {
    return life.processes().stream().allMatch(it -> it.is(Presence.NONE) && !isPending(it));
  }

  boolean isDown(List<Slot> some) {
    return some.stream()
        .map(it -> life.processes().get(it.index()))
        .allMatch(it -> it.is(Presence.NONE) && !isPending(it));
  }

  private static boolean isPending(ProcessLife process) {
    return process.state() == ProcessState.BACKOFF || process.state() == ProcessState.BLOCKED;
  }

  long generation(Slot slot) {
    return life.processes().get(slot.index()).generation();
  }

  /** Tells the machine, and does what it decides. */
  void feed(Input input) {
    Duration now = Duration.ofNanos(tools.time().nanoTime());
    Step step = ServiceMachine.step(rules, life, input, now, tools.dice());
    life = step.life();
    for (Action action : step.actions()) {
      action.perform(slots.get(action.process()));
    }
    abortUnwantedLaunches();
    touch();
  }

  private void abortUnwantedLaunches() {
    for (Slot slot : slots) {
      ProcessLife process = life.processes().get(slot.index());
      if (process.state() == ProcessState.STOPPING && process.is(Presence.LAUNCHING)) {
        slot.abortLaunch(process.run().killAtOnce());
      }
    }
  }

  /** Tells the machine what is told of a process; one that is no longer in it concerns nobody. */
  void feed(Slot slot, Input report) {
    if (slots.contains(slot)) {
      feed(report);
    }
  }

  /** Notes that something of it is to be shown anew. */
  void touch() {
    status = null;
    observer.touched(this);
  }

  /** Notes a change of the state of a process, for goals and events. */
  void changed(Slot slot, ProcessState from, ProcessState to, Cause cause) {
    observer.changed(this, slot, from, to, cause);
    goals.forEach(goal -> goal.changed(slot.place(), from, to, cause));
  }

  void launched(Slot slot, Living living) {
    observer.launched(this, slot, living);
  }

  void adopted(Slot slot, Living living, String origin) {
    observer.adopted(this, slot, living, origin);
  }

  void exited(Slot slot, ProcessIdentity who, Cause cause) {
    observer.exited(this, slot, who, cause);
  }

  /** Notes that a process is proved gone, though its end may not have been told yet. */
  void gone(ProcessIdentity who) {
    observer.gone(who);
  }

  boolean isRunning(Slot slot) {
    return isIn(slot, ProcessState.RUNNING);
  }

  /** Returns whether a process is in a state now, at the end of a step and not on its way. */
  boolean isIn(Slot slot, ProcessState state) {
    return life.processes().get(slot.index()).state() == state;
  }

  void limitsChanged(Slot slot, LimitReport limits) {
    touch();
    observer.limitsChanged(this, slot, limits);
  }

  void healthChanged(Slot slot, HealthState tally) {
    observer.healthChanged(this, slot, tally);
  }

  /** Stops it as soon as nothing that requires it is up any more. */
  void stopLater(String why) {
    pendingStop = Optional.of(why);
    returning = false;
    touch();
  }

  /** Kills all of it, and does not wait for anybody. */
  void kill(String why) {
    pendingStop = Optional.empty();
    returning = false;
    feed(new Input.Kill(all(), why));
  }

  /** Does what somebody wants for some processes that are to be up. */
  void bringUp(Input.Wish wish, String why) {
    Set<String> names = new HashSet<>();
    slots.stream()
        .filter(it -> pendingStop.isPresent() || wish.processes().contains(it.index()))
        .forEach(it -> names.add(it.place().instance()));
    pendingStop = Optional.empty();
    returning = false;
    goals.forEach(goal -> goal.started(names, why));
    feed(wish);
  }

  /** Notes that it is stopped only to be started again; a stop that somebody wants ends that. */
  void comesBack() {
    returning = true;
  }

  /** Returns whether it is wanted, or is stopped only to be started again. */
  boolean isToBeUp() {
    return returning || (pendingStop.isEmpty() && isWanted());
  }

  Optional<String> pendingStop() {
    return pendingStop;
  }

  /** What does not run need not wait with its stop, and must not be launched before it. */
  void stopWhatIsNotUp() {
    Set<Integer> indexes = new HashSet<>();
    slots.stream()
        .filter(it -> isWanted(it) && !isUp(life.processes().get(it.index()).state()))
        .forEach(it -> indexes.add(it.index()));
    if (!indexes.isEmpty()) {
      feed(new Input.Stop(indexes, pendingStop.orElseThrow()));
    }
  }

  private static boolean isUp(ProcessState state) {
    return state == ProcessState.STARTING || state == ProcessState.RUNNING;
  }

  /** Does the stop that had to wait. */
  void stopNow() {
    String why = pendingStop.orElseThrow();
    pendingStop = Optional.empty();
    feed(new Input.Stop(all(), why));
  }

  /** Begins an update once those before it are over. */
  void update(Runnable begin) {
    updates.add(begin);
    if (updates.size() == 1) {
      begin.run();
    }
  }

  /** Notes that the update that was begun is over, and begins the next. */
  void updated() {
    updates.remove();
    Runnable next = updates.peek();
    if (next != null) {
      next.run();
    }
  }

  void pursue(Goal goal) {
    if (abandoned.isPresent()) {
      // Nothing happens to it any more, so that nobody would look at the goal again.
      goal.fail(this, abandoned.get());
    } else {
      goals.add(goal);
      touch();
    }
  }

  void forget(Goal goal) {
    goals.remove(goal);
  }

  /** Fails all goals, for it will not be there any more. */
  void abandon(RuntimeException why) {
    abandoned = Optional.of(why);
    List<Goal> failed = List.copyOf(goals);
    goals.clear();
    failed.forEach(goal -> goal.fail(this, why));
  }

  /** Completes the goals that are reached. */
  void checkGoals() {
    goals.removeIf(goal -> goal.check(this));
  }

  /** Goes on by another spec, whose processes stand in the given places. */
  void respec(ServiceSpec next, List<Place> places) {
    List<Slot> renewed = new ArrayList<>();
    List<ProcessLife> lives = new ArrayList<>();
    for (Place place : places) {
      Optional<Slot> kept = slot(place);
      lives.add(kept.map(it -> life.processes().get(it.index())).orElseGet(ProcessLife::initial));
      Slot slot = kept.orElseGet(() -> new Slot(this, tools, place, 0));
      slot.place(place);
      renewed.add(slot);
    }
    for (int i = 0; i < renewed.size(); i++) {
      renewed.get(i).index(i);
    }
    slots = renewed;
    spec = next;
    rules = rulesOf(next);
    // Who waits for a group still does; it now may wait for more than it would have to.
    Optional<ServiceLife.Group> group =
        life.group().map(it -> new ServiceLife.Group(0, it.delay()));
    life = new ServiceLife(lives, life.gate(), life.restarts(), group);
    touch();
  }

  /** Returns the process that is in a place already. */
  Optional<Slot> slot(Place place) {
    return slots.stream().filter(it -> it.place().isSame(place)).findFirst();
  }

  ServiceStatus status() {
    ServiceStatus known = status;
    if (known == null) {
      known =
          new ServiceStatus(
              spec.name(), life.state(), Optional.of(life.cause()), blockedOn(), processes());
      status = known;
    }
    return known;
  }

  private List<String> blockedOn() {
    return life.state() == ProcessState.BLOCKED && life.gate() instanceof GateState.Closed closed
        ? closed.blockedOn()
        : List.of();
  }

  private List<ProcessStatus> processes() {
    return slots.stream().map(slot -> slot.status(life.processes().get(slot.index()))).toList();
  }

  /** Lets go of its processes without ending them. */
  void leave() {
    slots.forEach(Slot::leave);
  }
}
