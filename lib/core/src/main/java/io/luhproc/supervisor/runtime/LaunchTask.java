package io.luhproc.supervisor.runtime;

import io.luhproc.directory.JournaledLauncher;
import io.luhproc.directory.ProcessDirectory;
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
 * One launch of a process: the command before it, the launch, and the report of its end. Runs on
 * the executor of its process, except {@link #cancel}, which any thread may call.
 */
final class LaunchTask {
  private static final Duration LEFTOVER_STOP_TIMEOUT = Duration.ofSeconds(5);

  private final LaunchContext context;
  private final LocalInstance instance;
  private final ProcessCgroup cgroup;
  private final Optional<ProcessIdentity> previous;
  private final LaunchListener listener;
  private volatile boolean cancelled;
  // Guarded by this.
  private boolean execStartPreRunning;
  private CompletableFuture<?> execStartPreStop = CompletableFuture.completedFuture(null);

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
   * @param treeStopper stops the command before a process
   * @param leftoverStopper stops what a failed launch left behind, however long that takes
   * @param timeSource the clocks
   * @param logMaintenance maintains the logs of a process from now on
   */
  record LaunchContext(
      InstanceLauncher launcher,
      TreeStopService treeStopper,
      BiConsumer<StopTreeRequest, Runnable> leftoverStopper,
      TimeSource timeSource,
      Consumer<LocalInstance> logMaintenance) {}

  void run() {
    if (cancelled) {
      listener.launchFailed("it was cancelled", true);
      return;
    }
    try {
      recordDesiredUp();
      cgroup.createForLaunch(instance.spec().limits().resources());
      deleteHeartbeat();
      InstanceLauncher.Prepared prepared =
          context.launcher().prepare(instance, cgroup.procsFiles());
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

  /** First of all: the next supervisor has to know it if this one is killed now. */
  private void recordDesiredUp() {
    ProcessDirectory directory = instance.location().directory();
    boolean ignored = directory.create();
    if (!directory.isDesiredUp()) {
      directory.writeDesiredState(true);
    }
  }

  /** The heartbeat of the former process would make the new one look healthy. */
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

  // The command before it.

  private void runExecStartPre(InstanceLauncher.Prepared prepared, Command execStartPre) {
    ChildProcess child = context.launcher().launchExecStartPre(prepared, execStartPre);
    synchronized (this) {
      execStartPreRunning = true;
      if (cancelled) {
        // It was cancelled while the command was being started.
        stopExecStartPre(false);
      }
    }
    child.onExit(instance.executor(), status -> execStartPreExited(prepared, execStartPre, status));
  }

  private void execStartPreExited(
      InstanceLauncher.Prepared prepared, Command execStartPre, int status) {
    CompletableFuture<?> ends;
    synchronized (this) {
      execStartPreRunning = false;
      ends = execStartPreStop;
    }
    String command = "the command before it (" + execStartPre.text() + ") ";
    if (cancelled) {
      // The stop finds processes by the marker of the directory, which the next launch shares.
      CompletableFuture<Void> ignored =
          ends.handle(
              (outcome, failure) ->
                  stopLeftoversAndFail(command + "had not come to its end", true));
    } else if (status != 0) {
      String detail = describeExit(prepared, status);
      stopLeftoversAndFail(command + "failed: " + detail + "; see its output in the logs", true);
    } else {
      try {
        launch(prepared);
      } catch (RuntimeException | Error e) {
        failed(e);
      }
    }
  }

  private String describeExit(InstanceLauncher.Prepared prepared, int status) {
    return prepared
        .request()
        .preExecFailure()
        .orElseGet(() -> ProcessEnd.ofExitStatus(context.timeSource().now(), status).reason());
  }

  /**
   * Starts nothing any more, and stops the command before the process. A process that is being
   * launched already is stopped by the engine once it is reported.
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
        new StopTreeRequest(markerScope(), stop.signal(), grace, stop.timeout());
    execStartPreStop =
        CompletableFuture.allOf(execStartPreStop, context.treeStopper().stop(request));
  }

  private TreeScope markerScope() {
    return TreeScope.of(directoryPath(), Optional.empty());
  }

  // The launch.

  private void launch(InstanceLauncher.Prepared prepared) {
    JournaledLauncher.Launched launch = context.launcher().launch(instance, prepared, previous);
    Optional<ProcessIdentity> identity = launch.record().identity();
    instance.process().root(identity);
    // A process that was reaped before it could be identified is reported by its end only.
    identity.ifPresent(
        it ->
            listener.launched(
                new RunningProcess(it, prepared.launch().time(), cgroup.limitReport())));
    launch.child().onExit(instance.executor(), status -> exited(prepared, status));
    // The caller does not wait for this, nor for the disk.
    startLogMaintenance();
    launch.close();
  }

  /** The process is alive by now, so a failure here is no failure of the launch. */
  private void startLogMaintenance() {
    try {
      context.logMaintenance().accept(instance);
    } catch (RuntimeException e) {
      LoggerFactory.getLogger(LaunchTask.class).warn("cannot maintain the logs of {}", instance, e);
    }
  }

  private void failed(Throwable e) {
    boolean isRefused = e instanceof SpawnException;
    boolean retriable = !(e instanceof SpawnException refused) || refused.isRetriable();
    String reason = ExitCauses.describeThrowable(e);
    if (isRefused && instance.spec().start().execStartPre().isEmpty()) {
      listener.launchFailed(reason, retriable);
    } else {
      stopLeftoversAndFail(reason, retriable);
    }
  }

  /**
   * A process may have been started before the failure, such as a full disk or a missing thread.
   */
  private @Nullable Void stopLeftoversAndFail(String reason, boolean retriable) {
    StopTreeRequest leftovers =
        new StopTreeRequest(markerScope(), Signal.TERM, Duration.ZERO, LEFTOVER_STOP_TIMEOUT);
    context.leftoverStopper().accept(leftovers, () -> listener.launchFailed(reason, retriable));
    return null;
  }

  // The end.

  private void exited(InstanceLauncher.Prepared prepared, int status) {
    ProcessEnd end = ProcessEnd.ofExitStatus(context.timeSource().now(), status);
    listener.exited(exitCause(prepared, end), OptionalInt.of(status));
  }

  private Cause exitCause(InstanceLauncher.Prepared prepared, ProcessEnd end) {
    Optional<String> notSetUp = prepared.request().preExecFailure();
    if (notSetUp.isPresent()) {
      return new Cause(Cause.Kind.START_FAILED, notSetUp.get());
    }
    boolean killed = end.signal().filter(it -> it == Signal.KILL).isPresent();
    return killed && cgroup.ranOutOfMemory()
        ? ExitCauses.OUT_OF_MEMORY
        : ExitCauses.fromEnd(ExitRecord.addRecordedFailure(instance, end));
  }
}
