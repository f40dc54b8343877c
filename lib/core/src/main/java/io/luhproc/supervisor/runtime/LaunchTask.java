package io.luhproc.supervisor.runtime;

import io.luhproc.directory.JournaledLauncher;
import io.luhproc.health.Heartbeat;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
import io.luhproc.process.SpawnException;
import io.luhproc.service.Cause;
import io.luhproc.service.Command;
import io.luhproc.service.StopPolicy;
import io.luhproc.spawn.ChildProcess;
import io.luhproc.supervisor.state.ExitCauses;
import io.luhproc.supervisor.state.RunningProcess;
import io.luhproc.time.TimeSource;
import io.luhproc.tree.StopTreeRequest;
import io.luhproc.tree.TreeScope;
import io.luhproc.tree.TreeStopService;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One launch of a process: the {@code execStartPre} command, the launch, and the report of the
 * exit. Runs on the executor of its process, except {@link #cancel}, which any thread may call.
 */
final class LaunchTask {
  private static final Duration LEFTOVER_STOP_TIMEOUT = Duration.ofSeconds(5);
  // 128 + SIGKILL; for a child of the JDK, that is all that is known of the signal.
  private static final int KILLED_STATUS = 137;

  private final LaunchContext context;
  private final LocalInstance instance;
  private final ProcessCgroup cgroup;
  private final Optional<ProcessIdentity> previous;
  private final LaunchListener listener;
  private volatile boolean cancelled;
  // Guarded by this.
  private boolean execStartPreRunning;
  private CompletableFuture<?> execStartPreStop = CompletableFuture.completedFuture(null);
  private Optional<ProcessIdentity> execStartPreRoot = Optional.empty();

  /**
   * Creates a launch.
   *
   * @param previous the process that this supervisor launched or adopted before
   */
  LaunchTask(
      LaunchContext context,
      LocalInstance instance,
      Optional<ProcessIdentity> previous,
      LaunchListener listener) {
    this.context = context;
    this.instance = instance;
    this.cgroup = instance.process().cgroup();
    this.previous = previous;
    this.listener = listener;
  }

  /**
   * The collaborators of every launch.
   *
   * @param launcher starts processes
   * @param treeStopper stops {@code execStartPre} commands
   * @param leftoverStopper stops the leftovers of a failed launch, and then runs an action
   * @param timeSource the clocks
   * @param logMaintenance starts to maintain the logs of a process
   * @param reports watches for the report of a process that it is ready
   */
  record LaunchContext(
      InstanceLauncher launcher,
      TreeStopService treeStopper,
      BiConsumer<StopTreeRequest, Runnable> leftoverStopper,
      TimeSource timeSource,
      Consumer<LocalInstance> logMaintenance,
      ReadinessReports reports) {}

  void run() {
    if (cancelled) {
      listener.launchFailed("it was cancelled", true);
      return;
    }
    try {
      // First, so that the next supervisor knows it if this one is killed.
      instance.location().directory().recordDesiredUp();
      cgroup.createForLaunch(instance.spec().limits().resources());
      deleteHeartbeat();
      InstanceLauncher.Prepared prepared =
          context.launcher().prepare(instance, cgroup.procsFiles());
      instance.setTreeMarks(prepared.request().limitMarker());
      Optional<Command> execStartPre = instance.spec().start().execStartPre();
      if (execStartPre.isPresent()) {
        runExecStartPre(prepared, execStartPre.get());
      } else {
        launch(prepared);
      }
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  /** Deletes the heartbeat of the former process, which would make the new one look healthy. */
  private void deleteHeartbeat() {
    try {
      Heartbeat.clear(directoryPath());
    } catch (IOException e) {
      LoggerFactory.getLogger(LaunchTask.class)
          .warn("cannot delete the heartbeat of {}", instance, e);
    }
  }

  private Path directoryPath() {
    return instance.location().directory().path();
  }

  // The execStartPre command.

  private void runExecStartPre(InstanceLauncher.Prepared prepared, Command execStartPre) {
    ChildProcess child = context.launcher().launchExecStartPre(prepared, execStartPre);
    synchronized (this) {
      execStartPreRoot = context.launcher().identify(child);
      execStartPreRunning = true;
      if (cancelled) {
        // It was cancelled while the command was being started.
        stopExecStartPre(false);
      }
    }
    child.onExit(
        instance.executor(),
        status ->
            execStartPreExited(
                prepared, execStartPre, child.end(context.timeSource().now(), status)));
  }

  private void execStartPreExited(
      InstanceLauncher.Prepared prepared, Command execStartPre, ProcessEnd end) {
    CompletableFuture<?> stopped;
    synchronized (this) {
      execStartPreRunning = false;
      stopped = execStartPreStop;
    }
    String command = "the command before it (" + execStartPre.text() + ") ";
    if (cancelled) {
      // Wait for the stop: it finds processes by the directory's marker, which the next launch
      // shares.
      CompletableFuture<Void> ignored =
          stopped.handle(
              (outcome, failure) -> stopLeftoversAndFail(command + "had not finished", true));
    } else if (!end.exitCode().equals(OptionalInt.of(0))) {
      String detail = prepared.request().preExecFailure().orElseGet(end::reason);
      stopLeftoversAndFail(command + "failed: " + detail + "; see its output in the logs", true);
    } else {
      try {
        launch(prepared);
      } catch (RuntimeException | Error e) {
        failed(e);
      }
    }
  }

  /**
   * Prevents further steps, and stops the {@code execStartPre} command. If the process is already
   * being launched, the engine stops it once it is reported.
   */
  synchronized void cancel(boolean killAtOnce) {
    cancelled = true;
    if (execStartPreRunning) {
      stopExecStartPre(killAtOnce);
    }
  }

  private void stopExecStartPre(boolean killAtOnce) {
    StopPolicy stop = instance.spec().stop();
    Duration grace = killAtOnce ? Duration.ZERO : stop.grace();
    StopTreeRequest request =
        new StopTreeRequest(execStartPreScope(), stop.signal(), grace, stop.timeout());
    execStartPreStop =
        CompletableFuture.allOf(execStartPreStop, context.treeStopper().stop(request));
  }

  private synchronized TreeScope execStartPreScope() {
    return instance.process().scope(execStartPreRoot);
  }

  // The launch.

  private void launch(InstanceLauncher.Prepared prepared) {
    // Before the process can write or send anything.
    context.reports().watch(instance, Optional.empty(), listener);
    JournaledLauncher.Launched launch = context.launcher().launch(instance, prepared, previous);
    Optional<ProcessIdentity> identity = launch.record().identity();
    instance.process().root(identity);
    // If a process was reaped before it could be identified, only its exit is reported.
    identity.ifPresent(
        it ->
            listener.launched(
                new RunningProcess(it, prepared.launch().time(), cgroup.limitReport())));
    ChildProcess child = launch.child();
    child.onExit(
        instance.executor(),
        status -> exited(prepared, child.end(context.timeSource().now(), status)));
    // Runs after the report: the caller waits neither for this nor for the disk.
    startLogMaintenance();
    launch.close();
  }

  /**
   * Starts the log maintenance. The process is already alive, so a failure does not fail the
   * launch.
   */
  private void startLogMaintenance() {
    try {
      context.logMaintenance().accept(instance);
    } catch (RuntimeException e) {
      LoggerFactory.getLogger(LaunchTask.class).warn("cannot maintain the logs of {}", instance, e);
    }
  }

  private void failed(Throwable e) {
    instance.process().endReports();
    boolean spawnRefused = e instanceof SpawnException;
    boolean retriable = !(e instanceof SpawnException refused) || refused.isRetriable();
    String reason = ExitCauses.describeThrowable(e);
    if (spawnRefused && instance.spec().start().execStartPre().isEmpty()) {
      listener.launchFailed(reason, retriable);
    } else {
      stopLeftoversAndFail(reason, retriable);
    }
  }

  /**
   * Stops leftovers and reports the failure. A full disk or the thread limit may cause a failure
   * after the process was started.
   */
  private @Nullable Void stopLeftoversAndFail(String reason, boolean retriable) {
    StopTreeRequest leftovers =
        new StopTreeRequest(execStartPreScope(), Signal.TERM, Duration.ZERO, LEFTOVER_STOP_TIMEOUT);
    context.leftoverStopper().accept(leftovers, () -> listener.launchFailed(reason, retriable));
    return null;
  }

  // The exit.

  private void exited(InstanceLauncher.Prepared prepared, ProcessEnd end) {
    listener.exited(exitCause(prepared, end), end);
  }

  private Cause exitCause(InstanceLauncher.Prepared prepared, ProcessEnd end) {
    Optional<String> setupFailure = prepared.request().preExecFailure();
    if (setupFailure.isPresent()) {
      return new Cause(Cause.Kind.START_FAILED, setupFailure.get());
    }
    boolean killed = end.exitCode().equals(OptionalInt.of(KILLED_STATUS));
    return killed && cgroup.ranOutOfMemory()
        ? ExitCauses.OUT_OF_MEMORY
        : ExitCauses.fromEnd(ExitRecord.addRecordedFailure(instance, end));
  }
}
