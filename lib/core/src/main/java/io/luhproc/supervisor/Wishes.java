package io.luhproc.supervisor;

import io.luhproc.process.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What people want of services that are there. */
final class Wishes {
  private static final String ASKED = "asked for";

  private final Board board;
  private final Engine engine;
  private final Inbox inbox;
  private final Tools tools;
  private final Replies replies;

  Wishes(Board board, Engine engine, Inbox inbox, Tools tools, Replies replies) {
    this.board = board;
    this.engine = engine;
    this.inbox = inbox;
    this.tools = tools;
    this.replies = replies;
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
          unit.stopNoLonger();
          unit.feed(new Input.Kill(Target.indexes(slots), ASKED));
          inbox.pursue(unit, ReachGoal.Aim.DOWN, Target.names(slots), reply);
        });
  }

  CompletableFuture<ServiceStatus> restart(Target target) {
    target.check(board.status(target.service()));
    return inbox.ask(reply -> restart(target, reply));
  }

  private void restart(Target target, CompletableFuture<ServiceStatus> reply) {
    Unit unit = engine.unit(target.service());
    List<String> dependents = wantedDependents(target.service());
    if (target.isWhole() && !dependents.isEmpty()) {
      engine.stopLater(target.service(), "restart");
      inbox.whenDown(
          unit,
          Target.names(target.slots(unit)),
          reply,
          () -> {
            start(target, "restart", reply);
            dependents.forEach(
                name -> engine.start(Target.of(name), "restart of what it requires"));
          });
      return;
    }
    Set<Slot> slots = target.slots(unit);
    unit.stopNoLonger();
    unit.feed(new Input.Restart(Target.indexes(slots), ASKED));
    inbox.pursue(unit, ReachGoal.Aim.UP, Target.names(slots), reply);
  }

  private List<String> wantedDependents(String service) {
    List<String> names = new ArrayList<>(engine.graph().stoppedWith(service));
    names.remove(service);
    names.removeIf(name -> !engine.unit(name).isWanted());
    return names;
  }

  CompletableFuture<ServiceStatus> reload(Target target) {
    target.check(board.status(target.service()));
    return inbox.ask(
        reply -> {
          Unit unit = engine.unit(target.service());
          Set<Slot> restarted = new LinkedHashSet<>();
          for (Slot slot : target.slots(unit)) {
            boolean signalled = slot.living().isPresent() && reloadBySignal(slot);
            if (!signalled) {
              restarted.add(slot);
            }
          }
          unit.feed(new Input.Restart(Target.indexes(restarted), "reload"));
          inbox.pursue(unit, ReachGoal.Aim.UP, Target.names(target.slots(unit)), reply);
        });
  }

  private boolean reloadBySignal(Slot slot) {
    slot.place()
        .spec()
        .reload()
        .ifPresent(
            signal ->
                tools
                    .world()
                    .signal(slot.place(), slot.living().orElseThrow(), signal, answer -> {}));
    return slot.place().spec().reload().isPresent();
  }

  CompletableFuture<ServiceStatus> signal(Target target, Signal signal) {
    target.check(board.status(target.service()));
    return forEachLiving(
        target,
        (slot, answer) ->
            tools.world().signal(slot.place(), slot.living().orElseThrow(), signal, answer));
  }

  CompletableFuture<ServiceStatus> pause(Target target, boolean frozen) {
    target.check(board.status(target.service()));
    return forEachLiving(
        target,
        (slot, answer) ->
            tools
                .world()
                .pause(
                    slot.place(),
                    slot.living().orElseThrow(),
                    frozen,
                    told -> tools.loop().execute(() -> paused(slot, frozen, told, answer))));
  }

  private static void paused(Slot slot, boolean frozen, String told, Consumer<String> answer) {
    if (told.isEmpty()) {
      slot.paused(frozen);
    }
    answer.accept(told);
  }

  /** Does something to each living process, and answers when all are done. */
  private CompletableFuture<ServiceStatus> forEachLiving(
      Target target, BiConsumer<Slot, Consumer<String>> body) {
    return inbox.ask(
        reply -> {
          Unit unit = engine.unit(target.service());
          List<Slot> living =
              target.slots(unit).stream().filter(it -> it.living().isPresent()).toList();
          Answers answers = new Answers(unit, living.size(), reply);
          living.forEach(
              slot -> body.accept(slot, it -> tools.loop().execute(() -> answers.add(it))));
          answers.check();
        });
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
      if (missing > 0) {
        return;
      }
      unit.touch();
      if (failures.isEmpty()) {
        replies.complete(reply, unit.status());
      } else {
        String message = unit.name() + ": " + String.join("; ", failures);
        replies.fail(
            reply, new ServiceFailedException(message, new Cause(Cause.Kind.UNKNOWN, message)));
      }
    }
  }

  CompletableFuture<SupervisorStatus> startAll() {
    return inbox.ask(
        reply -> {
          List<CompletableFuture<ServiceStatus>> each = new ArrayList<>();
          for (String name : engine.graph().order()) {
            if (engine.unit(name).spec().autostart()) {
              CompletableFuture<ServiceStatus> one = replies.open();
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
          CompletableFuture<SupervisorStatus> reply = replies.open();
          stopAll("the supervisor is closed", reply);
          return reply;
        });
  }

  private void stopAll(String why, CompletableFuture<SupervisorStatus> reply) {
    List<CompletableFuture<ServiceStatus>> each = new ArrayList<>();
    for (Unit unit : engine.units()) {
      CompletableFuture<ServiceStatus> one = replies.open();
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
                          unit.stopNoLonger();
                          unit.feed(new Input.Kill(unit.all(), "the time to stop is over"));
                        }));
  }

  private void answerAll(
      List<CompletableFuture<ServiceStatus>> each, CompletableFuture<SupervisorStatus> reply) {
    CompletableFuture<Void> ignored =
        CompletableFuture.allOf(each.toArray(CompletableFuture<?>[]::new))
            .handle(
                (all, failure) -> {
                  if (failure == null) {
                    replies.complete(reply, board.status());
                  } else {
                    replies.fail(reply, failure.getCause() == null ? failure : failure.getCause());
                  }
                  return null;
                });
  }

  CompletableFuture<ServiceStatus> await(String service, ProcessState state, Duration timeout) {
    ServiceStatus known = board.status(service);
    return inbox.ask(
        reply -> {
          Unit unit = engine.unit(service);
          unit.pursue(new StateGoal(state, it -> replies.complete(reply, it.status())));
          tools
              .timers()
              .after(
                  timeout,
                  () ->
                      replies.fail(
                          reply,
                          new TimeoutException(
                              known.name()
                                  + " was not "
                                  + state
                                  + " within "
                                  + timeout
                                  + "; it is "
                                  + unit.state())));
        });
  }
}
