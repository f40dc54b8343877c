package io.luhproc.supervisor;

import io.luhproc.directory.ProcessRoot;
import io.luhproc.service.SupervisorEvent.SupervisorStopping;
import io.luhproc.service.SupervisorStatus;
import io.luhproc.spawn.Launcher;
import io.luhproc.supervisor.engine.EngineContext;
import io.luhproc.supervisor.engine.FutureCompleter;
import io.luhproc.supervisor.engine.LoopExecutor;
import io.luhproc.supervisor.engine.ManagedService;
import io.luhproc.supervisor.engine.ServiceManager;
import io.luhproc.supervisor.engine.ServiceOperations;
import io.luhproc.supervisor.engine.ServiceRegistry;
import io.luhproc.supervisor.engine.StatusStore;
import io.luhproc.supervisor.engine.SupervisorLoop;
import io.luhproc.supervisor.event.EventPublisher;
import io.luhproc.supervisor.runtime.CgroupProvider;
import io.luhproc.supervisor.runtime.Closer;
import io.luhproc.supervisor.runtime.LocalProcessRuntime;
import io.luhproc.supervisor.runtime.OrphanScanner;
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
final class SupervisorLifecycle {
  private static final int MAX_REPLY_THREADS = 4;

  private final SupervisorConfig config;
  private final SupervisorLock lock;
  private final TimeSource timeSource;
  private final StatusStore statuses = new StatusStore();
  private final EventPublisher events = new EventPublisher();
  private final ThreadPool replyThreads;
  private final FutureCompleter completer;
  private final ServiceManager services;
  private final EventLoop eventLoop;
  private final Launcher launcher;
  private final LocalProcessRuntime runtime;
  private final SupervisorLoop supervisorLoop;
  private final ServiceRegistry registry;
  private final ServiceOperations operations;
  private final OrphanScanner orphanScanner;
  private final Thread hook;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CountDownLatch closeFinished = new CountDownLatch(1);

  private SupervisorLifecycle(SupervisorConfig config, Closer closer) {
    this.config = config;
    this.timeSource = config.timeSource();
    this.lock = closer.add(SupervisorLock.acquire(config.directory()));
    this.replyThreads = closer.add(ThreadPool.withMaxThreads(MAX_REPLY_THREADS, "replies"));
    this.services = new ServiceManager(statuses, events::publish, timeSource, this::isOwner);
    this.eventLoop = closer.add(EventLoop.start("supervisor", timeSource, services::publish));
    LoopExecutor runner = new LoopExecutor(eventLoop, eventLoop, services);
    ProcessRoot root = ProcessRoot.at(config.directory());
    CgroupProvider cgroups = new CgroupProvider(config::createCgroups, root);
    this.launcher = closer.add(config.createLauncher());
    this.runtime = new LocalProcessRuntime(runner, timeSource, launcher, cgroups, closer);
    this.completer = new FutureCompleter(replyThreads, runner, config.directory());
    EngineContext context =
        new EngineContext(runner, runner, timeSource, RandomTokens::jitter, runtime);
    this.supervisorLoop = new SupervisorLoop(runner, services, completer);
    this.registry = new ServiceRegistry(services, supervisorLoop, context, root);
    this.operations = new ServiceOperations(statuses, services, supervisorLoop, context);
    this.orphanScanner = new OrphanScanner(root, statuses);
    this.hook = Threads.daemon("supervisor-exit", this::closeAtExit);
  }

  /** Claims the directory and starts the threads. */
  static SupervisorLifecycle start(SupervisorConfig config) {
    Closer closer = new Closer();
    try {
      SupervisorLifecycle control = new SupervisorLifecycle(config, closer);
      if (config.shutdownHook()) {
        Runtime.getRuntime().addShutdownHook(control.hook);
      }
      return control;
    } catch (RuntimeException | Error e) {
      closer.closeAfter(e);
      throw e;
    }
  }

  private boolean isOwner() {
    return eventLoop.isLoopThread();
  }

  StatusStore statuses() {
    return statuses;
  }

  EventPublisher events() {
    return events;
  }

  ServiceRegistry registry() {
    return registry;
  }

  ServiceOperations operations() {
    return operations;
  }

  OrphanScanner orphanScanner() {
    return orphanScanner;
  }

  // The end.

  void close() {
    shutDown(config.leaveRunning());
    removeHook();
  }

  void detach() {
    shutDown(true);
    removeHook();
  }

  private void closeAtExit() {
    shutDown(config.leaveRunning());
  }

  /** Not before the end: the hook makes a JVM that is told to exit meanwhile wait for it. */
  private void removeHook() {
    try {
      boolean ignored = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException expected) {
      // The JVM is exiting: the hook runs beside us, and whoever comes second does nothing.
    }
  }

  private void shutDown(boolean leaveRunning) {
    // A task of an app is interrupted when it is to stop; what it supervises is stopped all the
    // same, and not left running because nobody may wait.
    boolean interrupted = Thread.interrupted();
    try {
      if (closed.compareAndSet(false, true)) {
        beginShutdown(leaveRunning);
        interrupted |= Thread.interrupted();
        closeComponents();
      } else {
        awaitClosed();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void beginShutdown(boolean leaveRunning) {
    String detail = leaveRunning ? "closed; its processes are left running" : "closed";
    events.publish(new SupervisorStopping(timeSource.now(), detail));
    if (!leaveRunning) {
      stopAll();
    }
  }

  private void closeComponents() {
    try (lock;
        replyThreads;
        completer;
        events;
        launcher;
        runtime;
        eventLoop) {
      boolean ignored = supervisorLoop.closeWith(this::detachAll);
    } finally {
      closeFinished.countDown();
    }
  }

  /** The JVM must not exit before another thread has closed what it is about to close. */
  private void awaitClosed() {
    Deadline deadline = Deadline.after(timeSource, config.shutdownTimeout());
    try {
      boolean ignored = closeFinished.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean detachAll() {
    services.services().forEach(ManagedService::detach);
    return true;
  }

  private void stopAll() {
    Duration most = config.shutdownTimeout();
    Duration timeout = most.multipliedBy(3).dividedBy(4);
    CompletableFuture<SupervisorStatus> stopped = operations.stopAllAndClose();
    if (!awaitDone(stopped, timeout)) {
      operations.killAll();
      if (!awaitDone(stopped, most.minus(timeout))) {
        LoggerFactory.getLogger(Supervisor.class)
            .error("some services could not be stopped within {}: {}", most, statuses.status());
      }
    }
  }

  /** Waits also where the thread is interrupted meanwhile; the interrupt is kept. */
  private boolean awaitDone(CompletableFuture<?> future, Duration timeout) {
    Deadline deadline = Deadline.after(timeSource, timeout);
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
