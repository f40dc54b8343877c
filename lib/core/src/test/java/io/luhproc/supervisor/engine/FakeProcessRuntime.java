package io.luhproc.supervisor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.health.CheckRecord;
import io.luhproc.health.HealthResult;
import io.luhproc.limits.LimitReport;
import io.luhproc.log.ProcessLog;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessInfo;
import io.luhproc.process.Signal;
import io.luhproc.service.Cause;
import io.luhproc.service.OrphanProcess;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.SupervisorStatus;
import io.luhproc.supervisor.runtime.FormerProcesses;
import io.luhproc.supervisor.runtime.LaunchListener;
import io.luhproc.supervisor.runtime.ProcessRuntime;
import io.luhproc.supervisor.state.ProcessInstance;
import io.luhproc.supervisor.state.RecoveredProcess;
import io.luhproc.supervisor.state.RunningProcess;
import io.luhproc.time.TimeSource;
import io.luhproc.time.Timers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A runtime in virtual time. Every call succeeds and is answered after a delay, unless the test
 * says otherwise; processes are named {@code service/process}. Fails as soon as a process would run
 * twice.
 */
final class FakeProcessRuntime implements ProcessRuntime {
  private final Timers timers;
  private final TimeSource time;
  private final Map<String, FakeProcess> processes = new HashMap<>();
  private final Map<String, String> launchFailures = new HashMap<>();
  private final Set<String> hanging = new HashSet<>();
  private final Set<String> unkillable = new HashSet<>();
  private final Map<String, String> signalFailures = new HashMap<>();
  private final Map<String, RecoveredProcess> recovered = new HashMap<>();
  private final List<String> calls = new ArrayList<>();
  private Supplier<Duration> delays = () -> Duration.ofMillis(10);
  private Consumer<ProcessInstance> launchCheck = instance -> {};
  private long nextPid = 100;

  private final Map<String, String> deleteFailures = new HashMap<>();
  private final Map<String, Consumer<CheckRecord>> healthChecks = new HashMap<>();
  private final Map<String, Consumer<String>> memoryMonitors = new HashMap<>();
  private final Map<String, OptionalInt> recordedExits = new HashMap<>();
  private final Map<String, Boolean> desiredStates = new HashMap<>();

  /** One launch, from the call until its tree is gone. */
  private static final class FakeProcess {
    private final LaunchListener listener;
    private Optional<RunningProcess> running = Optional.empty();
    private boolean ended;
    private final boolean reports;
    private boolean ready;

    FakeProcess(LaunchListener listener, boolean reports) {
      this.listener = listener;
      this.reports = reports;
    }
  }

  FakeProcessRuntime(Timers timers, TimeSource time) {
    this.timers = timers;
    this.time = time;
  }

  // The script.

  /** Sets the delay of each answer. */
  void setReplyDelay(Supplier<Duration> delay) {
    delays = delay;
  }

  /** Sets a check that runs before each launch. */
  void setLaunchCheck(Consumer<ProcessInstance> check) {
    launchCheck = check;
  }

  void failLaunches(String process, String reason) {
    launchFailures.put(process, reason);
  }

  /** Leaves calls for a process unanswered. */
  void suppressReplies(String process) {
    hanging.add(process);
  }

  void failDelete(String process, String reason) {
    deleteFailures.put(process, reason);
  }

  void failSignal(String process, String reason) {
    signalFailures.put(process, reason);
  }

  void makeUnkillable(String process) {
    unkillable.add(process);
  }

  void addRecovered(String process, RecoveredProcess result) {
    recovered.put(process, result);
    desiredStates.put(process, result.desiredUp());
  }

  void clearFailures(String process) {
    launchFailures.remove(process);
    hanging.remove(process);
    unkillable.remove(process);
  }

  /** Makes a process exit; returns whether it was alive. */
  boolean exit(String process, int code) {
    FakeProcess fake = processes.get(process);
    if (fake == null || fake.running.isEmpty() || fake.ended) {
      return false;
    }
    reportExit(fake, Cause.exitCode(code), code);
    return true;
  }

  private void reportExit(FakeProcess process, Cause cause, int code) {
    process.ended = true;
    ProcessEnd end =
        cause.kind() == Cause.Kind.SIGNAL
            ? ProcessEnd.ofExitStatus(time.now(), code)
            : ProcessEnd.ofExitCode(time.now(), code);
    replyLater(() -> process.listener.exited(cause, end));
  }

  private static boolean isReported(ProcessInstance instance) {
    return instance.spec().start().readiness().isReported();
  }

  /** Reports that a process is ready, if it must do so. */
  private void reportReady(FakeProcess process) {
    if (process.reports) {
      replyLater(
          () -> {
            process.ready = true;
            process.listener.ready();
          });
    }
  }

  /** Reports a result of its health check; returns whether it has one. */
  boolean reportHealth(String process, HealthResult result) {
    Consumer<CheckRecord> results = healthChecks.get(process);
    if (results != null) {
      results.accept(new CheckRecord(time.now(), Duration.ofHours(1), Duration.ZERO, result));
    }
    return results != null;
  }

  /** Reports that it exceeds its memory limit; returns whether its memory is watched. */
  boolean exceedMemory(String process) {
    Consumer<String> exceeded = memoryMonitors.get(process);
    if (exceeded != null) {
      exceeded.accept("holds too much memory");
    }
    return exceeded != null;
  }

  /** Returns what the next supervisor would recover, by process. */
  Map<String, RecoveredProcess> remains() {
    Map<String, RecoveredProcess> all = new HashMap<>();
    desiredStates.forEach((process, up) -> all.put(process, remainsOf(process, up)));
    return all;
  }

  private RecoveredProcess remainsOf(String process, boolean up) {
    FakeProcess fake = processes.get(process);
    Optional<RunningProcess> running = fake == null || fake.ended ? Optional.empty() : fake.running;
    OptionalInt exitCode = recordedExit(process);
    RecoveredProcess.Trace trace =
        running.isPresent()
            ? RecoveredProcess.Trace.ALIVE
            : exitCode.isPresent() ? RecoveredProcess.Trace.LAUNCHED : RecoveredProcess.Trace.NONE;
    Optional<ProcessEnd> end =
        trace == RecoveredProcess.Trace.LAUNCHED
            ? Optional.of(ProcessEnd.ofExitStatus(time.now(), exitCode.getAsInt()))
            : Optional.empty();
    boolean ready = fake != null && fake.ready;
    return new RecoveredProcess(up, trace, running, false, ready, end, "former");
  }

  /** Sets the pid of the next process, above those of a former runtime. */
  void setNextPid(long pid) {
    nextPid = pid;
  }

  long nextPid() {
    return nextPid;
  }

  // The present state.

  /** Returns the exit code that was recorded last. */
  OptionalInt recordedExit(String process) {
    return recordedExits.getOrDefault(process, OptionalInt.empty());
  }

  /** Returns whether a process is alive or being launched. */
  boolean exists(String process) {
    return processes.containsKey(process);
  }

  boolean isEmpty() {
    return processes.isEmpty();
  }

  Set<Long> pids() {
    Set<Long> pids = new HashSet<>();
    processes.values().stream()
        .filter(it -> !it.ended)
        .forEach(it -> it.running.ifPresent(running -> pids.add(running.localIdentity().pid())));
    return pids;
  }

  /** Returns the calls since the last time, such as {@code launch shop/web}. */
  List<String> takeCalls() {
    List<String> taken = List.copyOf(calls);
    calls.clear();
    return taken;
  }

  private void recordCall(String what, ProcessInstance instance) {
    calls.add(what + " " + instance);
  }

  private void replyLater(Runnable body) {
    timers.schedule(delays.get(), body);
  }

  // ProcessRuntime.

  @Override
  public Path directory(ProcessInstance instance) {
    return Path.of("/nowhere", instance.service().name(), instance.name());
  }

  @Override
  public String lastOutput(ProcessInstance instance) {
    return "\nlast lines of err.log:\n  output of " + instance;
  }

  @Override
  public Optional<ProcessInfo> info(ProcessIdentity identity) {
    return Optional.empty();
  }

  @Override
  public ProcessLog output(ProcessStatus process) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FormerProcesses former() {
    return new FormerProcesses() {
      @Override
      public boolean hasDirectory(ProcessInstance instance) {
        return recovered.containsKey(instance.toString());
      }

      @Override
      public void stopSurplus(Collection<ProcessInstance> instances) {
        // There are no directories here.
      }

      @Override
      public List<OrphanProcess> orphans(Supplier<SupervisorStatus> status) {
        return List.of();
      }

      @Override
      public CompletableFuture<Void> stop(OrphanProcess orphan) {
        return CompletableFuture.completedFuture(null);
      }
    };
  }

  @Override
  public void releaseResources(ProcessInstance instance) {
    // There are no control groups here.
  }

  @Override
  public List<RecoveredProcess> recover(List<ProcessInstance> instances) {
    return instances.stream()
        .map(instance -> recovered.getOrDefault(instance.toString(), RecoveredProcess.NONE))
        .toList();
  }

  @Override
  public void launch(ProcessInstance instance, LaunchListener listener) {
    String name = instance.toString();
    assertThat(processes).as("is alive when it is launched again").doesNotContainKey(name);
    launchCheck.accept(instance);
    recordCall("launch", instance);
    FakeProcess process = new FakeProcess(listener, isReported(instance));
    processes.put(name, process);
    desiredStates.put(name, true);
    recordedExits.remove(name);
    if (!hanging.contains(name)) {
      replyLater(() -> completeLaunch(name, process));
    }
  }

  private void completeLaunch(String name, FakeProcess process) {
    String failure = launchFailures.get(name);
    if (failure != null) {
      processes.remove(name, process);
      process.listener.launchFailed(failure, true);
      return;
    }
    RunningProcess running = newRunningProcess();
    process.running = Optional.of(running);
    process.listener.launched(running);
    reportReady(process);
  }

  RunningProcess newRunningProcess() {
    return new RunningProcess(
        new ProcessIdentity(nextPid++, 1, "boot"), time.now(), LimitReport.none());
  }

  @Override
  public void cancelLaunch(ProcessInstance instance, boolean killAtOnce) {
    recordCall("abort", instance);
  }

  @Override
  public void adopt(ProcessInstance instance, RunningProcess running, LaunchListener listener) {
    recordCall("adopt", instance);
    FakeProcess process = new FakeProcess(listener, isReported(instance));
    process.running = Optional.of(running);
    processes.put(instance.toString(), process);
    reportReady(process);
  }

  @Override
  public void stop(ProcessInstance instance, boolean killAtOnce, LaunchListener listener) {
    recordCall(killAtOnce ? "kill" : "stop", instance);
    completeStop(instance.toString(), listener);
  }

  @Override
  public void stopLeftovers(ProcessInstance instance, LaunchListener listener) {
    completeStop(instance.toString(), listener);
  }

  /** The exit and the end of the tree are reported independently, in either order. */
  private void completeStop(String name, LaunchListener listener) {
    if (unkillable.contains(name)) {
      replyLater(() -> listener.treeUnkillable("alive still: 7"));
    } else if (!hanging.contains(name)) {
      FakeProcess process = processes.get(name);
      if (process != null && !process.ended && process.running.isPresent()) {
        reportExit(process, Cause.signal("SIGTERM"), 143);
      }
      replyLater(
          () -> {
            if (process != null) {
              processes.remove(name, process);
            }
            listener.treeTerminated(true);
          });
    }
  }

  @Override
  public void recordDesiredState(ProcessInstance instance, boolean up) {
    desiredStates.put(instance.toString(), up);
  }

  @Override
  public void recordExit(ProcessInstance instance, Cause cause, OptionalInt exitCode) {
    recordedExits.put(instance.toString(), exitCode);
  }

  @Override
  public AutoCloseable startHealthCheck(
      ProcessInstance instance, RunningProcess running, Consumer<CheckRecord> results) {
    recordCall("check", instance);
    healthChecks.put(instance.toString(), results);
    return () -> {
      recordCall("uncheck", instance);
      healthChecks.remove(instance.toString(), results);
    };
  }

  @Override
  public AutoCloseable monitorMemory(
      ProcessInstance instance, RunningProcess running, Consumer<String> exceeded) {
    recordCall("watch", instance);
    memoryMonitors.put(instance.toString(), exceeded);
    return () -> {
      recordCall("unwatch", instance);
      memoryMonitors.remove(instance.toString(), exceeded);
    };
  }

  @Override
  public void signal(
      ProcessInstance instance, RunningProcess running, Signal signal, Consumer<String> answer) {
    recordCall(signal.toString(), instance);
    replyLater(() -> answer.accept(signalFailures.getOrDefault(instance.toString(), "")));
  }

  @Override
  public void setPaused(
      ProcessInstance instance, RunningProcess running, boolean paused, Consumer<String> answer) {
    recordCall(paused ? "pause" : "resume", instance);
    replyLater(() -> answer.accept(""));
  }

  @Override
  public void applyLimits(ProcessInstance instance, Consumer<LimitReport> answer) {
    recordCall("limit", instance);
    LimitReport refused =
        LimitReport.notEnforced(
            instance.spec().limits().resources(), "no groups here", "make some");
    replyLater(() -> answer.accept(refused));
  }

  @Override
  public void delete(ProcessInstance instance, Consumer<String> answer) {
    assertThat(processes)
        .as("is alive when its directory is deleted")
        .doesNotContainKey(instance.toString());
    recordCall("delete", instance);
    desiredStates.remove(instance.toString());
    replyLater(() -> answer.accept(deleteFailures.getOrDefault(instance.toString(), "")));
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
