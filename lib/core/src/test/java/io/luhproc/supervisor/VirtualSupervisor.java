package io.luhproc.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.directory.ProcessRoot;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceSpec;
import io.luhproc.testing.VirtualTime;
import io.luhproc.time.ResizableExecutor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A supervisor in virtual time over a scripted world; only the facade and its threads lack. */
final class VirtualSupervisor {
  private final VirtualTime time = new VirtualTime();
  private final Board board = new Board();
  private final List<SupervisorEvent> events = new ArrayList<>();
  private final Engine engine;
  private final VirtualLoop loop;
  private final ScriptedWorld world;
  private final Roster roster;
  private final Wishes wishes;

  VirtualSupervisor() {
    engine = new Engine(board, events::add, time, () -> true);
    loop = new VirtualLoop(time, engine::publish);
    Runner runner = new Runner(loop, loop, engine);
    world = new ScriptedWorld(loop, time);
    Tools tools = new Tools(runner, runner, time, () -> 0, world);
    Inbox inbox =
        new Inbox(
            runner,
            engine,
            new Replies(new AtOnce(), (delay, body) -> () -> {}, Path.of("/nowhere")));
    roster = new Roster(engine, inbox, tools, ProcessRoot.at(Path.of("/nowhere")));
    wishes = new Wishes(board, engine, inbox, tools);
  }

  /** Returns a service with one process {@code it}, which runs as soon as it is launched. */
  static ServiceSpec.Builder service(String name) {
    return ServiceSpec.named(name).process(process("it"));
  }

  static ProcessSpec.Builder process(String name) {
    return ProcessSpec.command(name, "true").minReadyTime(Duration.ZERO);
  }

  VirtualSupervisor add(ServiceSpec.Builder... services) {
    roster.add(java.util.Arrays.stream(services).map(ServiceSpec.Builder::build).toList());
    return this;
  }

  VirtualSupervisor passes(Duration duration) {
    loop.passes(duration);
    return this;
  }

  /** Lets as much time pass as an answer takes. */
  VirtualSupervisor oneAnswer() {
    return passes(Duration.ofMillis(10));
  }

  VirtualSupervisor aSecond() {
    return passes(Duration.ofSeconds(1));
  }

  Roster roster() {
    return roster;
  }

  Wishes wishes() {
    return wishes;
  }

  ScriptedWorld world() {
    return world;
  }

  Board board() {
    return board;
  }

  int timers() {
    return loop.timers();
  }

  List<SupervisorEvent> events() {
    return events;
  }

  CompletableFuture<ServiceStatus> start(String service, String... processes) {
    return wishes.start(Target.of(service, processes));
  }

  CompletableFuture<ServiceStatus> stop(String service, String... processes) {
    return wishes.stop(Target.of(service, processes));
  }

  CompletableFuture<ServiceStatus> restart(String service, String... processes) {
    return wishes.restart(Target.of(service, processes));
  }

  /** Starts services and waits until they are up. */
  VirtualSupervisor running(String... services) {
    for (String service : services) {
      CompletableFuture<ServiceStatus> started = start(service);
      aSecond();
      assertThat(started).as(service + " is up").isCompleted();
    }
    world.done();
    return this;
  }

  VirtualSupervisor is(String service, ProcessState state) {
    assertThat(state(service)).as(() -> board.explanation().why(service)).isEqualTo(state);
    return this;
  }

  ProcessState state(String service) {
    return board.status(service).state();
  }

  /** Says what was done since this was last asked. */
  VirtualSupervisor did(String... expected) {
    assertThat(world.done()).containsExactly(expected);
    return this;
  }

  static void fails(CompletableFuture<?> future, String... parts) {
    assertThat(future).isCompletedExceptionally();
    assertThatThrownBy(future::join).hasMessageContainingAll(parts);
  }

  /** Runs what it is given where it is given it. */
  private static final class AtOnce implements ResizableExecutor {
    @Override
    public void execute(Runnable body) {
      body.run();
    }

    @Override
    public void grow() {
      // One thread is enough for what never waits.
    }

    @Override
    public void shrink() {
      // There is nothing to take away.
    }

    @Override
    public void close() {
      // There is no thread.
    }
  }
}
