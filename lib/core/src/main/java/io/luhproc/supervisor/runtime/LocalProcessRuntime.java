package io.luhproc.supervisor.runtime;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.health.CheckRecord;
import io.luhproc.health.monitor.HealthExecutor;
import io.luhproc.health.monitor.HealthMonitor;
import io.luhproc.health.monitor.MonitoredProcess;
import io.luhproc.limits.LimitReport;
import io.luhproc.log.rotate.LogMaintenanceService;
import io.luhproc.posix.Posix;
import io.luhproc.process.OutputMode;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.service.Cause;
import io.luhproc.service.Command;
import io.luhproc.service.ExecContext;
import io.luhproc.service.StopPolicy;
import io.luhproc.spawn.Launcher;
import io.luhproc.supervisor.state.ExitCauses;
import io.luhproc.supervisor.state.RecoveredProcess;
import io.luhproc.supervisor.state.RunningProcess;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.time.ThreadPool;
import io.luhproc.time.TimeSource;
import io.luhproc.time.Timers;
import io.luhproc.tree.StopTreeRequest;
import io.luhproc.tree.StopTreeResult;
import io.luhproc.tree.TreeScope;
import io.luhproc.tree.TreeStopService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The system that this JVM runs on: real processes, directories, control groups and checks. */
public final class LocalProcessRuntime implements ProcessRuntime {
  private static final int MAX_THREADS = 8;
  private static final Duration FINISH_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration RETRY_DELAY = Duration.ofSeconds(1);
  private static final Duration MEMORY_CHECK_INTERVAL = Duration.ofSeconds(2);

  private final TimeSource timeSource;
  private final Timers timers;
  private final ProcessTable table;
  private final CgroupProvider cgroups;
  private final ThreadPool pool = ThreadPool.withMaxThreads(MAX_THREADS, "services");
  private final KeyedSerialExecutor serialExecutor = new KeyedSerialExecutor(pool);
  private final LaunchTask.LaunchContext launchContext;
  private final LaunchCommandBuilder commandBuilder;
  private final AdoptedExitPoller adoptedExits;
  private final TreeStopService treeStopper;
  private final LogMaintenanceService logMaintenance;
  private final HealthExecutor health;
  private final Map<Path, ProcessCgroup> cgroupByDirectory = new ConcurrentHashMap<>();
  // The latest of each process, to call it off.
  private final Map<Path, LaunchTask> launchByDirectory = new ConcurrentHashMap<>();

  public LocalProcessRuntime(
      Timers timers,
      TimeSource timeSource,
      Launcher launcher,
      CgroupProvider cgroups,
      Closer closer) {
    this.timeSource = timeSource;
    this.timers = timers;
    this.table = ProcessTable.system();
    this.cgroups = cgroups;
    this.commandBuilder = LaunchCommandBuilder.inheriting(System.getenv());
    this.adoptedExits = new AdoptedExitPoller(table, timers);
    this.treeStopper = closer.add(TreeStopService.start(table, Posix.lazy(), timeSource));
    InstanceLauncher launching = new InstanceLauncher(launcher, commandBuilder, table, timeSource);
    this.launchContext =
        new LaunchTask.LaunchContext(
            launching, treeStopper, this::stopLeftovers, timeSource, this::keepLogs);
    this.logMaintenance =
        closer.add(LogMaintenanceService.start(timeSource, Posix.lazy(), this::touchDirectory));
    this.health = HealthExecutor.create(timers, timeSource, launcher, treeStopper);
  }

  private void touchDirectory(Path directory) {
    ProcessDirectory.at(directory).touch(timeSource.now());
  }

  @Override
  public Executor executorFor(Path directory) {
    return serialExecutor.executorFor(directory);
  }

  private ProcessCgroup cgroup(ProcessInstance instance) {
    return cgroupByDirectory.computeIfAbsent(
        directoryPath(instance), path -> new ProcessCgroup(cgroups, cgroups.nameFor(path)));
  }

  private static Path directoryPath(ProcessInstance instance) {
    return instance.location().directory().path();
  }

  // Launch.

  @Override
  public void launch(ProcessInstance instance, LaunchListener listener) {
    LaunchTask task = new LaunchTask(launchContext, instance, cgroup(instance), listener);
    LaunchTask previous = launchByDirectory.put(directoryPath(instance), task);
    if (previous != null) {
      task.setPrevious(previous);
    }
    instance.executor().execute(task::run);
  }

  @Override
  public void cancelLaunch(ProcessInstance instance, boolean killAtOnce) {
    LaunchTask task = launchByDirectory.get(directoryPath(instance));
    if (task != null) {
      task.cancel(killAtOnce);
    }
  }

  /** A task of an app keeps its own logs, so that they are kept when no supervisor lives. */
  private void keepLogs(ProcessInstance instance) {
    boolean hasFiles = instance.spec().output().mode() != OutputMode.INHERIT;
    if (hasFiles && !(instance.spec().command() instanceof Command.TaskCommand)) {
      logMaintenance.add(directoryPath(instance), instance.spec().output().logs());
    }
  }

  // Adoption.

  @Override
  public List<RecoveredProcess> recover(List<ProcessInstance> instances) {
    ProcessRecovery recovery = new ProcessRecovery(table, timeSource);
    // Where one is refused, none of them is added: so this first, and their logs last.
    List<Boolean> used = instances.stream().map(LocalProcessRuntime::hasDirectory).toList();
    List<RecoveredProcess> recovered = new ArrayList<>();
    for (int i = 0; i < instances.size(); i++) {
      recovered.add(used.get(i) ? recover(instances.get(i), recovery) : RecoveredProcess.NONE);
    }
    for (int i = 0; i < instances.size(); i++) {
      if (used.get(i)) {
        keepLogs(instances.get(i));
      }
    }
    return recovered;
  }

  private static boolean hasDirectory(ProcessInstance instance) {
    return instance.location().directory().exists();
  }

  private RecoveredProcess recover(ProcessInstance instance, ProcessRecovery recovery) {
    RecoveredProcess recovered =
        recovery.recover(instance, identity -> findCgroup(instance, identity));
    return cgroup(instance).isFrozen() ? recovered.asPaused() : recovered;
  }

  private LimitReport findCgroup(ProcessInstance instance, Optional<ProcessIdentity> identity) {
    ProcessCgroup cgroup = cgroup(instance);
    cgroup.findExisting(instance.spec().limits().resources(), identity);
    return cgroup.limitReport();
  }

  @Override
  public void adopt(ProcessInstance instance, RunningProcess running, LaunchListener listener) {
    adoptedExits.watch(
        running.identity(),
        () -> instance.executor().execute(() -> adoptedExited(instance, listener)));
  }

  private void adoptedExited(ProcessInstance instance, LaunchListener listener) {
    if (!ExitRecord.isRecorded(instance) && cgroup(instance).ranOutOfMemory()) {
      listener.exited(ExitCauses.OUT_OF_MEMORY, OptionalInt.empty());
    } else {
      ExitRecord.reportExit(instance, listener);
    }
  }

  // Stop.

  @Override
  public void stop(
      ProcessInstance instance,
      Optional<ProcessIdentity> root,
      boolean killAtOnce,
      LaunchListener listener) {
    StopPolicy policy = instance.spec().stop();
    Duration grace = killAtOnce ? Duration.ZERO : policy.grace();
    // After what is to be recorded: a supervisor that is killed now must not leave one that is
    // being stopped and recorded as wanted up.
    instance.executor().execute(() -> stopTree(instance, root, policy.signal(), grace, listener));
  }

  @Override
  public void stopLeftovers(
      ProcessInstance instance, Optional<ProcessIdentity> root, LaunchListener listener) {
    stopTree(instance, root, Signal.TERM, instance.spec().stop().grace(), listener);
  }

  private void stopTree(
      ProcessInstance instance,
      Optional<ProcessIdentity> root,
      Signal signal,
      Duration grace,
      LaunchListener listener) {
    // Who is frozen does not hear that he is to leave.
    cgroup(instance).thawIfFrozen();
    StopTreeRequest request =
        new StopTreeRequest(scope(instance, root), signal, grace, instance.spec().stop().timeout());
    stopTree(request, (outcome, failure) -> reportStopResult(outcome, failure, listener));
  }

  private void stopLeftovers(StopTreeRequest request, Runnable done) {
    stopTree(request, (outcome, failure) -> done.run());
  }

  private void stopTree(
      StopTreeRequest request, BiConsumer<@Nullable StopTreeResult, @Nullable Throwable> done) {
    CompletableFuture<Void> ignored =
        treeStopper
            .stop(request)
            .handle(
                (outcome, failure) -> {
                  if (failure == null || isReadable()) {
                    done.accept(outcome, failure);
                  } else {
                    // Out of descriptors: there is no proof, and nothing that is stuck either.
                    LoggerFactory.getLogger(LocalProcessRuntime.class).warn("tried again", failure);
                    timers.schedule(RETRY_DELAY, () -> stopTree(request, done));
                  }
                  return null;
                });
  }

  private boolean isReadable() {
    try {
      return table.pids().length > 0;
    } catch (LuhprocException expected) {
      return false;
    }
  }

  private TreeScope scope(ProcessInstance instance, Optional<ProcessIdentity> root) {
    TreeScope scope = TreeScope.of(directoryPath(instance), root);
    return cgroup(instance).container().map(scope::withContainer).orElse(scope);
  }

  private static void reportStopResult(
      @Nullable StopTreeResult outcome, @Nullable Throwable failure, LaunchListener listener) {
    if (outcome == null) {
      listener.treeUnkillable(String.valueOf(failure));
    } else if (outcome.alive().isEmpty()) {
      listener.treeTerminated();
    } else {
      listener.treeUnkillable(describeSurvivors(outcome));
    }
  }

  private static String describeSurvivors(StopTreeResult outcome) {
    return outcome.alive().stream()
        .map(LocalProcessRuntime::describeSurvivor)
        .collect(Collectors.joining(", ", "alive still: ", ""));
  }

  private static String describeSurvivor(ProcessStat entry) {
    return entry.pid() + " (" + entry.name() + ", state " + entry.state() + ")";
  }

  // What is written down.

  @Override
  public void recordDesiredState(ProcessInstance instance, boolean up) {
    instance
        .executor()
        .execute(() -> updateDirectory(instance, up, it -> recordDesiredState(it, up)));
  }

  private static void recordDesiredState(ProcessDirectory directory, boolean up) {
    // One that waits to be launched for the first time has none yet.
    boolean ignored = up && directory.create();
    if (directory.isDesiredUp() != up) {
      directory.writeDesiredState(up);
    }
  }

  @Override
  public void recordExit(ProcessInstance instance, Cause cause, OptionalInt exitCode) {
    instance
        .executor()
        .execute(() -> updateDirectory(instance, false, it -> recordExit(it, cause, exitCode)));
  }

  private void recordExit(ProcessDirectory directory, Cause cause, OptionalInt exitCode) {
    ExitRecord.write(directory, timeSource.now(), cause, exitCode);
  }

  private static void updateDirectory(
      ProcessInstance instance, boolean make, Consumer<ProcessDirectory> write) {
    ProcessDirectory directory = instance.location().directory();
    try {
      if (make || directory.exists()) {
        write.accept(directory);
      }
    } catch (LuhprocException e) {
      LoggerFactory.getLogger(LocalProcessRuntime.class)
          .warn("{} cannot be described", instance, e);
    }
  }

  @Override
  public void releaseResources(ProcessInstance instance) {
    ProcessCgroup cgroup = cgroup(instance);
    instance.executor().execute(cgroup::remove);
  }

  @Override
  public void delete(ProcessInstance instance, Consumer<String> answer) {
    ProcessCgroup cgroup = cgroup(instance);
    // At once: the next process of this name may be added and launched before it is done.
    cgroupByDirectory.remove(directoryPath(instance));
    launchByDirectory.remove(directoryPath(instance));
    instance.executor().execute(() -> answer.accept(delete(instance, cgroup)));
  }

  private String delete(ProcessInstance instance, ProcessCgroup cgroup) {
    try {
      logMaintenance.remove(directoryPath(instance));
      cgroup.remove();
      instance.location().directory().delete();
      return "";
    } catch (RuntimeException | Error e) {
      return ExitCauses.describeThrowable(e);
    }
  }

  // While it lives.

  @Override
  public AutoCloseable startHealthCheck(
      ProcessInstance instance, RunningProcess running, Consumer<CheckRecord> results) {
    Map<String, String> variables = commandBuilder.environmentForChecks(instance);
    ExecContext.Credentials as = instance.spec().execContext().credentials();
    MonitoredProcess target =
        new MonitoredProcess(
            running.identity(),
            directoryPath(instance),
            InstanceLauncher.workingDirectory(instance),
            variables,
            as.user(),
            as.group());
    return HealthMonitor.start(instance.spec().health().orElseThrow(), target, health, results);
  }

  @Override
  public AutoCloseable monitorMemory(
      ProcessInstance instance, RunningProcess running, Consumer<String> exceeded) {
    OptionalLong most = instance.spec().limits().maxMemoryRestart();
    return new MemoryMonitor(table, timers, MEMORY_CHECK_INTERVAL)
        .start(
            running.identity(),
            most.orElseThrow(),
            rss ->
                exceeded.accept(
                    "holds "
                        + DurationAndSizeFormat.format(rss)
                        + " of memory, more than its maxMemoryRestart of "
                        + DurationAndSizeFormat.format(most.orElseThrow())));
  }

  @Override
  public void signal(
      ProcessInstance instance, RunningProcess running, Signal signal, Consumer<String> answer) {
    CompletableFuture<Void> ignored =
        treeStopper
            .signal(running.identity(), signal)
            .handle(
                (lived, failure) -> {
                  boolean sent = failure == null && Boolean.TRUE.equals(lived);
                  answer.accept(sent ? "" : instance.name() + ": " + whyNotSent(failure));
                  return null;
                });
  }

  private static String whyNotSent(@Nullable Throwable failure) {
    return failure == null ? "it has just ended" : ExitCauses.describeThrowable(failure);
  }

  @Override
  public void setPaused(
      ProcessInstance instance, RunningProcess running, boolean frozen, Consumer<String> answer) {
    instance.executor().execute(() -> setFrozen(instance, running, frozen, answer));
  }

  private void setFrozen(
      ProcessInstance instance, RunningProcess running, boolean frozen, Consumer<String> answer) {
    boolean done = cgroup(instance).setFrozen(frozen);
    // Somebody may have stopped it by a signal too.
    if (done && (frozen || !ProcessRecovery.isStopped(table, running.identity()))) {
      answer.accept("");
      return;
    }
    TreeScope tree = scope(instance, Optional.of(running.identity()));
    CompletableFuture<Void> ignored =
        treeStopper
            .signal(tree, frozen ? Signal.STOP : Signal.CONT)
            .handle(
                (refusals, e) ->
                    e == null ? String.join("; ", refusals) : ExitCauses.describeThrowable(e))
            .thenAccept(
                why -> {
                  if (frozen && !why.isEmpty()) {
                    resumeTree(tree);
                  }
                  answer.accept(why);
                });
  }

  /** Half of a tree stopped is neither paused nor running. */
  private void resumeTree(TreeScope tree) {
    CompletableFuture<List<String>> ignored = treeStopper.signal(tree, Signal.CONT);
  }

  @Override
  public void applyLimits(
      ProcessInstance instance, RunningProcess running, Consumer<LimitReport> answer) {
    instance
        .executor()
        .execute(
            () ->
                answer.accept(cgroup(instance).changeLimits(instance.spec().limits().resources())));
  }

  @Override
  public void close() {
    health.close();
    // What is to be written down of processes that were stopped just now.
    pool.drainAndClose(FINISH_TIMEOUT);
    treeStopper.close();
    logMaintenance.close();
    pool.close();
  }
}
