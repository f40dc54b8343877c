package io.luhproc.supervisor.runtime;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.health.CheckRecord;
import io.luhproc.health.monitor.HealthExecutor;
import io.luhproc.health.monitor.HealthMonitor;
import io.luhproc.health.monitor.MonitoredProcess;
import io.luhproc.limits.LimitReport;
import io.luhproc.limits.ResourceLimits;
import io.luhproc.log.ProcessLog;
import io.luhproc.log.rotate.LogMaintenanceService;
import io.luhproc.posix.Posix;
import io.luhproc.process.OutputMode;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessInfo;
import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;
import io.luhproc.procfs.ProcessInfoReader;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.service.Cause;
import io.luhproc.service.Command;
import io.luhproc.service.ExecContext;
import io.luhproc.service.ProcessStatus;
import io.luhproc.spawn.Launcher;
import io.luhproc.supervisor.state.ExitCauses;
import io.luhproc.supervisor.state.ProcessInstance;
import io.luhproc.supervisor.state.RecoveredProcess;
import io.luhproc.supervisor.state.RunningProcess;
import io.luhproc.time.ThreadPool;
import io.luhproc.time.TimeSource;
import io.luhproc.time.Timers;
import io.luhproc.tree.TreeScope;
import io.luhproc.tree.TreeStopService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Runs processes on this machine, with their directories, control groups and health checks. */
public final class LocalProcessRuntime implements ProcessRuntime {
  private static final int MAX_THREADS = 8;
  private static final Duration FINISH_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration MEMORY_CHECK_INTERVAL = Duration.ofSeconds(2);

  private final TimeSource timeSource;
  private final Timers timers;
  private final ProcessRoot root;
  private final ProcessTable table = ProcessTable.system();
  private final CgroupProvider cgroups;
  private final ThreadPool pool = ThreadPool.keepingOneThread(MAX_THREADS, "services");
  private final KeyedSerialExecutor serialExecutor = new KeyedSerialExecutor(pool);
  private final LaunchTask.LaunchContext launchContext;
  private final LaunchCommandBuilder commandBuilder;
  private final AdoptedExitPoller adoptedExits;
  private final TreeStopService treeStopper;
  private final TreeStopRetrier treeStops;
  private final LogMaintenanceService logMaintenance;
  private final LocalFormerProcesses former;
  private final HealthExecutor health;
  private final ReadinessReports reports;
  private final InstanceStopper stopper;
  private final Map<ProcessKey, LocalProcess> processes = new ConcurrentHashMap<>();

  private LocalProcessRuntime(
      ProcessRoot root,
      Timers timers,
      TimeSource timeSource,
      Launcher launcher,
      CgroupProvider cgroups,
      TreeStopService treeStopper) {
    this.root = root;
    this.timeSource = timeSource;
    this.timers = timers;
    this.cgroups = cgroups;
    this.commandBuilder = LaunchCommandBuilder.inheriting(System.getenv());
    this.adoptedExits = new AdoptedExitPoller(table, timers);
    this.treeStopper = treeStopper;
    this.treeStops = new TreeStopRetrier(treeStopper, table, timers);
    this.reports = new ReadinessReports(root.path(), table, timers, timeSource);
    InstanceLauncher instanceLauncher =
        new InstanceLauncher(launcher, commandBuilder, table, timeSource);
    this.stopper =
        new InstanceStopper(
            new StopCommandRun.StopContext(instanceLauncher, table, timers, timeSource), treeStops);
    this.launchContext =
        new LaunchTask.LaunchContext(
            instanceLauncher,
            treeStopper,
            treeStops::stop,
            timeSource,
            this::maintainLogs,
            reports);
    this.former = new LocalFormerProcesses(root, table, this::newProcess, treeStops);
    this.health = HealthExecutor.create(timers, timeSource, launcher, treeStopper);
    this.logMaintenance =
        LogMaintenanceService.start(
            timeSource, Posix.lazy(), it -> ProcessDirectory.at(it).touch(timeSource.now()));
  }

  /**
   * Starts the threads.
   *
   * @param root the supervisor's directory
   * @param timers run on the supervisor's thread
   */
  public static LocalProcessRuntime start(
      ProcessRoot root,
      Timers timers,
      TimeSource timeSource,
      Launcher launcher,
      CgroupProvider cgroups) {
    ProcessTable.system().requireOwnNamespace("supervise processes");
    TreeStopService treeStopper =
        TreeStopService.start(ProcessTable.system(), Posix.lazy(), timeSource);
    try {
      return new LocalProcessRuntime(root, timers, timeSource, launcher, cgroups, treeStopper);
    } catch (RuntimeException | Error e) {
      treeStopper.close();
      throw e;
    }
  }

  private LocalProcess process(ProcessInstance instance) {
    return processes.computeIfAbsent(ProcessLocation.keyOf(instance), this::newProcess);
  }

  private LocalProcess newProcess(ProcessKey key) {
    ProcessLocation location = new ProcessLocation(key, root.directory(key));
    Path path = location.directory().path();
    return new LocalProcess(
        location,
        serialExecutor.executorFor(path),
        new ProcessCgroup(cgroups, cgroups.nameFor(path)));
  }

  LocalInstance local(ProcessInstance instance) {
    return new LocalInstance(instance, process(instance));
  }

  @Override
  public Path directory(ProcessInstance instance) {
    return process(instance).path();
  }

  // Launch.

  @Override
  public void launch(ProcessInstance instance, LaunchListener listener) {
    LocalProcess process = process(instance);
    LaunchTask task =
        new LaunchTask(
            launchContext, new LocalInstance(instance, process), process.root(), listener);
    process.root(Optional.empty());
    process.launch(task);
    process.executor().execute(task::run);
  }

  @Override
  public void cancelLaunch(ProcessInstance instance, boolean killAtOnce) {
    LaunchTask task = process(instance).launch();
    if (task != null) {
      task.cancel(killAtOnce);
    }
  }

  /**
   * Starts the log maintenance of a command. A task maintains its own logs; a remote log, its copy.
   */
  private void maintainLogs(LocalInstance local) {
    boolean hasFiles = local.spec().output().mode() != OutputMode.INHERIT;
    if (hasFiles
        && local.spec().engine().isEmpty()
        && !(local.spec().command() instanceof Command.TaskCommand)) {
      logMaintenance.add(
          local.process().path(), local.spec().output().logs().forProcess(local.name()));
    }
  }

  // Adoption.

  @Override
  public List<RecoveredProcess> recover(List<ProcessInstance> instances) {
    ProcessRecovery recovery = new ProcessRecovery(table, timeSource);
    List<LocalInstance> locals = instances.stream().map(this::local).toList();
    // Check all directories first: no service is added if one is refused. The logs come last.
    List<Boolean> used = locals.stream().map(it -> it.location().directory().exists()).toList();
    List<RecoveredProcess> recovered = new ArrayList<>();
    for (int i = 0; i < locals.size(); i++) {
      recovered.add(used.get(i) ? recover(locals.get(i), recovery) : RecoveredProcess.NONE);
    }
    for (int i = 0; i < locals.size(); i++) {
      if (used.get(i)) {
        maintainLogs(locals.get(i));
      }
    }
    return recovered;
  }

  private static RecoveredProcess recover(LocalInstance local, ProcessRecovery recovery) {
    RecoveredProcess recovered = recovery.recover(local, identity -> findCgroup(local, identity));
    return local.process().cgroup().isFrozen() ? recovered.asPaused() : recovered;
  }

  private static LimitReport findCgroup(LocalInstance local, Optional<ProcessIdentity> identity) {
    ProcessCgroup cgroup = local.process().cgroup();
    cgroup.findExisting(local.spec().limits().resources(), identity);
    return cgroup.limitReport();
  }

  @Override
  public void adopt(ProcessInstance instance, RunningProcess running, LaunchListener listener) {
    LocalInstance local = local(instance);
    local.process().root(running.identity());
    local.executor().execute(() -> watchAdopted(local, running, listener));
    adoptedExits.watch(
        running.localIdentity(),
        () -> local.executor().execute(() -> adoptedExited(local, listener)));
  }

  private void watchAdopted(LocalInstance local, RunningProcess running, LaunchListener listener) {
    try {
      reports.watch(local, Optional.of(running), listener);
    } catch (LuhprocException e) {
      warn("cannot watch whether {} is ready", local, e);
    }
  }

  private static void warn(String message, LocalInstance local, LuhprocException e) {
    LoggerFactory.getLogger(LocalProcessRuntime.class).warn(message, local, e);
  }

  private void adoptedExited(LocalInstance local, LaunchListener listener) {
    if (!ExitRecord.isRecorded(local) && local.process().cgroup().ranOutOfMemory()) {
      Cause cause = ExitCauses.OUT_OF_MEMORY;
      listener.exited(cause, ProcessEnd.ofReason(timeSource.now(), cause.detail()));
    } else {
      ExitRecord.reportExit(local, timeSource.now(), listener);
    }
  }

  // Stop.

  @Override
  public void stop(ProcessInstance instance, boolean killAtOnce, LaunchListener listener) {
    LocalInstance local = local(instance);
    // Runs after the desired state is recorded. Otherwise, a supervisor that is killed now would
    // leave a process that is being stopped although its recorded desired state is up.
    local.executor().execute(() -> stopper.stop(local, killAtOnce, listener));
  }

  @Override
  public void stopLeftovers(ProcessInstance instance, LaunchListener listener) {
    LocalInstance local = local(instance);
    // Not on the supervisor's thread: a frozen group is thawed first.
    local.executor().execute(() -> stopper.stopLeftovers(local, listener));
  }

  // Records and resources.

  @Override
  public void recordDesiredState(ProcessInstance instance, boolean up) {
    LocalInstance local = local(instance);
    local.executor().execute(() -> updateDirectory(local, up, it -> recordDesiredState(it, up)));
  }

  private static void recordDesiredState(ProcessDirectory directory, boolean up) {
    if (up) {
      // A process that waits for its first launch has no directory yet.
      directory.recordDesiredUp();
    } else if (directory.isDesiredUp()) {
      directory.writeDesiredState(false);
    }
  }

  @Override
  public void recordExit(ProcessInstance instance, Cause cause, OptionalInt exitCode) {
    LocalInstance local = local(instance);
    Consumer<ProcessDirectory> write =
        it -> ExitRecord.write(it, timeSource.now(), cause, exitCode);
    local.executor().execute(() -> updateDirectory(local, false, write));
  }

  private static void updateDirectory(
      LocalInstance local, boolean create, Consumer<ProcessDirectory> write) {
    ProcessDirectory directory = local.location().directory();
    try {
      if (create || directory.exists()) {
        write.accept(directory);
      }
    } catch (LuhprocException e) {
      warn("cannot record the state of {}", local, e);
    }
  }

  @Override
  public void releaseResources(ProcessInstance instance) {
    LocalProcess process = process(instance);
    process.executor().execute(process.cgroup()::remove);
  }

  @Override
  public void delete(ProcessInstance instance, Consumer<String> answer) {
    LocalProcess process = process(instance);
    // Remove it at once: the next process with this name may be launched before the directory is
    // deleted.
    processes.remove(process.location().key());
    process.executor().execute(() -> answer.accept(delete(process)));
  }

  private String delete(LocalProcess process) {
    try {
      logMaintenance.remove(process.path());
      process.cgroup().remove();
      process.location().directory().delete();
      return "";
    } catch (RuntimeException | Error e) {
      return ExitCauses.describeThrowable(e);
    }
  }

  // While it runs.

  @Override
  public AutoCloseable startHealthCheck(
      ProcessInstance instance, RunningProcess running, Consumer<CheckRecord> results) {
    LocalInstance local = local(instance);
    Map<String, String> variables = commandBuilder.environmentForChecks(instance);
    ExecContext.Credentials credentials = instance.spec().execContext().credentials();
    MonitoredProcess target =
        new MonitoredProcess(
            running.localIdentity(),
            local.process().path(),
            InstanceLauncher.workingDirectory(local),
            variables,
            credentials.user(),
            credentials.group());
    return HealthMonitor.start(instance.spec().health().orElseThrow(), target, health, results);
  }

  @Override
  public AutoCloseable monitorMemory(
      ProcessInstance instance, RunningProcess running, Consumer<String> exceeded) {
    long maximum = instance.spec().limits().maxMemoryRestart().orElseThrow();
    return new MemoryMonitor(table, timers, MEMORY_CHECK_INTERVAL)
        .start(running.localIdentity(), maximum, exceeded);
  }

  @Override
  public void signal(
      ProcessInstance instance, RunningProcess running, Signal signal, Consumer<String> answer) {
    CompletableFuture<Void> ignored =
        treeStopper
            .signal(running.localIdentity(), signal)
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
      ProcessInstance instance, RunningProcess running, boolean paused, Consumer<String> answer) {
    LocalProcess process = process(instance);
    process.executor().execute(() -> setPaused(process, running, paused, answer));
  }

  private void setPaused(
      LocalProcess process, RunningProcess running, boolean paused, Consumer<String> answer) {
    boolean done = process.cgroup().setFrozen(paused);
    // A process that was also stopped by a signal needs SIGCONT.
    if (done && (paused || !ProcessRecovery.isStopped(table, running.localIdentity()))) {
      answer.accept("");
      return;
    }
    TreeScope tree = process.treeScope(running.identity());
    CompletableFuture<Void> ignored =
        treeStopper
            .signal(tree, paused ? Signal.STOP : Signal.CONT)
            .handle(
                (refusals, e) ->
                    e == null ? String.join("; ", refusals) : ExitCauses.describeThrowable(e))
            .thenAccept(
                failure -> {
                  if (paused && !failure.isEmpty()) {
                    resumeTree(tree);
                  }
                  answer.accept(failure);
                });
  }

  /** Resumes a tree that could be paused only in part. */
  private void resumeTree(TreeScope tree) {
    CompletableFuture<List<String>> ignored = treeStopper.signal(tree, Signal.CONT);
  }

  @Override
  public void applyLimits(ProcessInstance instance, Consumer<LimitReport> answer) {
    LocalProcess process = process(instance);
    ResourceLimits limits = instance.spec().limits().resources();
    process.executor().execute(() -> answer.accept(changeLimits(process.cgroup(), limits)));
  }

  private static LimitReport changeLimits(ProcessCgroup cgroup, ResourceLimits limits) {
    try {
      return cgroup.changeLimits(limits);
    } catch (RuntimeException e) {
      return LimitReport.notEnforced(
          limits, ExitCauses.describeThrowable(e), "fix the cause and restart the process");
    }
  }

  // On the caller's thread.

  @Override
  public Optional<ProcessInfo> info(ProcessIdentity identity) {
    return ProcessInfoReader.system().read(identity.pid());
  }

  @Override
  public Optional<ProcessStat> stat(ProcessIdentity identity) {
    return ProcessTable.system()
        .find(identity.pid())
        .filter(stat -> stat.startTicks() == identity.startTicks());
  }

  @Override
  public ProcessLog output(ProcessStatus process) {
    return ProcessLog.of(process.directory());
  }

  @Override
  public LocalFormerProcesses former() {
    return former;
  }

  @Override
  public void close() {
    health.close();
    processes.values().forEach(LocalProcess::endReports);
    reports.close();
    // The records of processes that were just stopped may still have to be written.
    pool.drainAndClose(FINISH_TIMEOUT);
    treeStopper.close();
    logMaintenance.close();
    pool.close();
  }
}
