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
 * One launch of a process: what comes before it, the launch itself, and how the process ends. It
 * runs in the lane of its process, but for calling it off, which anybody may do at any time.
 */
final class LaunchTask {
  private static final Duration LEFTOVER_STOP_TIMEOUT = Duration.ofSeconds(5);

  private final LaunchContext context;
  private final ProcessInstance instance;
  private final ProcessCgroup cgroup;
  private final LaunchListener listener;
  private volatile boolean cancelled;
  // Guarded by this: whether what comes before the process runs, and who is ending it.
  private boolean execStartPreRunning;
  private CompletableFuture<?> execStartPreStop = CompletableFuture.completedFuture(null);
  // What was launched before this, and by this, if anything; belong to the lane.
  private Optional<LaunchTask> previousTask = Optional.empty();
  private Optional<ProcessIdentity> previousIdentity = Optional.empty();
  private Optional<ProcessIdentity> launchedIdentity = Optional.empty();

  LaunchTask(
      LaunchContext context,
      ProcessInstance instance,
      ProcessCgroup cgroup,
      LaunchListener listener) {
    this.context = context;
    this.instance = instance;
    this.cgroup = cgroup;
    this.listener = listener;
  }

  /**
   * What every launch is made with.
   *
   * @param launcher does it
   * @param treeStopper ends what comes before a process
   * @param leftoverStopper ends what a launch that failed left behind, and goes on trying while
   *     nothing can be seen
   * @param timeSource the clocks
   * @param logMaintenance keeps the logs of a process from now on
   */
  record LaunchContext(
      InstanceLauncher launcher,
      TreeStopService treeStopper,
      BiConsumer<StopTreeRequest, Runnable> leftoverStopper,
      TimeSource timeSource,
      Consumer<ProcessInstance> logMaintenance) {}

  /** Notes which attempt of the same supervisor came before. */
  void setPrevious(LaunchTask earlier) {
    previousTask = Optional.of(earlier);
  }

  void run() {
    previousIdentity = previousTask.flatMap(it -> it.launchedIdentity);
    // Or all that ever were would hang together, also where none is launched.
    previousTask = Optional.empty();
    if (cancelled) {
      listener.launchFailed("it was called off", true);
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

  /** First of all: should we be killed now, the next supervisor knows what was wanted. */
  private void recordDesiredUp() {
    ProcessDirectory directory = instance.location().directory();
    boolean ignored = directory.create();
    if (!directory.isDesiredUp()) {
      directory.writeDesiredState(true);
    }
  }

  /** One of the former process would say that the new one is well. */
  private void deleteHeartbeat() {
    try {
      Heartbeat.clear(directoryPath());
    } catch (IOException e) {
      LoggerFactory.getLogger(LaunchTask.class).warn("the heartbeat of {} stays", instance, e);
    }
  }

  private Path directoryPath() {
    return instance.location().directory().path();
  }

  // What comes before it.

  private void runExecStartPre(InstanceLauncher.Prepared prepared, Command execStartPre) {
    ChildProcess child = context.launcher().launchExecStartPre(prepared, execStartPre);
    synchronized (this) {
      execStartPreRunning = true;
      if (cancelled) {
        // Whoever called it off did so before it was there.
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
      // Who is ending it goes by the cookie of the directory, which the next launch has too.
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
   * Lets nothing begin any more, and ends what comes before the process. The process itself, once
   * it is being launched, is stopped by whoever is told of it.
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
    JournaledLauncher.Launched launch =
        context.launcher().launch(instance, prepared, previousIdentity);
    launchedIdentity = launch.record().identity();
    // Of one that was gone, and reaped, before we could look only the end is told.
    launchedIdentity.ifPresent(
        it ->
            listener.launched(
                new RunningProcess(it, prepared.launch().time(), cgroup.limitReport())));
    launch.child().onExit(instance.executor(), status -> exited(prepared, status));
    // Nobody waits for this, nor for the disk.
    startLogMaintenance();
    launch.close();
  }

  /** The process lives by now, so whatever fails here is no failure of the launch. */
  private void startLogMaintenance() {
    try {
      context.logMaintenance().accept(instance);
    } catch (RuntimeException e) {
      LoggerFactory.getLogger(LaunchTask.class).warn("the logs of {} are not kept", instance, e);
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
   * Something may have been started before it failed: a thread may be missing, or the disk full.
   */
  private @Nullable Void stopLeftoversAndFail(String reason, boolean retriable) {
    StopTreeRequest sweep =
        new StopTreeRequest(markerScope(), Signal.TERM, Duration.ZERO, LEFTOVER_STOP_TIMEOUT);
    context.leftoverStopper().accept(sweep, () -> listener.launchFailed(reason, retriable));
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
