package io.luhproc.supervisor;

import io.luhproc.health.HealthState;
import io.luhproc.health.HealthStatus;
import io.luhproc.limits.LimitReport;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.service.DependencyGraph;
import io.luhproc.service.ServiceSpec;
import io.luhproc.supervisor.SupervisorEvent.HealthChanged;
import io.luhproc.supervisor.SupervisorEvent.LimitsChanged;
import io.luhproc.supervisor.SupervisorEvent.OutOfMemory;
import io.luhproc.supervisor.SupervisorEvent.ProcessAdopted;
import io.luhproc.supervisor.SupervisorEvent.ProcessChanged;
import io.luhproc.supervisor.SupervisorEvent.ProcessExited;
import io.luhproc.supervisor.SupervisorEvent.ProcessLaunched;
import io.luhproc.time.TimeSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * All services as they run, and how they wait for each other. Belongs to the supervisor's thread:
 * whatever runs there is followed by {@link #settle()}, and by {@link #publish()} before anybody is
 * to see it.
 */
final class Engine implements Observer {
  private final Consumer<SupervisorEvent> events;
  private final Board board;
  private final Map<String, Unit> units = new LinkedHashMap<>();
  private final Set<Unit> unsettled = new LinkedHashSet<>();
  private final Set<Unit> unpublished = new LinkedHashSet<>();
  // Whether there are other services, or other dependencies, than those that everybody sees.
  private boolean rearranged;
  private DependencyGraph graph = DependencyGraph.of(List.of());
  private Gates gates = new Gates(graph, this::unit);
  private final TimeSource time;
  private final BooleanSupplier isOwner;

  /**
   * Creates one without services.
   *
   * @param isOwner whether the calling thread is the supervisor's
   */
  Engine(Board board, Consumer<SupervisorEvent> events, TimeSource time, BooleanSupplier isOwner) {
    this.board = board;
    this.events = events;
    this.time = time;
    this.isOwner = isOwner;
  }

  // The set of services.

  /**
   * Returns the graph with some services added or replaced.
   *
   * @throws IllegalArgumentException when they do not fit in
   */
  DependencyGraph graphWith(Collection<ServiceSpec> specs) {
    Map<String, ServiceSpec> all = specs();
    specs.forEach(spec -> all.put(spec.name(), spec));
    return DependencyGraph.of(all.values());
  }

  /**
   * Returns the graph without a service.
   *
   * @throws IllegalArgumentException when another one names it
   */
  DependencyGraph graphWithout(String service) {
    Map<String, ServiceSpec> all = specs();
    all.remove(service);
    List<String> naming =
        all.values().stream()
            .filter(it -> graph.references(it.name(), service))
            .map(ServiceSpec::name)
            .toList();
    if (!naming.isEmpty()) {
      String others = String.join(", ", naming);
      throw new IllegalArgumentException(
          "service ("
              + service
              + ") must stay while "
              + others
              + " names it; remove or update "
              + others
              + " first");
    }
    return DependencyGraph.of(all.values());
  }

  private Map<String, ServiceSpec> specs() {
    Map<String, ServiceSpec> all = new LinkedHashMap<>();
    units.values().forEach(unit -> all.put(unit.name(), unit.spec()));
    return all;
  }

  /** Goes on by another graph; its services must be those that are there. */
  void graph(DependencyGraph next) {
    assertOwner();
    unsettleNeighbours();
    rearranged = true;
    graph = next;
    gates = new Gates(next, this::unit);
  }

  /** Who was a neighbour may be none in the next graph, and is concerned by that all the same. */
  private void unsettleNeighbours() {
    for (Unit unit : List.copyOf(unsettled)) {
      if (graph.contains(unit.name())) {
        graph.affectedBy(unit.name()).stream()
            .map(units::get)
            .filter(Objects::nonNull)
            .forEach(unsettled::add);
      }
    }
  }

  DependencyGraph graph() {
    return graph;
  }

  Unit add(ServiceSpec spec, List<Place> places, Tools tools) {
    assertOwner();
    Unit unit = new Unit(spec, places, tools, this);
    units.put(spec.name(), unit);
    rearranged = true;
    touched(unit);
    return unit;
  }

  void remove(Unit unit) {
    assertOwner();
    DependencyGraph without = graphWithout(unit.name());
    touched(unit);
    units.remove(unit.name());
    graph(without);
    unsettled.remove(unit);
    unpublished.remove(unit);
    unit.leave();
    unit.abandon(NoSuchServiceException.ofService(unit.name(), units.keySet()));
    show(units.values());
  }

  /** Returns whether it is one of the services, and not one that was. */
  boolean has(Unit unit) {
    return units.get(unit.name()) == unit;
  }

  /**
   * Returns a service.
   *
   * @throws NoSuchServiceException when there is none of this name
   */
  Unit unit(String service) {
    Unit found = units.get(service);
    if (found == null) {
      throw NoSuchServiceException.ofService(service, units.keySet());
    }
    return found;
  }

  Collection<Unit> units() {
    return units.values();
  }

  // What is wanted.

  /** Starts some processes of a service, after all that it requires and wants. */
  void start(Target target, String why) {
    bringUp(target, new Input.Start(indexes(target), why), why);
  }

  /** Restarts those that are up and starts the others, after all that the service requires. */
  void restart(Target target, String why) {
    bringUp(target, new Input.Restart(indexes(target), why), why);
  }

  private Set<Integer> indexes(Target target) {
    return Target.indexes(target.slots(unit(target.service())));
  }

  private void bringUp(Target target, Input.Wish wish, String why) {
    for (String name : graph.startClosure(target.service())) {
      Unit unit = unit(name);
      graph.conflicts(name).forEach(rival -> stopLater(rival, "in conflict with " + name));
      moveGate(unit);
      if (name.equals(target.service())) {
        unit.bringUp(wish, why);
      } else {
        String need = "needed by " + target.service();
        unit.bringUp(new Input.Start(unit.missing(), need), need);
      }
    }
  }

  /** Stops a service as soon as all that requires it is down, which is stopped too. */
  void stopLater(String service, String why) {
    stopDependents(service);
    unit(service).stopLater(why);
  }

  /** Stops all that requires a service. */
  void stopDependents(String service) {
    graph.stopClosure(service).stream()
        .filter(name -> !name.equals(service))
        .forEach(name -> unit(name).stopLater("requires " + service + ", which is stopped"));
  }

  // How they wait for each other.

  /** Moves gates and does stops that were waiting, until nothing follows from anything. */
  void settle() {
    assertOwner();
    while (!unsettled.isEmpty()) {
      Unit unit = unsettled.iterator().next();
      unsettled.remove(unit);
      advance(unit);
      for (String neighbour : graph.affectedBy(unit.name())) {
        advance(unit(neighbour));
      }
    }
  }

  private void advance(Unit unit) {
    moveGate(unit);
    if (unit.pendingStop().isEmpty()) {
      return;
    }
    if (areOver(graph.dependents(unit.name()))) {
      unit.stopNow();
    } else {
      unit.stopWhatIsNotUp();
    }
  }

  private void moveGate(Unit unit) {
    GateState gate = gates.of(unit.name());
    if (!gate.equals(unit.life().gate())) {
      unit.feed(new Input.Gate(gate));
    }
  }

  /** What cannot be ended does not keep up what it requires. */
  private boolean areOver(Set<String> services) {
    return services.stream().allMatch(name -> unit(name).isOver());
  }

  /** Shows everybody what has changed, and then completes what was waited for. */
  void publish() {
    // Not before there is something: a loop may be idle before all is put together.
    if (!unpublished.isEmpty()) {
      assertOwner();
      List<Unit> changed = new ArrayList<>(unpublished);
      unpublished.clear();
      show(changed);
      changed.forEach(Unit::checkGoals);
    }
  }

  private void show(Collection<Unit> changed) {
    if (rearranged) {
      rearranged = false;
      board.publish(units.values(), graph);
    } else {
      board.renew(changed);
    }
  }

  // What has happened.

  @Override
  public void touched(Unit unit) {
    assertOwner();
    // What is told late of a service that was removed concerns nobody.
    if (has(unit)) {
      unsettled.add(unit);
      unpublished.add(unit);
    }
  }

  @Override
  public void changed(Unit unit, Slot slot, ProcessState from, ProcessState to, Cause cause) {
    events.accept(new ProcessChanged(now(), unit.name(), name(slot), from, to, cause));
  }

  @Override
  public void launched(Unit unit, Slot slot, Living living) {
    board.living(living.identity(), unit.name(), name(slot));
    String why = unit.life().processes().get(slot.index()).cause().detail();
    events.accept(
        new ProcessLaunched(now(), unit.name(), name(slot), living.identity().pid(), why));
  }

  @Override
  public void adopted(Unit unit, Slot slot, Living living, String origin) {
    long pid = living.identity().pid();
    board.living(living.identity(), unit.name(), name(slot));
    events.accept(new ProcessAdopted(now(), unit.name(), name(slot), pid, origin));
  }

  @Override
  public void exited(Unit unit, Slot slot, ProcessIdentity who, Cause cause) {
    board.ended(who);
    if (cause.kind() == Cause.Kind.OUT_OF_MEMORY) {
      events.accept(new OutOfMemory(now(), unit.name(), name(slot), cause.detail()));
    }
    events.accept(new ProcessExited(now(), unit.name(), name(slot), who.pid(), cause));
  }

  @Override
  public void healthChanged(Unit unit, Slot slot, HealthState tally) {
    boolean healthy = tally.status() == HealthStatus.HEALTHY;
    events.accept(
        new HealthChanged(now(), unit.name(), name(slot), healthy, Healths.detail(tally)));
  }

  @Override
  public void gone(ProcessIdentity who) {
    board.ended(who);
  }

  @Override
  public void limitsChanged(Unit unit, Slot slot, LimitReport limits) {
    events.accept(new LimitsChanged(now(), unit.name(), name(slot), limits.toString()));
  }

  private void assertOwner() {
    assert isOwner.getAsBoolean() : Thread.currentThread() + " must not touch services";
  }

  /** Tells everybody who listens. */
  void tell(SupervisorEvent event) {
    events.accept(event);
  }

  private Instant now() {
    return time.now();
  }

  private static String name(Slot slot) {
    return slot.place().instance();
  }
}
