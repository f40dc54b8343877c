package io.luhproc.supervisor;

import io.luhproc.DirectoryLockedException;
import io.luhproc.DirectoryRefusedException;
import io.luhproc.LuhprocException;
import io.luhproc.log.ProcessLog;
import io.luhproc.process.ProcessInfo;
import io.luhproc.process.Signal;
import io.luhproc.service.NoSuchServiceException;
import io.luhproc.service.OrphanProcess;
import io.luhproc.service.ProcessRef;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceFailedException;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.SupervisorEvent;
import io.luhproc.service.SupervisorStatus;
import io.luhproc.supervisor.engine.ProcessSelector;
import io.luhproc.time.DurationRange;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps services alive: starts them in the order of their dependencies, restarts what dies, checks
 * their health, holds them to limits, and stops whole trees of processes.
 *
 * <pre>{@code
 * try (Supervisor supervisor = Supervisor.builder().directory(path).build()) {
 *   supervisor.add(ServiceSpec.named("shop")
 *       .process(ProcessSpec.shell("web", "python3 -m http.server 8000"))
 *       .build());
 *   supervisor.start("shop").get();
 * }
 * }</pre>
 *
 * <p>Every process has a directory with its logs, as workers have. When the supervisor is killed,
 * its processes live on, and the next supervisor on the same directory takes them over as soon as
 * their services are added.
 *
 * <p>Calls return at once, with a future that completes when what was asked for is true, and fails
 * with a {@link ServiceFailedException} when it cannot be. Safe for any number of threads.
 */
public final class Supervisor implements AutoCloseable {
  private final SupervisorLifecycle lifecycle;

  private Supervisor(SupervisorLifecycle lifecycle) {
    this.lifecycle = lifecycle;
  }

  /** Returns a builder; its directory must be set. */
  public static Builder builder() {
    return new Builder();
  }

  // Which services there are.

  /**
   * Adds services; together, where they depend on each other. What a former supervisor left of them
   * is taken over: what still runs is adopted, and what was wanted and died meanwhile is treated as
   * if it had died now. Nothing else is started.
   *
   * @throws IllegalArgumentException when there is a service of this name, when one names a service
   *     that there is not or is in conflict with itself, and when some would wait for each other;
   *     none is added then
   * @throws DirectoryRefusedException when a process directory is not safe to use
   */
  public void add(ServiceSpec... services) {
    lifecycle.registry().add(List.of(services));
  }

  /**
   * Replaces a service by another spec of the same name. Only the processes that could not go on as
   * they are are restarted; new ones are started where the service is wanted up, and those that are
   * gone are stopped.
   *
   * @return completes when the processes of the new spec are up, or at once when they are not
   *     wanted; its limits hold by then, or are told not to
   * @throws NoSuchServiceException when there is none of this name
   * @throws IllegalArgumentException when the dependencies do not fit in; nothing is changed then
   */
  public CompletableFuture<ServiceStatus> update(ServiceSpec service) {
    return lifecycle.registry().update(service);
  }

  /**
   * Stops a service, removes the directories of its processes, and forgets it.
   *
   * @throws NoSuchServiceException when there is none of this name
   * @throws IllegalArgumentException when another service names it
   */
  public CompletableFuture<ServiceStatus> remove(String service) {
    return lifecycle.registry().remove(service);
  }

  // What they are to do.

  /**
   * Starts a service, and before it all that it requires.
   *
   * @param processes only these, each by its name or that of a replica; none for all
   * @return completes when all are running, or have exited with success; fails when one fails to
   *     start, also where it will be tried again
   * @throws NoSuchServiceException when there is no such service or process
   */
  public CompletableFuture<ServiceStatus> start(String service, String... processes) {
    return lifecycle.operations().start(ProcessSelector.of(service, processes));
  }

  /**
   * Stops a service, and before it all that requires it; of some processes, only these. A pending
   * restart is cancelled.
   *
   * @return completes when nothing of it lives; fails when something cannot be ended
   * @throws NoSuchServiceException when there is no such service or process
   */
  public CompletableFuture<ServiceStatus> stop(String service, String... processes) {
    return lifecycle.operations().stop(ProcessSelector.of(service, processes));
  }

  /**
   * Stops as {@link #stop} does, but without grace.
   *
   * @throws NoSuchServiceException when there is no such service or process
   */
  public CompletableFuture<ServiceStatus> kill(String service, String... processes) {
    return lifecycle.operations().kill(ProcessSelector.of(service, processes));
  }

  /**
   * Stops and starts a service, with the services that require it and are up; of some processes,
   * only these. What is stopped is started.
   *
   * @throws NoSuchServiceException when there is no such service or process
   */
  public CompletableFuture<ServiceStatus> restart(String service, String... processes) {
    return lifecycle.operations().restart(ProcessSelector.of(service, processes));
  }

  /**
   * Makes processes read their settings again: by the signal of their spec, and by a restart where
   * it has none.
   *
   * @throws NoSuchServiceException when there is no such service or process
   */
  public CompletableFuture<ServiceStatus> reload(String service, String... processes) {
    return lifecycle.operations().reload(ProcessSelector.of(service, processes));
  }

  /**
   * Sends a signal to the living processes of a service; nothing else follows from it.
   *
   * @param signal its name in any case, with or without {@code SIG}, or its number
   * @return completes when all have it; fails when none lives, and when one may not be signalled
   * @throws IllegalArgumentException when there is no such signal
   * @throws NoSuchServiceException when there is no such service or process
   */
  public CompletableFuture<ServiceStatus> signal(
      String service, String signal, String... processes) {
    return lifecycle
        .operations()
        .signal(ProcessSelector.of(service, processes), Signal.parse(signal));
  }

  /**
   * Freezes the processes of a service with all that they started, until they are resumed; those
   * that do not live are passed over.
   *
   * @return completes when all are frozen; fails when none lives, and when some cannot be frozen,
   *     which run on then
   * @throws NoSuchServiceException when there is no such service or process
   */
  public CompletableFuture<ServiceStatus> pause(String service, String... processes) {
    return lifecycle.operations().setPaused(ProcessSelector.of(service, processes), true);
  }

  /**
   * Lets paused processes go on.
   *
   * @return completes when they do; fails when none lives
   * @throws NoSuchServiceException when there is no such service or process
   */
  public CompletableFuture<ServiceStatus> resume(String service, String... processes) {
    return lifecycle.operations().setPaused(ProcessSelector.of(service, processes), false);
  }

  /**
   * Starts all services that are to start by themselves.
   *
   * @return completes when all are up; fails with the first failure, after all were tried
   */
  public CompletableFuture<SupervisorStatus> startAll() {
    return lifecycle.operations().startAll();
  }

  /** Stops all services, each before those that it requires. */
  public CompletableFuture<SupervisorStatus> stopAll() {
    return lifecycle.operations().stopAll();
  }

  /**
   * Waits until a service is in a state.
   *
   * @return completes when it is; fails with a {@link java.util.concurrent.TimeoutException} when
   *     it was not until the timeout
   * @throws NoSuchServiceException when there is none of this name
   * @throws IllegalArgumentException when the timeout is negative or over 365 days
   */
  public CompletableFuture<ServiceStatus> await(
      String service, ProcessState state, Duration timeout) {
    return lifecycle
        .operations()
        .await(service, state, DurationRange.checkOrZero("timeout", timeout));
  }

  // What they are doing.

  /** Returns what is known of all services at this moment. */
  public SupervisorStatus status() {
    return lifecycle.statuses().status();
  }

  /**
   * Returns what is known of one service at this moment.
   *
   * @throws NoSuchServiceException when there is none of this name
   */
  public ServiceStatus status(String service) {
    return lifecycle.statuses().status(service);
  }

  /** Returns which living process a pid is, if it is one that was launched for a service. */
  public Optional<ProcessRef> find(long pid) {
    return lifecycle.statuses().find(pid);
  }

  /**
   * Returns what lives in the supervisor's directory and belongs to no service: a former supervisor
   * launched it for one that has not been added again. Nobody watches over it. Add that service to
   * take it over; remove the service then to be rid of it. Reads the disk.
   *
   * @return in the order of the names of their directories
   * @throws LuhprocException when the directory cannot be read
   */
  public List<OrphanProcess> orphans() {
    return lifecycle.runtime().orphans(lifecycle.statuses()::status);
  }

  /**
   * Returns what the system knows of a process that lives.
   *
   * @throws NoSuchServiceException when there is no such service or process
   */
  public Optional<ProcessInfo> info(String service, String process) {
    return status(service).process(process).identity().flatMap(lifecycle.runtime()::info);
  }

  /**
   * Returns what a process wrote to stdout, also one that has ended; its {@code err()} is what it
   * wrote to stderr, its {@code both()} the lines of both.
   *
   * @throws NoSuchServiceException when there is no such service or process
   */
  public ProcessLog output(String service, String process) {
    return lifecycle.runtime().output(status(service).process(process));
  }

  /**
   * Returns in sentences why a service is in its state.
   *
   * @throws NoSuchServiceException when there is none of this name
   */
  public String why(String service) {
    return lifecycle.statuses().statusText().why(service);
  }

  /** Returns all services with those that they require, as a tree of lines. */
  public String tree() {
    return lifecycle.statuses().statusText().tree();
  }

  /**
   * Returns what happens, as it happens. Each subscriber has a thread and a buffer of 1024 events
   * of its own; one that is too slow loses the oldest, and is told how many.
   */
  public Flow.Publisher<SupervisorEvent> events() {
    // Not the feed itself, which could be closed.
    return subscriber -> lifecycle.events().subscribe(subscriber);
  }

  /** Tells a listener of all events, until what is returned is closed. */
  public EventRegistration onEvent(Consumer<SupervisorEvent> listener) {
    return lifecycle.events().onEvent(listener)::run;
  }

  /**
   * Stops all services, each before those that it requires, and ends; or leaves them running where
   * the builder says so. Waits for as long as the builder's shutdown timeout, an interrupted thread
   * too, and then some seconds at most for listeners and checks that do not return. From now on
   * whatever is asked for fails. The second time, it only waits for the end.
   */
  @Override
  public void close() {
    lifecycle.close();
  }

  /** Ends and leaves all processes running, for the next supervisor on this directory. */
  public void detach() {
    lifecycle.detach();
  }

  /** Collects what a supervisor needs to know. */
  public static final class Builder {
    private @Nullable Path directory;
    private Optional<Path> cgroup = Optional.empty();
    private boolean useCgroups = true;
    private boolean nativeSpawn = true;
    private boolean leaveRunning;
    private boolean shutdownHook = true;
    private Duration shutdownTimeout = Duration.ofSeconds(60);
    private TimeSource timeSource = TimeSource.system();

    private Builder() {}

    /**
     * Sets the directory that the process directories are in, which is made, mode 0700, where there
     * is none; one that is there keeps its mode. One supervisor at a time may have it.
     */
    public Builder directory(Path path) {
      directory = path;
      return this;
    }

    /**
     * Sets the control group, below {@code /sys/fs/cgroup}, in which those of the processes are
     * made; default: our own, where it is delegated to us.
     */
    public Builder cgroup(Path path) {
      cgroup = Optional.of(path);
      return this;
    }

    /** Makes no control groups: limits are not enforced, and the status says so. */
    public Builder withoutCgroups() {
      useCgroups = false;
      return this;
    }

    /**
     * Starts processes by the JDK alone. Else posix_spawn(3) starts them as soon as it is loaded,
     * where it can be: that takes less time, and no thread for each. Those that the JDK starts
     * ignore the signals that this JVM ignores, SIGHUP under nohup(1) say, and block SIGQUIT.
     */
    public Builder withoutNativeSpawn() {
      nativeSpawn = false;
      return this;
    }

    /** Leaves all processes running when the supervisor is closed, or its JVM is told to exit. */
    public Builder leaveRunning() {
      leaveRunning = true;
      return this;
    }

    /** Leaves it to the app to close the supervisor when the JVM is told to exit. */
    public Builder withoutShutdownHook() {
      shutdownHook = false;
      return this;
    }

    /**
     * Sets how long closing may take; default 60 s. What has not stopped in three quarters of it is
     * killed.
     *
     * @throws IllegalArgumentException when it is under 1 ms or over 365 days
     */
    public Builder shutdownTimeout(Duration timeout) {
      shutdownTimeout = DurationRange.check("shutdownTimeout", timeout);
      return this;
    }

    /** Sets the clocks, of which only the one on the wall may jump. */
    Builder timeSource(TimeSource clocks) {
      timeSource = clocks;
      return this;
    }

    /**
     * Starts the supervisor.
     *
     * @throws IllegalArgumentException when the directory was not set
     * @throws DirectoryLockedException when another supervisor has the directory; the message says
     *     which
     * @throws DirectoryRefusedException when the directory is not safe to use
     * @throws LuhprocException when it cannot be made
     * @throws IllegalStateException when the JVM is exiting already, see {@link
     *     #withoutShutdownHook()}
     */
    public Supervisor build() {
      if (directory == null) {
        throw new IllegalArgumentException("directory (none) must be set");
      }
      SupervisorConfig config =
          new SupervisorConfig(
              directory,
              useCgroups,
              cgroup,
              nativeSpawn,
              leaveRunning,
              shutdownHook,
              shutdownTimeout,
              timeSource);
      return new Supervisor(SupervisorLifecycle.start(config));
    }
  }
}
