package io.luhproc.supervisor;

import io.luhproc.directory.ProcessRoot;
import io.luhproc.supervisor.SupervisorEvent.SupervisorStopping;
import io.luhproc.time.EventLoop;
import io.luhproc.time.Threads;
import io.luhproc.time.TimeSource;
import io.luhproc.time.Tokens;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.LoggerFactory;

/** Puts a supervisor together, and takes it apart in the reverse order. */
final class Control {
  private final Settings settings;
  private final Claim claim;
  private final TimeSource time;
  private final Board board = new Board();
  private final EventFeed events = new EventFeed();
  private final Replies replies = new Replies();
  private final Engine engine;
  private final EventLoop loop;
  private final SystemWorld world;
  private final Inbox inbox;
  private final Roster roster;
  private final Wishes wishes;
  private final Thread hook;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Control(Settings settings, Claim claim) {
    this.settings = settings;
    this.time = settings.time();
    this.claim = claim;
    this.engine = new Engine(board, events::publish, time);
    this.loop = EventLoop.start("supervisor", time, engine::publish);
    Runner runner = new Runner(loop, engine);
    this.world = new SystemWorld(runner, time, new LazyCgroups(settings::cgroups), System.getenv());
    Tools tools = new Tools(runner, runner, time, Tokens::dice, world);
    this.inbox = new Inbox(runner, engine, replies);
    ProcessRoot root = ProcessRoot.at(settings.directory());
    this.roster = new Roster(engine, inbox, tools, world, root, events::publish, replies);
    this.wishes = new Wishes(board, engine, inbox, tools, replies);
    this.hook = Threads.daemon("supervisor-exit", this::closeAtExit);
  }

  /** Claims the directory and starts the threads. */
  static Control start(Settings settings) {
    Claim claim = Claim.of(settings.directory());
    try {
      Control control = new Control(settings, claim);
      if (settings.onExit()) {
        Runtime.getRuntime().addShutdownHook(control.hook);
      }
      return control;
    } catch (RuntimeException | Error e) {
      claim.close();
      throw e;
    }
  }

  Board board() {
    return board;
  }

  EventFeed events() {
    return events;
  }

  Roster roster() {
    return roster;
  }

  Wishes wishes() {
    return wishes;
  }

  // The end.

  void close() {
    forgetHook();
    end(settings.leaving());
  }

  void detach() {
    forgetHook();
    end(true);
  }

  private void closeAtExit() {
    end(settings.leaving());
  }

  private void forgetHook() {
    try {
      boolean ignored = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException expected) {
      // The JVM is exiting: the hook runs beside us, and whoever comes second does nothing.
    }
  }

  private void end(boolean leaving) {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    String how = leaving ? "closed; its processes are left running" : "closed";
    events.publish(new SupervisorStopping(time.now(), how));
    if (!leaving) {
      stopAll();
    }
    boolean ignored = inbox.call(this::leave);
    loop.close();
    world.close();
    events.close();
    replies.close();
    claim.close();
  }

  private boolean leave() {
    engine.units().forEach(Unit::leave);
    return true;
  }

  private void stopAll() {
    Duration most = settings.shutdownTimeout();
    Duration patience = most.multipliedBy(3).dividedBy(4);
    CompletableFuture<SupervisorStatus> stopped = wishes.stopAll();
    if (!isDone(stopped, patience)) {
      wishes.killAll();
      if (!isDone(stopped, most.minus(patience))) {
        LoggerFactory.getLogger(Supervisor.class)
            .error("some services could not be stopped within {}: {}", most, board.status());
      }
    }
  }

  private static boolean isDone(CompletableFuture<?> future, Duration timeout) {
    try {
      Object ignored = future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException expected) {
      return false;
    } catch (ExecutionException | CancellationException e) {
      LoggerFactory.getLogger(Supervisor.class).error("a service could not be stopped", e);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
