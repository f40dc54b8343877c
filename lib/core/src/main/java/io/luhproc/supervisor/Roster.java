package io.luhproc.supervisor;

import io.luhproc.directory.ProcessRoot;
import io.luhproc.limits.ResourceLimits;
import io.luhproc.service.DependencyGraph;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceSpec;
import io.luhproc.supervisor.SupervisorEvent.ServiceAdded;
import io.luhproc.supervisor.SupervisorEvent.ServiceRemoved;
import io.luhproc.supervisor.SupervisorEvent.ServiceUpdated;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** Which services there are. */
final class Roster {
  private final Engine engine;
  private final Inbox inbox;
  private final Tools tools;
  private final ProcessRoot root;

  Roster(Engine engine, Inbox inbox, Tools tools, ProcessRoot root) {
    this.engine = engine;
    this.inbox = inbox;
    this.tools = tools;
    this.root = root;
  }

  // Add.

  void add(List<ServiceSpec> specs) {
    DependencyGraph ignored = inbox.call(() -> checked(specs));
    List<Arrival> arrivals = specs.stream().map(this::arrival).toList();
    List<Place> places = arrivals.stream().flatMap(it -> it.places().stream()).toList();
    // The disk is read on the caller's thread; nobody else may have the directories. Of all at
    // once: none is added where a directory is refused, and one look shows what lives.
    List<Found> found = tools.world().find(places);
    boolean done =
        inbox.call(
            () -> {
              DependencyGraph graph = checked(specs);
              arrivals.forEach(this::add);
              engine.graph(graph);
              take(arrivals, found.iterator());
              return true;
            });
    assert done;
  }

  /** A service that is about to be added, and its processes. */
  private record Arrival(ServiceSpec spec, List<Place> places) {}

  private Arrival arrival(ServiceSpec spec) {
    List<Place> places = new ArrayList<>();
    places(spec, places::add);
    return new Arrival(spec, places);
  }

  private DependencyGraph checked(List<ServiceSpec> specs) {
    Set<String> names = new HashSet<>();
    engine.units().forEach(unit -> names.add(unit.name()));
    for (ServiceSpec spec : specs) {
      if (!names.add(spec.name())) {
        throw new IllegalArgumentException(
            "service (" + spec.name() + ") must be there once only; update it, or remove it first");
      }
    }
    return engine.graphWith(specs);
  }

  private void places(ServiceSpec spec, Consumer<Place> each) {
    for (ProcessSpec process : spec.processes()) {
      for (String instance : process.instanceNames()) {
        Home home = Home.of(root, spec, process, instance);
        each.accept(
            new Place(spec, process, instance, home, tools.world().lane(home.directory().path())));
      }
    }
  }

  private void add(Arrival arrival) {
    Unit ignored = engine.add(arrival.spec(), arrival.places(), tools);
    engine.tell(new ServiceAdded(tools.time().now(), arrival.spec().name(), "asked for"));
  }

  private void take(List<Arrival> arrivals, Iterator<Found> found) {
    for (Arrival arrival : arrivals) {
      engine.unit(arrival.spec().name()).slots().forEach(slot -> slot.take(found.next()));
    }
  }

  // Remove.

  CompletableFuture<ServiceStatus> remove(String service) {
    return inbox.call(
        () -> {
          Unit unit = engine.unit(service);
          DependencyGraph ignored = engine.graphWithout(service);
          CompletableFuture<ServiceStatus> reply = inbox.open();
          engine.stopLater(service, "it is removed");
          inbox.whenDown(unit, names(unit.slots()), reply, () -> drop(unit, reply));
          return reply;
        });
  }

  private void drop(Unit unit, CompletableFuture<ServiceStatus> reply) {
    checkUnchanged(unit);
    if (!unit.isDown()) {
      String message = unit.name() + " was not removed: it was started meanwhile";
      throw new ServiceFailedException(message, Cause.wanted("started meanwhile"));
    }
    ServiceStatus last = unit.status();
    engine.remove(unit);
    engine.tell(new ServiceRemoved(tools.time().now(), unit.name(), "asked for"));
    List<CompletableFuture<String>> each =
        unit.slots().stream().map(slot -> delete(slot.place())).toList();
    CompletableFuture<Void> ignored =
        CompletableFuture.allOf(each.toArray(CompletableFuture<?>[]::new))
            .thenRun(() -> removed(last, failures(each), reply));
  }

  private static String failures(List<CompletableFuture<String>> each) {
    return each.stream()
        .map(CompletableFuture::join)
        .filter(it -> !it.isEmpty())
        .collect(Collectors.joining("; "));
  }

  private void removed(
      ServiceStatus last, String failures, CompletableFuture<ServiceStatus> reply) {
    if (failures.isEmpty()) {
      inbox.complete(reply, last);
    } else {
      String message = last.name() + " is removed, but not all of its directories: " + failures;
      inbox.fail(
          reply, new ServiceFailedException(message, new Cause(Cause.Kind.UNKNOWN, message)));
    }
  }

  private CompletableFuture<String> delete(Place place) {
    CompletableFuture<String> done = new CompletableFuture<>();
    tools.world().delete(place, done::complete);
    return done;
  }

  private static Set<String> names(List<Slot> slots) {
    Set<String> names = new HashSet<>();
    slots.forEach(slot -> names.add(slot.place().instance()));
    return names;
  }

  // Update.

  CompletableFuture<ServiceStatus> update(ServiceSpec spec) {
    return inbox.call(
        () -> {
          Unit unit = engine.unit(spec.name());
          DependencyGraph ignored = engine.graphWith(List.of(spec));
          CompletableFuture<ServiceStatus> reply = inbox.open();
          unit.update(() -> begin(unit, spec, reply));
          return reply;
        });
  }

  /** Stops what is no longer in the service; the next update begins when this one has been done. */
  private void begin(Unit unit, ServiceSpec spec, CompletableFuture<ServiceStatus> reply) {
    Set<String> names = new HashSet<>();
    if (!inbox.attempt(() -> names.addAll(stopGone(unit, spec)), reply)) {
      unit.updated();
      return;
    }
    inbox.whenDown(
        unit,
        names,
        failure -> {
          if (failure.isPresent()) {
            inbox.fail(reply, failure.get());
          } else {
            boolean ignored = inbox.attempt(() -> go(unit, spec, reply), reply);
          }
          unit.updated();
        });
  }

  private Set<String> stopGone(Unit unit, ServiceSpec spec) {
    checkUnchanged(unit);
    List<Slot> gone = gone(unit, places(unit, spec));
    Set<Integer> indexes = new HashSet<>();
    gone.forEach(slot -> indexes.add(slot.index()));
    if (unit.isToBeUp()) {
      unit.comesBack();
    }
    unit.feed(new Input.Stop(indexes, "it is no longer in the service"));
    return names(gone);
  }

  /** Returns the places of a new spec: those that stay where they are keep their lane. */
  private List<Place> places(Unit unit, ServiceSpec spec) {
    List<Place> places = new ArrayList<>();
    places(
        spec,
        place -> {
          Optional<Slot> kept = unit.slot(place);
          places.add(kept.map(it -> it.place().with(spec, place.spec())).orElse(place));
        });
    return places;
  }

  private static List<Slot> gone(Unit unit, List<Place> places) {
    return unit.slots().stream()
        .filter(slot -> places.stream().noneMatch(slot.place()::isSame))
        .toList();
  }

  private void go(Unit unit, ServiceSpec spec, CompletableFuture<ServiceStatus> reply) {
    checkUnchanged(unit);
    DependencyGraph graph = engine.graphWith(List.of(spec));
    List<Place> places = places(unit, spec);
    List<Slot> gone = gone(unit, places);
    if (!unit.isDown(gone)) {
      String message = unit.name() + " was not updated: what is to go was started meanwhile";
      throw new ServiceFailedException(message, Cause.wanted("started meanwhile"));
    }
    Set<String> restarted = restarted(unit, places);
    Set<String> added = added(unit, places);
    List<Place> former = unit.slots().stream().map(Slot::place).toList();
    boolean up = unit.isToBeUp();
    unit.respec(spec, places);
    engine.graph(graph);
    gone.forEach(this::drop);
    List<CompletableFuture<Void>> applied = applyLive(unit, former);
    List<String> changed = new ArrayList<>(restarted);
    changed.addAll(added);
    engine.tell(new ServiceUpdated(tools.time().now(), unit.name(), changed, "asked for"));
    Set<String> names = startAgain(unit, restarted, up ? added : Set.of());
    CompletableFuture<Void> ignored =
        CompletableFuture.allOf(applied.toArray(CompletableFuture<?>[]::new))
            .thenRun(() -> inbox.pursue(unit, ReachGoal.Aim.UP, names, reply));
  }

  private static Set<String> restarted(Unit unit, List<Place> places) {
    Set<String> names = new HashSet<>();
    for (Place place : places) {
      boolean needed = unit.slot(place).filter(it -> needsRestart(it.place(), place)).isPresent();
      if (needed) {
        names.add(place.instance());
      }
    }
    return names;
  }

  private static Set<String> added(Unit unit, List<Place> places) {
    Set<String> names = new HashSet<>();
    places.stream()
        .filter(place -> unit.slot(place).isEmpty())
        .forEach(place -> names.add(place.instance()));
    return names;
  }

  private void drop(Slot slot) {
    slot.leave();
    CompletableFuture<Void> ignored =
        delete(slot.place()).thenAccept(failure -> warn(slot.place(), failure));
  }

  private static void warn(Place place, String failure) {
    if (!failure.isEmpty()) {
      LoggerFactory.getLogger(Roster.class).warn("what is left of {} stays: {}", place, failure);
    }
  }

  private void checkUnchanged(Unit unit) {
    if (!engine.has(unit)) {
      throw NoSuchServiceException.ofService(
          unit.name(), engine.units().stream().map(Unit::name).toList());
    }
  }

  private static boolean needsRestart(Place before, Place after) {
    return after.spec().needsRestartFrom(before.spec())
        || !before.service().directory().equals(after.service().directory())
        || !before.service().environment().equals(after.service().environment());
  }

  /** What takes effect in a process that lives: limits, and how its health is checked. */
  private static List<CompletableFuture<Void>> applyLive(Unit unit, List<Place> former) {
    List<CompletableFuture<Void>> applied = new ArrayList<>();
    for (Slot slot : unit.slots()) {
      Optional<ProcessSpec> before =
          former.stream().filter(slot.place()::isSame).map(Place::spec).findFirst();
      if (before.isPresent() && slot.living().isPresent()) {
        applied.add(applyLive(slot, before.get()));
      }
    }
    return applied;
  }

  private static CompletableFuture<Void> applyLive(Slot slot, ProcessSpec before) {
    ProcessSpec now = slot.place().spec();
    ResourceLimits limits = now.limits().resources();
    if (!now.health().equals(before.health())) {
      slot.renewHealth();
    }
    if (!now.limits().maxMemoryRestart().equals(before.limits().maxMemoryRestart())) {
      slot.renewMemoryWatch();
    }
    return limits.equals(before.limits().resources())
        ? CompletableFuture.completedFuture(null)
        : slot.applyLimits();
  }

  /** Returns the names of those that are to be up in the end. */
  private Set<String> startAgain(Unit unit, Set<String> restarted, Set<String> started) {
    Set<Integer> again = new HashSet<>();
    Set<String> names = new HashSet<>(started);
    for (Slot slot : unit.slots()) {
      String name = slot.place().instance();
      if (restarted.contains(name) && unit.isWanted(slot)) {
        again.add(slot.index());
        names.add(name);
      }
    }
    String why = "its service was updated";
    if (!again.isEmpty()) {
      unit.feed(new Input.Restart(again, why));
    }
    if (!started.isEmpty()) {
      engine.start(Target.of(unit.name(), List.copyOf(started)), why);
    }
    return names;
  }
}
