package io.luhproc.supervisor;

import io.luhproc.directory.ProcessRoot;
import io.luhproc.process.ResourceLimits;
import io.luhproc.service.DependencyGraph;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceSpec;
import io.luhproc.supervisor.SupervisorEvent.ServiceAdded;
import io.luhproc.supervisor.SupervisorEvent.ServiceRemoved;
import io.luhproc.supervisor.SupervisorEvent.ServiceUpdated;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Which services there are. */
final class Roster {
  private final Engine engine;
  private final Inbox inbox;
  private final Tools tools;
  private final SystemWorld world;
  private final ProcessRoot root;
  private final Consumer<SupervisorEvent> events;
  private final Replies replies;

  Roster(
      Engine engine,
      Inbox inbox,
      Tools tools,
      SystemWorld world,
      ProcessRoot root,
      Consumer<SupervisorEvent> events,
      Replies replies) {
    this.engine = engine;
    this.inbox = inbox;
    this.tools = tools;
    this.world = world;
    this.root = root;
    this.events = events;
    this.replies = replies;
  }

  // Add.

  void add(List<ServiceSpec> specs) {
    DependencyGraph ignored = inbox.call(() -> checked(specs));
    // The disk is read on the caller's thread; nobody else may have the directories.
    Map<ServiceSpec, Map<Place, Found>> found = new LinkedHashMap<>();
    Remnants remnants = world.remnants();
    for (ServiceSpec spec : specs) {
      Map<Place, Found> places = new LinkedHashMap<>();
      places(spec, place -> places.put(place, world.find(place, remnants)));
      found.put(spec, places);
    }
    boolean done =
        inbox.call(
            () -> {
              DependencyGraph graph = checked(specs);
              found.forEach(this::add);
              engine.graph(graph);
              found.forEach(this::take);
              return true;
            });
    assert done;
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
      for (String instance : process.instances()) {
        Home home = Home.of(root, spec, process, instance);
        each.accept(new Place(spec, process, instance, home, world.lane()));
      }
    }
  }

  private void add(ServiceSpec spec, Map<Place, Found> places) {
    Unit ignored = engine.add(spec, new ArrayList<>(places.keySet()), tools);
    events.accept(new ServiceAdded(tools.time().now(), spec.name(), "asked for"));
  }

  private void take(ServiceSpec spec, Map<Place, Found> places) {
    Unit unit = engine.unit(spec.name());
    List<Found> found = new ArrayList<>(places.values());
    for (int i = 0; i < found.size(); i++) {
      unit.slots().get(i).take(found.get(i));
    }
  }

  // Remove.

  CompletableFuture<ServiceStatus> remove(String service) {
    return inbox.call(
        () -> {
          Unit unit = engine.unit(service);
          DependencyGraph without = engine.graphWithout(service);
          CompletableFuture<ServiceStatus> reply = replies.open();
          engine.stopLater(service, "it is removed");
          inbox.whenDown(unit, names(unit.slots()), reply, () -> drop(unit, without, reply));
          return reply;
        });
  }

  private void drop(Unit unit, DependencyGraph without, CompletableFuture<ServiceStatus> reply) {
    ServiceStatus last = unit.status();
    engine.remove(unit);
    engine.graph(without);
    events.accept(new ServiceRemoved(tools.time().now(), unit.name(), "asked for"));
    List<CompletableFuture<String>> each =
        unit.slots().stream().map(slot -> delete(slot.place())).toList();
    CompletableFuture<Void> ignored =
        CompletableFuture.allOf(each.toArray(CompletableFuture<?>[]::new))
            .thenRun(() -> replies.complete(reply, last));
  }

  private CompletableFuture<String> delete(Place place) {
    CompletableFuture<String> done = new CompletableFuture<>();
    world.delete(place, done::complete);
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
          DependencyGraph graph = engine.graphWith(List.of(spec));
          CompletableFuture<ServiceStatus> reply = replies.open();
          List<Place> places = places(unit, spec);
          List<Slot> gone = gone(unit, places);
          Set<Integer> indexes = new HashSet<>();
          gone.forEach(slot -> indexes.add(slot.index()));
          boolean wanted = unit.isWanted();
          unit.feed(new Input.Stop(indexes, "it is no longer in the service"));
          inbox.whenDown(
              unit,
              names(gone),
              reply,
              () -> go(unit, new Change(spec, places, graph, wanted), reply));
          return reply;
        });
  }

  /** What an update is about to change. */
  private record Change(
      ServiceSpec spec, List<Place> places, DependencyGraph graph, boolean wanted) {}

  /** Returns the places of a new spec: those that stay where they are keep their lane. */
  private List<Place> places(Unit unit, ServiceSpec spec) {
    List<Place> places = new ArrayList<>();
    places(
        spec,
        place -> {
          Optional<Slot> kept = kept(unit, place);
          places.add(kept.map(it -> it.place().with(spec, place.spec())).orElse(place));
        });
    return places;
  }

  private static Optional<Slot> kept(Unit unit, Place place) {
    return unit.slot(place.instance())
        .filter(it -> it.place().home().key().equals(place.home().key()));
  }

  private static List<Slot> gone(Unit unit, List<Place> places) {
    return unit.slots().stream()
        .filter(slot -> places.stream().noneMatch(it -> isSame(it, slot.place())))
        .toList();
  }

  private static boolean isSame(Place one, Place other) {
    return one.home().key().equals(other.home().key());
  }

  private void go(Unit unit, Change change, CompletableFuture<ServiceStatus> reply) {
    List<Slot> gone = gone(unit, change.places());
    Set<String> restarted = new HashSet<>();
    Set<String> started = new HashSet<>();
    for (Place place : change.places()) {
      Optional<Slot> before = kept(unit, place);
      if (before.isEmpty()) {
        started.add(place.instance());
      } else if (needsRestart(before.get().place(), place)) {
        restarted.add(place.instance());
      }
    }
    List<Place> former = unit.slots().stream().map(Slot::place).toList();
    unit.respec(change.spec(), change.places());
    engine.graph(change.graph());
    gone.forEach(
        slot -> {
          slot.leave();
          CompletableFuture<String> ignored = delete(slot.place());
        });
    applyLive(unit, former);
    List<String> changed = new ArrayList<>(restarted);
    changed.addAll(started);
    events.accept(new ServiceUpdated(tools.time().now(), unit.name(), changed, "asked for"));
    startAgain(unit, restarted, change.wanted() ? started : Set.of(), reply);
  }

  private static boolean needsRestart(Place before, Place after) {
    return after.spec().needsRestartFrom(before.spec())
        || !before.service().directory().equals(after.service().directory())
        || !before.service().environment().equals(after.service().environment());
  }

  /** What takes effect in a process that lives: limits, and how its health is checked. */
  private void applyLive(Unit unit, List<Place> former) {
    for (Slot slot : unit.slots()) {
      Optional<ProcessSpec> before =
          former.stream().filter(it -> isSame(it, slot.place())).map(Place::spec).findFirst();
      if (before.isPresent() && slot.living().isPresent()) {
        applyLive(slot, before.get());
      }
    }
  }

  private void applyLive(Slot slot, ProcessSpec before) {
    ProcessSpec now = slot.place().spec();
    ResourceLimits limits = now.limits().resources();
    if (!limits.equals(before.limits().resources())) {
      slot.applyLimits();
    }
    if (!now.health().equals(before.health())) {
      slot.renewHealth();
    }
    if (!now.limits().maxMemoryRestart().equals(before.limits().maxMemoryRestart())) {
      slot.renewMemoryWatch();
    }
  }

  private void startAgain(
      Unit unit,
      Set<String> restarted,
      Set<String> started,
      CompletableFuture<ServiceStatus> reply) {
    Set<Integer> again = new HashSet<>();
    Set<Integer> first = new HashSet<>();
    Set<String> names = new HashSet<>(started);
    for (Slot slot : unit.slots()) {
      String name = slot.place().instance();
      if (restarted.contains(name) && unit.isWanted(slot)) {
        again.add(slot.index());
        names.add(name);
      }
      if (started.contains(name)) {
        first.add(slot.index());
      }
    }
    unit.feed(new Input.Restart(again, "its service was updated"));
    unit.feed(new Input.Start(first, "its service was updated"));
    inbox.pursue(unit, ReachGoal.Aim.UP, names, reply);
  }
}
