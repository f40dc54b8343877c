package io.luhproc.supervisor.engine;

import io.luhproc.limits.LimitReport;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ProcessStatus;
import io.luhproc.supervisor.runtime.LaunchListener;
import io.luhproc.supervisor.runtime.ProcessInstance;
import io.luhproc.supervisor.state.ExitCauses;
import io.luhproc.supervisor.state.FsmEvent;
import io.luhproc.supervisor.state.ProcessFsmState;
import io.luhproc.supervisor.state.RecoveredProcess;
import io.luhproc.supervisor.state.RunningProcess;
import io.luhproc.supervisor.state.StateTimer;
import io.luhproc.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The running state of one process of a service beside what the machine knows of it. Belongs to the
 * supervisor's thread; does what the machine decided, and turns what is told of it into inputs.
 */
public final class ManagedProcess {
  // What was adopted comes before all launches of our own.
  private static final long ADOPTED_GENERATION = 1;
  private static final String WAS_DESIRED_UP = "it was wanted up when a former supervisor ended";

  private final ManagedService service;
  private final EngineContext context;
  private final ProcessMonitors monitors;
  private final Map<StateTimer, Timers.Timer> timers = new HashMap<>();
  private ProcessInstance instance;
  private int index;

  private Optional<RunningProcess> running = Optional.empty();
  // Remains known when it has ended: what it left behind is found by it.
  private Optional<ProcessIdentity> lastIdentity = Optional.empty();
  // That it be launched was asked for, was given up, and has not been answered.
  private boolean launchInFlight;
  private boolean launchCancelled;
  private boolean killRequested;
  private boolean paused;
  private long launches;
  private Instant since;
  private Optional<Instant> nextRestart = Optional.empty();
  private OptionalInt exitCode = OptionalInt.empty();
  private Optional<ProcessEnd> lastExit = Optional.empty();

  ManagedProcess(
      ManagedService service, EngineContext context, ProcessInstance instance, int index) {
    this.service = service;
    this.context = context;
    this.instance = instance;
    this.index = index;
    this.since = context.timeSource().now();
    this.monitors = new ProcessMonitors(this, service, context);
  }

  ProcessInstance instance() {
    return instance;
  }

  void instance(ProcessInstance next) {
    instance = next;
  }

  int index() {
    return index;
  }

  void index(int next) {
    index = next;
  }

  Optional<RunningProcess> running() {
    return running;
  }

  boolean isPaused() {
    return paused;
  }

  /** A frozen process answers no health check, and is not to be restarted for that. */
  void setPaused(RunningProcess identity, boolean frozen) {
    if (running.filter(identity::equals).isEmpty()) {
      return;
    }
    paused = frozen;
    if (frozen) {
      monitors.stopHealthCheck();
    } else if (service.isRunning(this) || service.isIn(this, ProcessState.STARTING)) {
      monitors.startHealthCheck(service.generation(this));
    }
  }

  // What the machine decided.

  public void launch(long generation) {
    launchInFlight = true;
    launchCancelled = false;
    killRequested = false;
    lastIdentity = Optional.empty();
    launches++;
    exitCode = OptionalInt.empty();
    monitors.clearHealthState();
    context.runtime().launch(instance, new LoopListener(generation, Optional.empty()));
  }

  public void stopTree(long generation, boolean killAtOnce) {
    context.runtime().recordDesiredState(instance, service.isDesiredUp(this));
    context
        .runtime()
        .stop(instance, lastIdentity, killAtOnce, new LoopListener(generation, running));
  }

  public void stopLeftovers(long generation) {
    context.runtime().stopLeftovers(instance, lastIdentity, new LoopListener(generation, running));
  }

  /** A launch that nobody wants any more need not go on to its end; told once, and to hurry. */
  void cancelLaunch(boolean killAtOnce) {
    boolean alreadyCancelled = launchCancelled && (killRequested || !killAtOnce);
    if (launchInFlight && !alreadyCancelled) {
      launchCancelled = true;
      killRequested = killAtOnce;
      context.runtime().recordDesiredState(instance, service.isDesiredUp(this));
      context.runtime().cancelLaunch(instance, killAtOnce);
    }
  }

  public void scheduleTimer(StateTimer timer, Duration delay) {
    if (timer.purpose() == StateTimer.Purpose.BACKOFF) {
      nextRestart = Optional.of(context.timeSource().now().plus(delay));
    }
    timers.put(timer, context.timers().schedule(delay, () -> timerFired(timer)));
  }

  private void timerFired(StateTimer timer) {
    timers.remove(timer);
    if (paused && timer.purpose() == StateTimer.Purpose.START_TIMEOUT) {
      // While it is frozen it cannot become well.
      scheduleTimer(timer, instance.spec().start().timeout());
      return;
    }
    service.handle(this, new FsmEvent.TimerFired(index, timer));
  }

  public void cancelTimer(StateTimer timer) {
    Timers.Timer armed = timers.remove(timer);
    if (armed != null) {
      armed.cancel();
    }
  }

  public void startHealthCheck(long generation) {
    monitors.startHealthCheck(generation);
  }

  public void stopHealthCheck() {
    monitors.stopHealthCheck();
  }

  // What takes effect while it lives.

  void restartHealthCheck() {
    if (!paused && (monitors.isCheckingHealth() || service.isRunning(this))) {
      monitors.startHealthCheck(service.generation(this));
    }
  }

  void restartMemoryMonitor() {
    monitors.startMemoryMonitor(service.generation(this));
  }

  /** Returns what completes on the supervisor's thread when the limits are what they are to be. */
  CompletableFuture<Void> applyLimits() {
    RunningProcess now = running.orElseThrow();
    CompletableFuture<LimitReport> answer = new CompletableFuture<>();
    context.runtime().applyLimits(instance, now, answer::complete);
    return answer.thenAcceptAsync(enforced -> limitsApplied(now, enforced), context.executor());
  }

  private void limitsApplied(RunningProcess of, LimitReport enforced) {
    if (running.filter(of::equals).isPresent()) {
      running = Optional.of(new RunningProcess(of.identity(), of.startedAt(), enforced));
      service.limitsChanged(this, enforced);
    }
  }

  public void stateChanged(ProcessState from, ProcessState to, Cause cause) {
    service.stateChanged(this, from, to, cause);
    since = context.timeSource().now();
    if (to != ProcessState.BACKOFF) {
      nextRestart = Optional.empty();
    }
    switch (to) {
      case INACTIVE -> {
        context.runtime().recordDesiredState(instance, false);
        context.runtime().releaseResources(instance);
      }
      case EXITED, FAILED -> {
        recordExit(to, cause);
        context.runtime().releaseResources(instance);
      }
      case BACKOFF -> recordExit(to, cause);
      case BLOCKED -> context.runtime().recordDesiredState(instance, true);
      case STARTING, RUNNING, STOPPING -> {
        // A launch describes itself, and the rest is soon over.
      }
    }
  }

  /** Of one that is launched again in the same step, the launch would replace it at once. */
  private void recordExit(ProcessState state, Cause cause) {
    if (service.isIn(this, state)) {
      context.runtime().recordExit(instance, cause, exitCode);
    }
  }

  // What a former supervisor left.

  /** Takes over what was found; the machine hears of it as if it had been launched by it. */
  void recover(RecoveredProcess recovered) {
    switch (recovered.trace()) {
      case ALIVE -> adopt(recovered.running().orElseThrow(), recovered);
      case LAUNCHED -> {
        if (recovered.desiredUp()) {
          launches = 1;
          service.handle(new FsmEvent.Adopted(index, ADOPTED_GENERATION));
          service.handle(recoveredExit(recovered, ADOPTED_GENERATION));
        }
      }
      case LEFTOVERS -> stopRecoveredLeftovers(recovered.desiredUp());
      case NONE -> {
        if (recovered.desiredUp()) {
          service.handle(new FsmEvent.Start(Set.of(index), WAS_DESIRED_UP));
        }
      }
    }
  }

  private void adopt(RunningProcess process, RecoveredProcess recovered) {
    launches = 1;
    setRunning(process);
    paused = recovered.paused();
    service.adopted(this, process, recovered.origin());
    service.handle(new FsmEvent.Adopted(index, ADOPTED_GENERATION));
    context.runtime().adopt(instance, process, new LoopListener(ADOPTED_GENERATION, running));
    monitors.startMemoryMonitor(ADOPTED_GENERATION);
    if (!recovered.desiredUp()) {
      service.handle(new FsmEvent.Stop(Set.of(index), "it was being stopped"));
    }
  }

  /** The process is gone but not its tree: this is ended first, whatever is wanted. */
  private void stopRecoveredLeftovers(boolean desiredUp) {
    service.handle(new FsmEvent.Adopted(index, ADOPTED_GENERATION));
    service.handle(
        desiredUp
            ? new FsmEvent.Restart(Set.of(index), WAS_DESIRED_UP)
            : new FsmEvent.Stop(Set.of(index), "it was being stopped"));
  }

  private FsmEvent recoveredExit(RecoveredProcess recovered, long generation) {
    if (recovered.end().isEmpty()) {
      Cause cause = new Cause(Cause.Kind.UNKNOWN, "ended while no supervisor watched");
      return new FsmEvent.Exited(index, generation, cause, OptionalInt.empty());
    }
    lastExit = recovered.end();
    OptionalInt code = recovered.end().get().exitCode();
    Cause cause = ExitCauses.fromEnd(recovered.end().get());
    return new FsmEvent.Exited(index, generation, cause, code);
  }

  private ProcessEnd exitOf(Cause cause, OptionalInt code) {
    Instant now = context.timeSource().now();
    Optional<Signal> signal =
        code.isPresent()
            ? ProcessEnd.ofExitStatus(now, code.getAsInt()).signal()
            : Optional.empty();
    return new ProcessEnd(now, code, signal, Optional.empty(), cause.detail());
  }

  private void setRunning(RunningProcess process) {
    running = Optional.of(process);
    lastIdentity = Optional.of(process.identity());
  }

  // What is shown.

  ProcessStatus status(ProcessFsmState state) {
    return new ProcessStatus(
        instance.name(),
        state.state(),
        state.desiredUp(),
        running.map(RunningProcess::identity),
        since,
        nextRestart,
        state.retries(),
        Math.max(0, launches - 1),
        Optional.of(state.cause()),
        lastExit,
        monitors.healthState(),
        running.map(RunningProcess::limits).orElse(LimitReport.none()),
        paused,
        instance.location().directory().path());
  }

  /** Lets go of everything that watches the process; the process itself is left alone. */
  void detach() {
    timers.values().forEach(Timers.Timer::cancel);
    timers.clear();
    monitors.close();
  }

  /** What is told of one launch, taken to the supervisor's thread. */
  private final class LoopListener implements LaunchListener {
    private final long generation;
    // What was launched; a later launch may be told of before the end of this one is.
    private Optional<RunningProcess> launched;

    LoopListener(long generation, Optional<RunningProcess> launched) {
      this.generation = generation;
      this.launched = launched;
    }

    @Override
    public void launched(RunningProcess process) {
      context.executor().execute(() -> onLaunched(process));
    }

    private void onLaunched(RunningProcess process) {
      launchInFlight = false;
      launched = Optional.of(process);
      setRunning(process);
      paused = false;
      service.launched(ManagedProcess.this, process);
      service.handle(ManagedProcess.this, new FsmEvent.Launched(index, generation));
      monitors.startMemoryMonitor(generation);
    }

    @Override
    public void launchFailed(String reason, boolean retriable) {
      context.executor().execute(() -> onLaunchFailed(reason, retriable));
    }

    private void onLaunchFailed(String reason, boolean retriable) {
      launchInFlight = false;
      service.handle(
          ManagedProcess.this, new FsmEvent.LaunchFailed(index, generation, reason, retriable));
    }

    @Override
    public void exited(Cause cause, OptionalInt code) {
      context.executor().execute(() -> onExited(cause, code));
    }

    private void onExited(Cause cause, OptionalInt code) {
      if (isCurrent()) {
        launchInFlight = false;
        exitCode = code;
        lastExit = Optional.of(exitOf(cause, code));
      }
      launched.ifPresent(it -> service.exited(ManagedProcess.this, it.identity(), cause));
      clearIfCurrent();
      service.handle(ManagedProcess.this, new FsmEvent.Exited(index, generation, cause, code));
    }

    @Override
    public void treeTerminated() {
      context.executor().execute(this::onTreeTerminated);
    }

    /** How it ended may be told later; that nothing of it lives is proved now. */
    private void onTreeTerminated() {
      launched.ifPresent(it -> service.terminated(it.identity()));
      clearIfCurrent();
      service.handle(ManagedProcess.this, new FsmEvent.TreeTerminated(index, generation));
    }

    @Override
    public void treeUnkillable(String survivors) {
      context
          .executor()
          .execute(
              () ->
                  service.handle(
                      ManagedProcess.this,
                      new FsmEvent.TreeUnkillable(index, generation, survivors)));
    }

    private boolean isCurrent() {
      return running.isEmpty() || running.equals(launched);
    }

    private void clearIfCurrent() {
      if (running.isPresent() && running.equals(launched)) {
        running = Optional.empty();
        monitors.stopMemoryMonitor();
        paused = false;
      }
    }
  }
}
