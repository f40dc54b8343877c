package io.luhproc.supervisor;

import io.luhproc.directory.ProcessRoot;
import io.luhproc.spawn.Launcher;
import io.luhproc.supervisor.SupervisorEvent.SupervisorStopping;
import io.luhproc.time.Deadline;
import io.luhproc.time.EventLoop;
import io.luhproc.time.RandomTokens;
import io.luhproc.time.ThreadPool;
import io.luhproc.time.Threads;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.LoggerFactory;

/** Puts a supervisor together, and takes it apart in the reverse order. */
final class Control {
  private static final int MOST_ANSWERING = 4;

  private final Settings settings;
  private final Claim claim;
  private final TimeSource time;
  private final Board board = new Board();
  private final EventFeed events = new EventFeed();
  private final ThreadPool answers;
  private final Replies replies;
  private final Engine engine;
  private final EventLoop loop;
  private final Launcher launcher;
  private final SystemWorld world;
  private final Inbox inbox;
  private final Roster roster;
  private final Wishes wishes;
  private final Strays strays;
  private final Thread hook;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);

  private Control(Settings settings, Opened opened) {
    this.settings = settings;
    this.time = settings.time();
    this.claim = opened.add(Claim.of(settings.directory()));
    this.answers = opened.add(ThreadPool.withMaxThreads(MOST_ANSWERING, "replies"));
    this.engine = new Engine(board, events::publish, time, this::isOwner);
    this.loop = opened.add(EventLoop.start("supervisor", time, engine::publish));
    Runner runner = new Runner(loop, loop, engine);
    ProcessRoot root = ProcessRoot.at(settings.directory());
    LazyCgroups cgroups = new LazyCgroups(settings::cgroups, root);
    this.launcher = opened.add(settings.launcher());
    this.world = new SystemWorld(runner, time, launcher, cgroups, opened);
    this.replies = new Replies(answers, runner, settings.directory());
    Tools tools = new Tools(runner, runner, time, RandomTokens::jitter, world);
    this.inbox = new Inbox(runner, engine, replies);
    this.roster = new Roster(engine, inbox, tools, root);
    this.wishes = new Wishes(board, engine, inbox, tools);
    this.strays = new Strays(root, board);
    this.hook = Threads.daemon("supervisor-exit", this::closeAtExit);
  }

  /** Claims the directory and starts the threads. */
  static Control start(Settings settings) {
    Opened opened = new Opened();
    try {
      Control control = new Control(settings, opened);
      if (settings.onExit()) {
        Runtime.getRuntime().addShutdownHook(control.hook);
      }
      return control;
    } catch (RuntimeException | Error e) {
      opened.closeAfter(e);
      throw e;
    }
  }

  private boolean isOwner() {
    return loop.isLoopThread();
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

  Strays strays() {
    return strays;
  }

  // The end.

  void close() {
    end(settings.leaving());
    forgetHook();
  }

  void detach() {
    end(true);
    forgetHook();
  }

  private void closeAtExit() {
    end(settings.leaving());
  }

  /** Not before the end: the hook makes a JVM that is told to exit meanwhile wait for it. */
  private void forgetHook() {
    try {
      boolean ignored = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException expected) {
      // The JVM is exiting: the hook runs beside us, and whoever comes second does nothing.
    }
  }

  private void end(boolean leaving) {
    // A task of an app is interrupted when it is to stop; what it supervises is stopped all the
    // same, and not left running because nobody may wait.
    boolean interrupted = Thread.interrupted();
    try {
      if (closed.compareAndSet(false, true)) {
        beginEnd(leaving);
        interrupted |= Thread.interrupted();
        takeApart();
      } else {
        awaitEnd();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void beginEnd(boolean leaving) {
    String how = leaving ? "closed; its processes are left running" : "closed";
    events.publish(new SupervisorStopping(time.now(), how));
    if (!leaving) {
      stopAll();
    }
  }

  private void takeApart() {
    try (claim;
        answers;
        replies;
        events;
        launcher;
        world;
        loop) {
      boolean ignored = inbox.callLast(this::leave);
    } finally {
      ended.countDown();
    }
  }

  /** The JVM must not exit before another thread has closed what it is about to close. */
  private void awaitEnd() {
    Deadline deadline = Deadline.after(time, settings.shutdownTimeout());
    try {
      boolean ignored = ended.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean leave() {
    engine.units().forEach(Unit::leave);
    return true;
  }

  private void stopAll() {
    Duration most = settings.shutdownTimeout();
    Duration patience = most.multipliedBy(3).dividedBy(4);
    CompletableFuture<SupervisorStatus> stopped = wishes.stopForGood();
    if (!isDone(stopped, patience)) {
      wishes.killAll();
      if (!isDone(stopped, most.minus(patience))) {
        LoggerFactory.getLogger(Supervisor.class)
            .error("some services could not be stopped within {}: {}", most, board.status());
      }
    }
  }

  /** Waits also where the thread is interrupted meanwhile; the interrupt is kept. */
  private boolean isDone(CompletableFuture<?> future, Duration timeout) {
    Deadline deadline = Deadline.after(time, timeout);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          Object ignored = future.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
          return true;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (TimeoutException expected) {
      return false;
    } catch (ExecutionException | CancellationException e) {
      LoggerFactory.getLogger(Supervisor.class).error("a service could not be stopped", e);
      return true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
