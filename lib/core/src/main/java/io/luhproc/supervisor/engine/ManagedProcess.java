package io.luhproc.supervisor.engine;

import io.luhproc.limits.LimitReport;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.SupervisorEvent.LimitsChanged;
import io.luhproc.service.SupervisorEvent.OutOfMemory;
import io.luhproc.service.SupervisorEvent.ProcessAdopted;
import io.luhproc.service.SupervisorEvent.ProcessChanged;
import io.luhproc.service.SupervisorEvent.ProcessExited;
import io.luhproc.service.SupervisorEvent.ProcessLaunched;
import io.luhproc.supervisor.runtime.LaunchListener;
import io.luhproc.supervisor.state.Effect;
import io.luhproc.supervisor.state.FsmEvent;
import io.luhproc.supervisor.state.ProcessFsmState;
import io.luhproc.supervisor.state.ProcessFsmState.StateTimer;
import io.luhproc.supervisor.state.ProcessInstance;
import io.luhproc.supervisor.state.RecoveredProcess;
import io.luhproc.supervisor.state.RunningProcess;
import io.luhproc.time.Timers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The timers, monitors and latest launch of one process. Performs the effects that the state
 * machine decides on, and converts results of the runtime into events. Confined to the supervisor's
 * thread.
 */
final class ManagedProcess implements Effect.Handler {
  private final ManagedService service;
  private final EngineContext context;
  private final String name;
  private final Path directory;
  private final ProcessMonitors monitors;
  private final Map<StateTimer, ArmedTimer> timers = new HashMap<>();
  private @Nullable Launch launch;
  private CompletableFuture<Void> limitChange = CompletableFuture.completedFuture(null);
  private Instant since;
  private Optional<ProcessEnd> lastExit = Optional.empty();

  /** A timer with its due time, which the status shows. */
  private record ArmedTimer(Timers.Timer timer, Instant dueAt) {}

  ManagedProcess(ManagedService service, EngineContext context, ProcessInstance instance) {
    this.service = service;
    this.context = context;
    this.name = instance.name();
    this.directory = context.runtime().directory(instance);
    this.monitors = new ProcessMonitors(this, context);
    this.since = context.timeSource().now();
  }

  String name() {
    return name;
  }

  ManagedService service() {
    return service;
  }

  private ProcessFsmState state() {
    return service.fsmState().process(name).orElseThrow();
  }

  ProcessInstance instance() {
    return state().instance();
  }

  /** Returns the live process; empty if there is none. */
  Optional<RunningProcess> running() {
    return launch == null ? Optional.empty() : launch.running;
  }

  /** Returns whether the process is gone, but its exit is not reported yet. */
  boolean awaitsExit() {
    return launch != null && launch.running.isEmpty() && launch.unreported.isPresent();
  }

  /** Returns a future that completes once the limits are those of the spec. */
  CompletableFuture<Void> limitChange() {
    return limitChange;
  }

  // Effects.

  @Override
  public void launch(long generation) {
    Launch next = new Launch(generation);
    launch = next;
    monitors.resetHealth();
    context.runtime().launch(instance(), next);
  }

  @Override
  public void cancelLaunch(boolean killAtOnce) {
    context.runtime().recordDesiredState(instance(), state().desiredUp());
    context.runtime().cancelLaunch(instance(), killAtOnce);
  }

  @Override
  public void adopt(long generation, RecoveredProcess recovered) {
    Launch adopted = new Launch(generation);
    RunningProcess running = recovered.running().orElseThrow();
    launch = adopted;
    adopted.setRunning(running);
    long pid = pidOf(running);
    context
        .events()
        .accept(new ProcessAdopted(now(), service.name(), name, pid, recovered.origin()));
    context.runtime().adopt(instance(), running, adopted);
    monitors.startMemoryMonitor(generation);
  }

  @Override
  public void stopTree(long generation, boolean killAtOnce) {
    context.runtime().recordDesiredState(instance(), state().desiredUp());
    context.runtime().stop(instance(), killAtOnce, launchOf(generation));
  }

  @Override
  public void stopLeftovers(long generation) {
    context.runtime().stopLeftovers(instance(), launchOf(generation));
  }

  private static long pidOf(RunningProcess running) {
    return running.identity().map(ProcessIdentity::pid).orElse(0L);
  }

  /** Returns the latest launch; creates one for leftovers of a former supervisor. */
  private Launch launchOf(long generation) {
    Launch latest = launch;
    if (latest == null || latest.generation != generation) {
      latest = new Launch(generation);
      launch = latest;
    }
    return latest;
  }

  @Override
  public void scheduleTimer(StateTimer timer, Duration delay) {
    Timers.Timer armed = context.loop().schedule(delay, () -> timerFired(timer));
    timers.put(timer, new ArmedTimer(armed, now().plus(delay)));
  }

  private void timerFired(StateTimer timer) {
    timers.remove(timer);
    service.handle(new FsmEvent.TimerFired(name, timer));
  }

  @Override
  public void cancelTimer(StateTimer timer) {
    ArmedTimer armed = timers.remove(timer);
    if (armed != null) {
      armed.timer().cancel();
    }
  }

  @Override
  public void startHealthCheck(long generation) {
    monitors.startHealthCheck(generation);
  }

  @Override
  public void stopHealthCheck() {
    monitors.stopHealthCheck();
  }

  @Override
  public void monitorMemory(long generation) {
    monitors.startMemoryMonitor(generation);
  }

  @Override
  public void applyLimits(long generation) {
    CompletableFuture<Void> change = new CompletableFuture<>();
    limitChange = change;
    context
        .runtime()
        .applyLimits(
            instance(),
            report ->
                context
                    .loop()
                    .execute(
                        () -> {
                          limitsApplied(generation, report);
                          change.complete(null);
                        }));
  }

  private void limitsApplied(long generation, LimitReport report) {
    Launch latest = launch;
    if (latest != null && latest.generation == generation && latest.running.isPresent()) {
      latest.running = latest.running.map(it -> it.withLimits(report));
      service.markDirty();
      context.events().accept(new LimitsChanged(now(), service.name(), name, report.toString()));
    }
  }

  @Override
  public void stateChanged(ProcessState from, ProcessState to, Cause cause) {
    since = now();
    context.events().accept(new ProcessChanged(since, service.name(), name, from, to, cause));
    service.stateChanged(instance(), to, cause);
    switch (to) {
      case INACTIVE -> {
        context.runtime().recordDesiredState(instance(), false);
        context.runtime().releaseResources(instance());
      }
      case EXITED, FAILED -> {
        recordExit(to, cause);
        context.runtime().releaseResources(instance());
      }
      case BACKOFF -> recordExit(to, cause);
      case BLOCKED -> context.runtime().recordDesiredState(instance(), true);
      case STARTING, RUNNING, STOPPING -> {} // A launch records itself; a stop is recorded above.
    }
  }

  /** Records an exit, unless a launch in the same step would overwrite the record at once. */
  private void recordExit(ProcessState state, Cause cause) {
    if (state().state() == state) {
      context.runtime().recordExit(instance(), cause, state().incarnation().exitCode());
    }
  }

  private Instant now() {
    return context.timeSource().now();
  }

  /** Sets the last exit, which a former supervisor or the task itself recorded. */
  void recoveredExit(Optional<ProcessEnd> recorded) {
    lastExit = recorded;
  }

  private static ProcessEnd exitOf(Cause cause, ProcessEnd end) {
    return new ProcessEnd(end.time(), end.exitCode(), end.signal(), end.failure(), cause.detail());
  }

  // The status.

  ProcessStatus status(ProcessFsmState state) {
    return new ProcessStatus(
        name,
        state.state(),
        state.desiredUp(),
        running().flatMap(RunningProcess::identity),
        running().map(RunningProcess::startedAt),
        since,
        nextRestart(state),
        state.retries(),
        Math.max(0, state.incarnation().launches() - 1),
        Optional.of(state.cause()),
        lastExit,
        state.instance().spec().health().flatMap(policy -> monitors.healthState()),
        state.awaits(),
        launch == null || launch.running.isEmpty() ? Optional.empty() : launch.message,
        running().map(RunningProcess::limits).orElse(LimitReport.none()),
        state.incarnation().paused(),
        launch == null ? Optional.empty() : launch.place,
        directory);
  }

  private Optional<Instant> nextRestart(ProcessFsmState state) {
    return state
        .timer()
        .filter(it -> it.purpose() == StateTimer.Purpose.BACKOFF)
        .map(timers::get)
        .map(ArmedTimer::dueAt);
  }

  /** Releases timers and monitors; the process itself is not affected. */
  void detach() {
    timers.values().forEach(it -> it.timer().cancel());
    timers.clear();
    monitors.close();
  }

  /** One launch; passes its events from the runtime to the supervisor's thread. */
  private final class Launch implements LaunchListener {
    private final long generation;
    private Optional<RunningProcess> running = Optional.empty();
    // An exit may be reported after the tree is proved gone and the next launch has begun.
    private Optional<RunningProcess> unreported = Optional.empty();
    private Optional<String> message = Optional.empty();
    private Optional<String> place = Optional.empty();

    Launch(long generation) {
      this.generation = generation;
    }

    private void setRunning(RunningProcess process) {
      running = Optional.of(process);
      unreported = running;
      process.identity().ifPresent(it -> context.statuses().addPid(it, service.name(), name));
    }

    /** Records that the process is gone; its exit may be reported later. */
    private void clearRunning() {
      running.flatMap(RunningProcess::identity).ifPresent(context.statuses()::removePid);
      running = Optional.empty();
      place = Optional.empty();
      if (launch == this) {
        monitors.stopMemoryMonitor();
      }
      service.markDirty();
    }

    @Override
    public void launched(RunningProcess process) {
      context.loop().execute(() -> onLaunched(process));
    }

    private void onLaunched(RunningProcess process) {
      setRunning(process);
      String reason =
          service.fsmState().process(name).map(it -> it.cause().detail()).orElse("removed");
      context
          .events()
          .accept(new ProcessLaunched(now(), service.name(), name, pidOf(process), reason));
      service.handle(new FsmEvent.Launched(name, generation));
      monitors.startMemoryMonitor(generation);
    }

    @Override
    public void located(String text) {
      context.loop().execute(() -> setPlace(Optional.of(text)));
    }

    private void setPlace(Optional<String> next) {
      place = next;
      service.markDirty();
    }

    @Override
    public void launchFailed(String reason, boolean retriable) {
      context.loop().execute(() -> onLaunchFailed(reason, retriable));
    }

    private void onLaunchFailed(String reason, boolean retriable) {
      setPlace(Optional.empty());
      service.handle(new FsmEvent.LaunchFailed(name, generation, reason, retriable));
    }

    @Override
    public void ready() {
      post(new FsmEvent.Ready(name, generation));
    }

    @Override
    public void notified(Notice notice) {
      context.loop().execute(() -> onNotified(notice));
    }

    private void onNotified(Notice notice) {
      if (notice.status().isPresent()) {
        message = notice.status();
        service.markDirty();
      }
      notice
          .extension()
          .ifPresent(it -> service.handle(new FsmEvent.StartTimeoutExtended(name, generation, it)));
      if (notice.leaving()) {
        service.handle(new FsmEvent.Leaving(name, generation));
      }
    }

    @Override
    public void exited(Cause cause, ProcessEnd end) {
      context.loop().execute(() -> onExited(cause, end));
    }

    private void onExited(Cause cause, ProcessEnd end) {
      unreported.ifPresent(it -> reportExit(it, cause, end));
      unreported = Optional.empty();
      clearRunning();
      if (launch == this) {
        lastExit = Optional.of(exitOf(cause, end));
      }
      service.handle(new FsmEvent.Exited(name, generation, cause, end.exitCode()));
    }

    private void reportExit(RunningProcess process, Cause cause, ProcessEnd end) {
      if (cause.kind() == Cause.Kind.OUT_OF_MEMORY) {
        context.events().accept(new OutOfMemory(now(), service.name(), name, cause.detail()));
      }
      context
          .events()
          .accept(
              new ProcessExited(
                  now(), service.name(), name, pidOf(process), cause, exitOf(cause, end)));
    }

    @Override
    public void treeTerminated(boolean found) {
      context.loop().execute(() -> onTreeTerminated(found));
    }

    private void onTreeTerminated(boolean found) {
      clearRunning();
      boolean late = isUnkillable();
      service.handle(new FsmEvent.TreeTerminated(name, generation, found));
      if (late && !isUnkillable()) {
        // Its control group had members when it failed.
        service
            .fsmState()
            .process(name)
            .filter(ProcessFsmState::isStopped)
            .ifPresent(it -> context.runtime().releaseResources(it.instance()));
      }
    }

    private boolean isUnkillable() {
      return service
          .fsmState()
          .process(name)
          .filter(it -> it.is(ProcessFsmState.OsState.UNKILLABLE))
          .isPresent();
    }

    @Override
    public void treeUnkillable(String survivors) {
      post(new FsmEvent.TreeUnkillable(name, generation, survivors));
    }

    private void post(FsmEvent event) {
      context.loop().execute(() -> service.handle(event));
    }
  }
}
