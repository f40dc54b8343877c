package io.luhproc.supervisor;

import io.luhproc.process.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What people want of services that are there. */
final class Wishes {
  private static final String ASKED = "asked for";

  private final Board board;
  private final Engine engine;
  private final Inbox inbox;
  private final Tools tools;

  Wishes(Board board, Engine engine, Inbox inbox, Tools tools) {
    this.board = board;
    this.engine = engine;
    this.inbox = inbox;
    this.tools = tools;
  }

  CompletableFuture<ServiceStatus> start(Target target) {
    target.check(board.status(target.service()));
    return inbox.ask(reply -> start(target, ASKED, reply));
  }

  private void start(Target target, String why, CompletableFuture<ServiceStatus> reply) {
    engine.start(target, why);
    Unit unit = engine.unit(target.service());
    inbox.pursue(unit, ReachGoal.Aim.UP, Target.names(target.slots(unit)), reply);
  }

  CompletableFuture<ServiceStatus> stop(Target target) {
    target.check(board.status(target.service()));
    return inbox.ask(reply -> stop(target, reply));
  }

  private void stop(Target target, CompletableFuture<ServiceStatus> reply) {
    Unit unit = engine.unit(target.service());
    Set<Slot> slots = target.slots(unit);
    if (target.isWhole()) {
      engine.stopLater(target.service(), ASKED);
    } else {
      unit.feed(new Input.Stop(Target.indexes(slots), ASKED));
    }
    inbox.pursue(unit, ReachGoal.Aim.DOWN, Target.names(slots), reply);
  }

  CompletableFuture<ServiceStatus> kill(Target target) {
    target.check(board.status(target.service()));
    return inbox.ask(
        reply -> {
          Unit unit = engine.unit(target.service());
          Set<Slot> slots = target.slots(unit);
          if (target.isWhole()) {
            engine.stopDependents(target.service());
            unit.kill(ASKED);
          } else {
            unit.feed(new Input.Kill(Target.indexes(slots), ASKED));
          }
          inbox.pursue(unit, ReachGoal.Aim.DOWN, Target.names(slots), reply);
        });
  }

  CompletableFuture<ServiceStatus> restart(Target target) {
    target.check(board.status(target.service()));
    return inbox.ask(reply -> restart(target, reply));
  }

  private void restart(Target target, CompletableFuture<ServiceStatus> reply) {
    Unit unit = engine.unit(target.service());
    Set<String> names = Target.names(target.slots(unit));
    List<Unit> dependents = target.isWhole() ? dependentsUp(target.service()) : List.of();
    if (dependents.isEmpty()) {
      engine.restart(target, ASKED);
      inbox.pursue(unit, ReachGoal.Aim.UP, names, reply);
    } else {
      engine.stopLater(target.service(), "restart");
      unit.comesBack();
      dependents.forEach(Unit::comesBack);
      inbox.whenDown(unit, names, reply, () -> comeBack(unit, dependents, reply));
    }
  }

  private List<Unit> dependentsUp(String service) {
    return engine.graph().stopClosure(service).stream()
        .filter(name -> !name.equals(service))
        .map(engine::unit)
        .filter(it -> it.isToBeUp() || !it.isOver())
        .toList();
  }

  private void comeBack(Unit unit, List<Unit> dependents, CompletableFuture<ServiceStatus> reply) {
    // Whoever was stopped or removed meanwhile stays so.
    List<Unit> again = dependents.stream().filter(it -> engine.has(it) && it.isToBeUp()).toList();
    if (engine.has(unit) && unit.isToBeUp()) {
      start(Target.of(unit.name()), "restart", reply);
      again.forEach(it -> engine.start(Target.of(it.name()), "restart of what it requires"));
    } else {
      String message = unit.name() + " was not restarted: it was stopped meanwhile";
      inbox.fail(reply, new ServiceFailedException(message, Cause.wanted("stopped meanwhile")));
    }
  }

  CompletableFuture<ServiceStatus> reload(Target target) {
    target.check(board.status(target.service()));
    return inbox.ask(reply -> reload(target, reply));
  }

  /** Who has no signal for it is restarted. */
  private void reload(Target target, CompletableFuture<ServiceStatus> reply) {
    Unit unit = engine.unit(target.service());
    Set<Slot> slots = target.slots(unit);
    List<Slot> signalled = slots.stream().filter(Wishes::isReloadedBySignal).toList();
    List<String> restarted =
        slots.stream()
            .filter(it -> !signalled.contains(it))
            .map(it -> it.place().instance())
            .toList();
    if (!restarted.isEmpty()) {
      engine.restart(Target.of(target.service(), restarted), "reload");
    }
    CompletableFuture<ServiceStatus> up = inbox.open();
    CompletableFuture<ServiceStatus> told = inbox.open();
    inbox.pursue(unit, ReachGoal.Aim.UP, Target.names(slots), up);
    forEach(unit, signalled, this::reload, told);
    answer(told.thenCompose(status -> up), reply);
  }

  private static boolean isReloadedBySignal(Slot slot) {
    return slot.living().isPresent() && slot.place().spec().reload().isPresent();
  }

  private void reload(Slot slot, Consumer<String> answer) {
    signal(slot, slot.place().spec().reload().orElseThrow(), answer);
  }

  private void answer(
      CompletableFuture<ServiceStatus> all, CompletableFuture<ServiceStatus> reply) {
    CompletableFuture<ServiceStatus> ignored =
        all.whenComplete(
            (status, failure) -> {
              if (failure == null) {
                inbox.complete(reply, status);
              } else {
                inbox.fail(reply, failure.getCause() == null ? failure : failure.getCause());
              }
            });
  }

  CompletableFuture<ServiceStatus> signal(Target target, Signal signal) {
    target.check(board.status(target.service()));
    return forEachLiving(target, (slot, answer) -> signal(slot, signal, answer));
  }

  private void signal(Slot slot, Signal signal, Consumer<String> answer) {
    tools.world().signal(slot.place(), slot.living().orElseThrow(), signal, answer);
  }

  CompletableFuture<ServiceStatus> pause(Target target, boolean frozen) {
    target.check(board.status(target.service()));
    return forEachLiving(target, (slot, answer) -> pause(slot, frozen, answer));
  }

  private void pause(Slot slot, boolean frozen, Consumer<String> answer) {
    Living who = slot.living().orElseThrow();
    tools
        .world()
        .pause(
            slot.place(),
            who,
            frozen,
            told -> {
              if (told.isEmpty()) {
                tools.loop().execute(() -> slot.paused(who, frozen));
              }
              answer.accept(told);
            });
  }

  /** Does something to each living process, of which there must be one; answers when all did. */
  private CompletableFuture<ServiceStatus> forEachLiving(
      Target target, BiConsumer<Slot, Consumer<String>> body) {
    return inbox.ask(
        reply -> {
          Unit unit = engine.unit(target.service());
          Set<Slot> meant = target.slots(unit);
          List<Slot> living = meant.stream().filter(it -> it.living().isPresent()).toList();
          if (living.isEmpty()) {
            fail(reply, unit, meant.stream().map(Wishes::doesNotLive));
          } else {
            forEach(unit, living, body, reply);
          }
        });
  }

  private static String doesNotLive(Slot slot) {
    return slot.place().instance() + " does not live; start it first";
  }

  private void fail(CompletableFuture<ServiceStatus> reply, Unit unit, Stream<String> failures) {
    String message = unit.name() + ": " + failures.collect(Collectors.joining("; "));
    inbox.fail(reply, new ServiceFailedException(message, new Cause(Cause.Kind.UNKNOWN, message)));
  }

  private void forEach(
      Unit unit,
      List<Slot> slots,
      BiConsumer<Slot, Consumer<String>> body,
      CompletableFuture<ServiceStatus> reply) {
    Answers answers = new Answers(unit, slots.size(), reply);
    slots.forEach(slot -> body.accept(slot, it -> tools.loop().execute(() -> answers.add(it))));
    answers.check();
  }

  /** Gathers one answer for each process. */
  private final class Answers {
    private final Unit unit;
    private final CompletableFuture<ServiceStatus> reply;
    private final List<String> failures = new ArrayList<>();
    private int missing;

    Answers(Unit unit, int missing, CompletableFuture<ServiceStatus> reply) {
      this.unit = unit;
      this.missing = missing;
      this.reply = reply;
    }

    void add(String failure) {
      missing--;
      if (!failure.isEmpty()) {
        failures.add(failure);
      }
      check();
    }

    void check() {
      if (missing == 0) {
        unit.pursue(new PublishedGoal(this::answer));
      }
    }

    private void answer() {
      if (failures.isEmpty()) {
        inbox.complete(reply, unit.status());
      } else {
        fail(reply, unit, failures.stream());
      }
    }
  }

  CompletableFuture<SupervisorStatus> startAll() {
    return inbox.ask(
        reply -> {
          List<CompletableFuture<ServiceStatus>> each = new ArrayList<>();
          for (String name : engine.graph().startOrder()) {
            if (engine.unit(name).spec().autostart()) {
              CompletableFuture<ServiceStatus> one = inbox.open();
              start(Target.of(name), "autostart", one);
              each.add(one);
            }
          }
          answerAll(each, reply);
        });
  }

  CompletableFuture<SupervisorStatus> stopAll() {
    return inbox.ask(reply -> stopAll("all are stopped", reply));
  }

  /** Stops all and lets nobody start anything any more. */
  CompletableFuture<SupervisorStatus> stopForGood() {
    return inbox.callLast(
        () -> {
          CompletableFuture<SupervisorStatus> reply = inbox.open();
          stopAll("the supervisor is closed", reply);
          return reply;
        });
  }

  private void stopAll(String why, CompletableFuture<SupervisorStatus> reply) {
    List<CompletableFuture<ServiceStatus>> each = new ArrayList<>();
    for (Unit unit : engine.units()) {
      CompletableFuture<ServiceStatus> one = inbox.open();
      unit.stopLater(why);
      inbox.pursue(unit, ReachGoal.Aim.DOWN, Target.names(new LinkedHashSet<>(unit.slots())), one);
      each.add(one);
    }
    answerAll(each, reply);
  }

  /** Kills everything that has not been stopped yet. */
  void killAll() {
    tools
        .loop()
        .execute(
            () ->
                engine
                    .units()
                    .forEach(
                        unit -> {
                          unit.kill("the time to stop is over");
                        }));
  }

  private void answerAll(
      List<CompletableFuture<ServiceStatus>> each, CompletableFuture<SupervisorStatus> reply) {
    CompletableFuture<Void> ignored =
        CompletableFuture.allOf(each.toArray(CompletableFuture<?>[]::new))
            .handle(
                (all, failure) -> {
                  if (failure == null) {
                    inbox.complete(reply, board.status());
                  } else {
                    inbox.fail(reply, failure.getCause() == null ? failure : failure.getCause());
                  }
                  return null;
                });
  }

  CompletableFuture<ServiceStatus> await(String service, ProcessState state, Duration timeout) {
    String name = board.status(service).name();
    return inbox.ask(reply -> inbox.await(engine.unit(name), state, timeout, reply));
  }
}
