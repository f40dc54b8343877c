package io.luhproc.supervisor;

import io.luhproc.DirectoryLockedException;
import io.luhproc.DirectoryRefusedException;
import io.luhproc.LuhprocException;
import io.luhproc.log.ProcessLog;
import io.luhproc.process.ProcessInfo;
import io.luhproc.process.ProcessStat;
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
 * Keeps services running: starts them in dependency order, restarts them, checks their health,
 * limits their resources, and stops whole process trees.
 *
 * <p>Its threads are daemon threads. When {@code main} returns, the JVM exits and stops all
 * services, so an app that must keep running has to block {@code main}.
 *
 * <p>Every process has a directory with its logs. If the supervisor is killed, its processes keep
 * running, and the next supervisor on the same directory adopts them once their services are added.
 *
 * <p>Requests return a future at once. It completes when the requested state is reached, and fails
 * with a {@link ServiceFailedException} when that state cannot be reached. Thread-safe.
 *
 * @since 0.1
 */
public final class Supervisor implements AutoCloseable {
  private final SupervisorLifecycle lifecycle;

  private Supervisor(SupervisorLifecycle lifecycle) {
    this.lifecycle = lifecycle;
  }

  /** Returns a builder; {@link Builder#directory} must be called. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Adds services. They may depend on each other and on services that were added before.
   *
   * <p>Recovers the processes that a former supervisor left in the directory. A live process is
   * adopted. If its desired state was up, an exit is handled as if it happened now, and a process
   * that was never launched starts once its dependencies are up. No other process is started. Of
   * two services in conflict, the one added first stays. Live processes that are no longer in the
   * spec of their service, such as surplus replicas, are stopped first, and their directories are
   * deleted.
   *
   * @throws IllegalArgumentException when a name is taken, or a dependency is unknown, a cycle or a
   *     conflict of a service with itself; no service is added then
   * @throws DirectoryRefusedException when a process directory is not safe to use
   */
  public void add(ServiceSpec... services) {
    lifecycle.registry().add(List.of(services));
  }

  /**
   * Replaces the spec of the service with the same name.
   *
   * <p>A change of command, environment, directory or user restarts a process. Other changes take
   * effect while the process runs. Processes that are not in the new spec are stopped first, and
   * their directories are deleted. Services that the new spec brings into conflict with this one
   * are stopped first, too. Added processes are started if the desired state of the service is up.
   * When the number of replicas changes from or to one, the first one keeps its name and runs on.
   * Updates of one service are applied in order.
   *
   * @return completes when all restarted and added processes are up, and the new limits are
   *     applied; the status shows whether they are enforced. Fails when a removed process cannot be
   *     stopped, or is started during the update
   * @throws NoSuchServiceException when there is no service of this name
   * @throws IllegalArgumentException when a dependency is unknown or dependencies form a cycle;
   *     nothing is changed then
   */
  public CompletableFuture<ServiceStatus> update(ServiceSpec service) {
    return lifecycle.registry().update(service);
  }

  /**
   * Stops a service and the services that require it, and removes it with its process directories.
   *
   * @return completes when the directories are deleted; fails when a process cannot be stopped or a
   *     directory cannot be deleted
   * @throws NoSuchServiceException when there is no service of this name
   * @throws IllegalArgumentException when another service refers to it
   */
  public CompletableFuture<ServiceStatus> remove(String service) {
    return lifecycle.registry().remove(service);
  }

  /**
   * Starts a service, after all services that it requires.
   *
   * @param processes the names of processes or replicas; all processes if none is given
   * @return completes when all are running or have exited with success; fails at the first failed
   *     start of one of them, or of a service that it waits for, even if a retry follows; the
   *     message has the last lines of its logs
   * @throws NoSuchServiceException when there is no such service or process
   */
  public CompletableFuture<ServiceStatus> start(String service, String... processes) {
    return lifecycle.operations().start(ProcessSelector.of(service, processes));
  }

  /**
   * Stops a service, after all services that require it. With process names, stops only these
   * processes. Pending restarts are cancelled.
   *
   * @return completes when no process of their trees is alive; fails when one survives SIGKILL, or
   *     when a later start cancels the stop
   * @throws NoSuchServiceException when there is no such service or process
   */
  public CompletableFuture<ServiceStatus> stop(String service, String... processes) {
    return lifecycle.operations().stop(ProcessSelector.of(service, processes));
  }

  /**
   * Stops a service as {@link #stop} does, but without a grace period and without waiting for
   * dependents.
   *
   * @throws NoSuchServiceException when there is no such service or process
   */
  public CompletableFuture<ServiceStatus> kill(String service, String... processes) {
    return lifecycle.operations().kill(ProcessSelector.of(service, processes));
  }

  /**
   * Stops a service and the services that require it and are up, and starts them again. With
   * process names, restarts only these processes. A process that is down is started.
   *
   * @return completes when all of them are up again; fails when one fails to start, or is stopped
   *     during the restart
   * @throws NoSuchServiceException when there is no such service or process
   */
  public CompletableFuture<ServiceStatus> restart(String service, String... processes) {
    return lifecycle.operations().restart(ProcessSelector.of(service, processes));
  }

  /**
   * Reloads processes: sends the reload signal of their spec, or restarts a process without one.
   *
   * @return completes when all are signalled or running again; fails when a signal cannot be sent,
   *     a restart fails, or all selected processes have a reload signal and are down
   * @throws NoSuchServiceException when there is no such service or process
   */
  public CompletableFuture<ServiceStatus> reload(String service, String... processes) {
    return lifecycle.operations().reload(ProcessSelector.of(service, processes));
  }

  /**
   * Sends a signal to the running processes of a service, but not to their descendants.
   *
   * @param signal the name of a signal in any case, with or without {@code SIG}, or its number
   * @return completes when all are signalled; fails when none is running, or one cannot be
   *     signalled
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
   * Freezes the running process trees of a service until {@link #resume}. The health checks of
   * paused processes are suspended.
   *
   * @return completes when all are frozen; fails when none is running or one cannot be frozen
   * @throws NoSuchServiceException when there is no such service or process
   */
  public CompletableFuture<ServiceStatus> pause(String service, String... processes) {
    return lifecycle.operations().setPaused(ProcessSelector.of(service, processes), true);
  }

  /**
   * Resumes paused processes.
   *
   * @return completes when all are running; fails when no process is alive
   * @throws NoSuchServiceException when there is no such service or process
   */
  public CompletableFuture<ServiceStatus> resume(String service, String... processes) {
    return lifecycle.operations().setPaused(ProcessSelector.of(service, processes), false);
  }

  /**
   * Starts all services with {@code autostart}, in dependency order.
   *
   * @return completes when all are up; fails with the first failure, after all were tried
   */
  public CompletableFuture<SupervisorStatus> startAll() {
    return lifecycle.operations().startAll();
  }

  /**
   * Stops all services, each before those that it requires.
   *
   * @return completes when all are down; fails with the first failure, after all were tried
   */
  public CompletableFuture<SupervisorStatus> stopAll() {
    return lifecycle.operations().stopAll();
  }

  /**
   * Waits until a service is in a state. Cancel the future to stop waiting.
   *
   * @param timeout the maximum wait, up to 365 days; zero checks once
   * @return completes when the service is in the state; fails with a {@link
   *     java.util.concurrent.TimeoutException} after the timeout
   * @throws NoSuchServiceException when there is no service of this name
   * @throws IllegalArgumentException when the timeout is negative or over 365 days
   */
  public CompletableFuture<ServiceStatus> await(
      String service, ProcessState state, Duration timeout) {
    return lifecycle
        .operations()
        .await(service, state, DurationRange.checkOrZero("timeout", timeout));
  }

  /** Returns the status of all services at this moment, without waiting. */
  public SupervisorStatus status() {
    return lifecycle.statuses().status();
  }

  /**
   * Returns the status of one service at this moment, without waiting.
   *
   * @throws NoSuchServiceException when there is no service of this name
   */
  public ServiceStatus status(String service) {
    return lifecycle.statuses().status(service);
  }

  /** Returns the live service process with a pid; empty if there is none. */
  public Optional<ProcessRef> find(long pid) {
    return lifecycle.statuses().find(pid);
  }

  /**
   * Returns the live processes in the supervisor's directory that belong to no service.
   *
   * <p>A former supervisor launched them for services that have not been added again. Add such a
   * service to adopt its processes, or end them with {@link #stopOrphan}. Reads the disk.
   *
   * @throws LuhprocException when the directory cannot be read
   */
  public List<OrphanProcess> orphans() {
    return lifecycle.runtime().former().orphans(lifecycle.statuses()::status);
  }

  /**
   * Stops an orphan and its descendants: TERM, then KILL after 10 s. Deletes its process directory.
   *
   * @return completes when its directory is deleted; fails when a process survives SIGKILL
   * @throws IllegalArgumentException when it belongs to a service now; stop the service instead
   */
  public CompletableFuture<Void> stopOrphan(OrphanProcess orphan) {
    return lifecycle.registry().stopOrphan(orphan);
  }

  /**
   * Returns the memory, CPU time and threads of a process; empty if it is not alive.
   *
   * @throws NoSuchServiceException when there is no such service or process
   */
  public Optional<ProcessInfo> info(String service, String process) {
    return status(service).process(process).identity().flatMap(lifecycle.runtime()::info);
  }

  /**
   * Returns the CPU time, memory and threads of a process; empty if it is not alive. Takes about 10
   * us, {@link #info} 50 us.
   *
   * @throws NoSuchServiceException when there is no such service or process
   */
  public Optional<ProcessStat> stat(String service, String process) {
    return status(service).process(process).identity().flatMap(lifecycle.runtime()::stat);
  }

  /**
   * Returns the log of a process, which remains after its exit. It reads stdout; {@link
   * ProcessLog#err()} reads stderr, and {@link ProcessLog#both()} the lines of both.
   *
   * @throws NoSuchServiceException when there is no such service or process
   */
  public ProcessLog output(String service, String process) {
    return lifecycle.runtime().output(status(service).process(process));
  }

  /**
   * Returns a text that explains the state of a service: its processes, and what it waits for.
   *
   * @throws NoSuchServiceException when there is no service of this name
   */
  public String why(String service) {
    return lifecycle.statuses().statusText().why(service);
  }

  /** Returns all services as an indented tree, with the services that they require below them. */
  public String tree() {
    return lifecycle.statuses().statusText().tree();
  }

  /**
   * Returns a publisher of events. A subscriber receives all events after its subscription, on its
   * own thread. If it is slow, its buffer of 1024 events drops the oldest and reports how many.
   */
  public Flow.Publisher<SupervisorEvent> events() {
    return subscriber -> lifecycle.events().subscribe(subscriber);
  }

  /**
   * Calls a listener for each event, on its own thread, until the registration is closed.
   * Exceptions of the listener are logged.
   */
  public EventRegistration onEvent(Consumer<SupervisorEvent> listener) {
    return lifecycle.events().onEvent(listener)::run;
  }

  /**
   * Stops all services, each before those that it requires, and closes the supervisor. With {@link
   * Builder#leaveRunning}, the processes keep running.
   *
   * <p>Waits up to {@link Builder#shutdownTimeout}, and then a few seconds for listeners and health
   * checks, also if interrupted. Later requests fail. A second call waits for the first one.
   */
  @Override
  public void close() {
    lifecycle.close();
  }

  /** Closes the supervisor and leaves all processes running, for the next one on the directory. */
  public void detach() {
    lifecycle.detach();
  }

  /** Builder of a {@link Supervisor}. */
  public static final class Builder {
    private @Nullable Path directory;
    private Optional<Path> cgroup = Optional.empty();
    private boolean useCgroups = true;
    private boolean nativeSpawn = true;
    private boolean childSubreaper;
    private boolean leaveRunning;
    private boolean shutdownHook = true;
    private Duration shutdownTimeout = Duration.ofSeconds(60);
    private TimeSource timeSource = TimeSource.system();

    private Builder() {}

    /**
     * Sets the directory that contains the process directories; required. It is created with mode
     * 0700 if it does not exist; an existing directory keeps its mode. Only one supervisor at a
     * time can use it.
     */
    public Builder directory(Path path) {
      directory = path;
      return this;
    }

    /**
     * Sets the control group, below {@code /sys/fs/cgroup}, in which the control groups of
     * processes are created. Default: the control group of this JVM, if it is delegated.
     */
    public Builder cgroup(Path path) {
      cgroup = Optional.of(path);
      return this;
    }

    /** Disables control groups. Limits are not enforced, and the status says so. */
    public Builder withoutCgroups() {
      useCgroups = false;
      return this;
    }

    /**
     * Launches processes with {@link ProcessBuilder} only. By default posix_spawn(3) is used once
     * it is loaded, which is faster and needs no thread for each process.
     */
    public Builder withoutNativeSpawn() {
      nativeSpawn = false;
      return this;
    }

    /**
     * Sets whether this JVM becomes a child subreaper, see prctl(2), which adopts and reaps the
     * orphans of its descendants, as PID 1 does always; default false. Needs native access.
     */
    public Builder childSubreaper(boolean enabled) {
      childSubreaper = enabled;
      return this;
    }

    /** Leaves all processes running at a close or the end of the JVM; default: stops them. */
    public Builder leaveRunning() {
      leaveRunning = true;
      return this;
    }

    /** Installs no shutdown hook. The app must close the supervisor before the JVM exits. */
    public Builder withoutShutdownHook() {
      shutdownHook = false;
      return this;
    }

    /**
     * Sets the maximum duration of a close; default 60 s. Processes that have not stopped after
     * three quarters of it are killed.
     *
     * @throws IllegalArgumentException when it is under 1 ms or over 365 days
     */
    public Builder shutdownTimeout(Duration timeout) {
      shutdownTimeout = DurationRange.check("shutdownTimeout", timeout);
      return this;
    }

    /** Sets the clocks; the monotonic one must not jump. */
    Builder timeSource(TimeSource clocks) {
      timeSource = clocks;
      return this;
    }

    /**
     * Starts the supervisor.
     *
     * @throws IllegalArgumentException when the directory was not set
     * @throws DirectoryLockedException when another supervisor uses the directory; the message
     *     names it
     * @throws DirectoryRefusedException when the directory is not safe to use
     * @throws LuhprocException when the directory cannot be created
     * @throws IllegalStateException when the JVM is already exiting, see {@link
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
              childSubreaper,
              leaveRunning,
              shutdownHook,
              shutdownTimeout,
              timeSource);
      return new Supervisor(SupervisorLifecycle.start(config));
    }
  }
}
