package io.luhproc.supervisor;

import io.luhproc.directory.ProcessRoot;
import io.luhproc.directory.RootMaintainer;
import io.luhproc.service.SupervisorEvent.SupervisorStopping;
import io.luhproc.service.SupervisorStatus;
import io.luhproc.spawn.Launcher;
import io.luhproc.supervisor.engine.EngineContext;
import io.luhproc.supervisor.engine.FutureCompleter;
import io.luhproc.supervisor.engine.ManagedService;
import io.luhproc.supervisor.engine.ServiceManager;
import io.luhproc.supervisor.engine.ServiceOperations;
import io.luhproc.supervisor.engine.ServiceRegistry;
import io.luhproc.supervisor.engine.StatusStore;
import io.luhproc.supervisor.engine.SupervisorLoop;
import io.luhproc.supervisor.event.EventPublisher;
import io.luhproc.supervisor.runtime.CgroupProvider;
import io.luhproc.supervisor.runtime.LocalProcessRuntime;
import io.luhproc.supervisor.runtime.ProcessRuntime;
import io.luhproc.supervisor.runtime.RemoteProcessRuntime;
import io.luhproc.time.Deadline;
import io.luhproc.time.EventLoop;
import io.luhproc.time.RandomTokens;
import io.luhproc.time.ThreadPool;
import io.luhproc.time.Threads;
import io.luhproc.time.TimeSource;
import io.luhproc.time.Timers.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.LoggerFactory;

/** Builds the parts of a supervisor, and closes them in reverse order. */
final class SupervisorLifecycle {
  private static final int MAX_REPLY_THREADS = 4;
  private static final Duration EXIT_TIMEOUT = Duration.ofSeconds(1);
  // A second supervisor could lock the directory in this time after its lock file was deleted.
  private static final Duration MAINTENANCE_INTERVAL = Duration.ofSeconds(5);

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
  private final SupervisorLoop supervisorLoop;
  private final ProcessRuntime runtime;
  private final ServiceRegistry registry;
  private final ServiceOperations operations;
  private final Thread hook;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CountDownLatch closeFinished = new CountDownLatch(1);

  private SupervisorLifecycle(SupervisorConfig config, OpenParts parts) {
    this.config = config;
    this.timeSource = config.timeSource();
    this.lock = parts.add(SupervisorLock.acquire(config.directory()));
    this.replyThreads = parts.add(ThreadPool.withMaxThreads(MAX_REPLY_THREADS, "replies"));
    this.services = new ServiceManager(statuses, this::isOwner);
    this.eventLoop = parts.add(EventLoop.start("supervisor", timeSource, services::publish));
    this.completer = new FutureCompleter(replyThreads, eventLoop, config.directory());
    this.supervisorLoop = new SupervisorLoop(eventLoop, eventLoop, services, completer);
    ProcessRoot root = ProcessRoot.at(config.directory());
    CgroupProvider cgroups = new CgroupProvider(config::createCgroups, root);
    this.launcher = parts.add(config.createLauncher());
    this.runtime =
        parts.add(
            RemoteProcessRuntime.over(
                LocalProcessRuntime.start(root, supervisorLoop, timeSource, launcher, cgroups),
                supervisorLoop,
                timeSource));
    EngineContext context =
        new EngineContext(
            supervisorLoop, timeSource, RandomTokens::jitter, runtime, statuses, events::publish);
    this.registry = new ServiceRegistry(services, context);
    this.operations = new ServiceOperations(services, context);
    this.hook = Threads.daemon("supervisor-exit", this::closeAtExit);
  }

  /** Locks the directory and starts the threads. */
  static SupervisorLifecycle start(SupervisorConfig config) {
    OpenParts parts = new OpenParts();
    try {
      SupervisorLifecycle lifecycle = new SupervisorLifecycle(config, parts);
      lifecycle.scheduleMaintenance(lifecycle.lock.maintainer(config.timeSource()));
      if (config.shutdownHook()) {
        Runtime.getRuntime().addShutdownHook(lifecycle.hook);
      }
      return lifecycle;
    } catch (RuntimeException | Error e) {
      parts.closeAfter(e);
      throw e;
    }
  }

  /** Schedules the next maintenance of the directory. Another thread accesses the disk. */
  private void scheduleMaintenance(RootMaintainer maintainer) {
    Timer ignored =
        eventLoop.schedule(
            MAINTENANCE_INTERVAL, () -> replyThreads.execute(() -> maintain(maintainer)));
  }

  private void maintain(RootMaintainer maintainer) {
    try {
      maintainer.run();
    } finally {
      if (!closed.get()) {
        scheduleMaintenance(maintainer);
      }
    }
  }

  /** Collects the parts that are open, to close them if the construction fails. */
  private static final class OpenParts {
    private final Deque<AutoCloseable> closeables = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T part) {
      closeables.push(part);
      return part;
    }

    /** Closes all parts in reverse order after a failure. */
    void closeAfter(Throwable failure) {
      for (AutoCloseable part : closeables) {
        try {
          part.close();
        } catch (Exception e) {
          failure.addSuppressed(e);
        }
      }
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

  ProcessRuntime runtime() {
    return runtime;
  }

  // Shutdown.

  void close() {
    shutDown(config.leaveRunning(), "it was closed");
    removeHook();
  }

  void detach() {
    shutDown(true, "it was detached");
    removeHook();
  }

  private void closeAtExit() {
    shutDown(config.leaveRunning(), "the JVM exits");
  }

  /**
   * Removes the shutdown hook. Called last: until then, an exiting JVM waits for the hook, and so
   * for the shutdown.
   */
  private void removeHook() {
    try {
      boolean ignored = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException expected) {
      // The JVM is exiting: the hook runs concurrently and waits for this shutdown.
    }
  }

  private void shutDown(boolean leaveRunning, String reason) {
    // A stop request interrupts the thread of a task. The services that the task supervises must
    // still be stopped.
    boolean interrupted = Thread.interrupted();
    try {
      if (closed.compareAndSet(false, true)) {
        beginShutdown(leaveRunning, reason);
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

  private void beginShutdown(boolean leaveRunning, String reason) {
    String detail = leaveRunning ? reason + "; its processes are left running" : reason;
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

  /** Waits until another thread has closed everything, so that the JVM does not exit earlier. */
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
    Duration maximum = config.shutdownTimeout();
    Duration timeout = maximum.multipliedBy(3).dividedBy(4);
    CompletableFuture<SupervisorStatus> stopped = operations.stopAllAndClose();
    if (!awaitDone(stopped, timeout)) {
      operations.killAll();
      if (!awaitDone(stopped, maximum.minus(timeout))) {
        LoggerFactory.getLogger(Supervisor.class)
            .error("some services could not be stopped within {}: {}", maximum, statuses.status());
      }
    }
    // Publish the exit of each process before the events end.
    boolean ignored = awaitDone(operations.exitsReported(EXIT_TIMEOUT), EXIT_TIMEOUT);
  }

  /** Waits uninterruptibly, and returns whether the future is done. Restores the interrupt. */
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
