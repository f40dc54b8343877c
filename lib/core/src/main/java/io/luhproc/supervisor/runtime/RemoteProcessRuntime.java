package io.luhproc.supervisor.runtime;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.engine.StopReply;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.health.CheckRecord;
import io.luhproc.limits.LimitReport;
import io.luhproc.log.ProcessLog;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessInfo;
import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;
import io.luhproc.service.Cause;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.StopPolicy;
import io.luhproc.supervisor.state.ProcessInstance;
import io.luhproc.supervisor.state.RecoveredProcess;
import io.luhproc.supervisor.state.RunningProcess;
import io.luhproc.time.ThreadPool;
import io.luhproc.time.TimeSource;
import io.luhproc.time.Timers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Runs processes on engines, and leaves all others to the runtime of this machine, which also has
 * the directories of both.
 *
 * <p>What was launched or adopted last decides which of them stops a process, not its spec, which
 * an update may have changed.
 */
public final class RemoteProcessRuntime implements ProcessRuntime {
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(10);
  private static final Duration FINISH_TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_THREADS = 8;

  private final LocalProcessRuntime local;
  // Apart from the pool of local processes, which must not wait for engines.
  private final ThreadPool pool = ThreadPool.withMaxThreads(MAX_THREADS, "engines");
  private final KeyedSerialExecutor executors = new KeyedSerialExecutor(pool);
  private final Map<String, EngineLink> links = new ConcurrentHashMap<>();
  private final Map<ProcessKey, RemoteProcess> processes = new ConcurrentHashMap<>();
  private final RemoteProcess.Context context;

  /**
   * Creates a runtime.
   *
   * @param checkInterval how often an engine is asked for what its watch does not report
   */
  RemoteProcessRuntime(
      LocalProcessRuntime local, Timers timers, TimeSource timeSource, Duration checkInterval) {
    this.local = local;
    this.context =
        new RemoteProcess.Context(
            address ->
                links.computeIfAbsent(address, it -> new EngineLink(it, checkInterval, timeSource)),
            LaunchCommandBuilder.inheriting(System.getenv()),
            timers,
            timeSource);
    local.former().stopRemoteBy(this::stopSurplus);
  }

  /**
   * Adds engines to a runtime, which is closed with this one.
   *
   * @param timers run on the supervisor's thread
   */
  public static RemoteProcessRuntime over(
      LocalProcessRuntime local, Timers timers, TimeSource timeSource) {
    return new RemoteProcessRuntime(local, timers, timeSource, CHECK_INTERVAL);
  }

  private RemoteProcess remote(ProcessInstance instance) {
    return processes.computeIfAbsent(
        ProcessLocation.keyOf(instance),
        key -> new RemoteProcess(context, executors.executorFor(key)));
  }

  /** Returns the process if an engine runs its latest launch, or null. */
  private @Nullable RemoteProcess find(ProcessInstance instance) {
    return processes.isEmpty() ? null : processes.get(ProcessLocation.keyOf(instance));
  }

  private static Duration grace(ProcessInstance instance, boolean killAtOnce) {
    return killAtOnce ? Duration.ZERO : instance.spec().stop().grace();
  }

  // Launch and stop.

  /**
   * Runs an action after the desired state that was set before it is recorded. Otherwise, the next
   * supervisor may find a running process as desired down.
   */
  private static void executeAfterRecords(LocalInstance instance, Runnable body) {
    instance.executor().execute(body);
  }

  @Override
  public void launch(ProcessInstance instance, LaunchListener listener) {
    if (instance.spec().engine().isPresent()) {
      LocalInstance recorded = local.local(instance);
      RemoteProcess remote = remote(instance);
      executeAfterRecords(recorded, () -> remote.launch(recorded, listener));
    } else {
      if (!processes.isEmpty()) {
        processes.remove(ProcessLocation.keyOf(instance));
      }
      local.launch(instance, listener);
    }
  }

  @Override
  public void cancelLaunch(ProcessInstance instance, boolean killAtOnce) {
    RemoteProcess remote = find(instance);
    if (remote == null) {
      local.cancelLaunch(instance, killAtOnce);
    } else {
      executeAfterRecords(local.local(instance), () -> remote.cancel(grace(instance, killAtOnce)));
    }
  }

  @Override
  public void adopt(ProcessInstance instance, RunningProcess running, LaunchListener listener) {
    if (running.isRemote()) {
      LocalInstance recorded = local.local(instance);
      RemoteProcess remote = remote(instance);
      executeAfterRecords(recorded, () -> remote.adopt(recorded, listener));
    } else {
      local.adopt(instance, running, listener);
    }
  }

  @Override
  public void stop(ProcessInstance instance, boolean killAtOnce, LaunchListener listener) {
    RemoteProcess remote = find(instance);
    if (remote == null) {
      local.stop(instance, killAtOnce, listener);
    } else {
      executeAfterRecords(
          local.local(instance), () -> remote.stop(grace(instance, killAtOnce), listener));
    }
  }

  @Override
  public void stopLeftovers(ProcessInstance instance, LaunchListener listener) {
    RemoteProcess remote = find(instance);
    if (remote == null) {
      local.stopLeftovers(instance, listener);
    } else {
      remote.stopLeftovers(listener);
    }
  }

  // Records and resources.

  @Override
  public void recordDesiredState(ProcessInstance instance, boolean up) {
    local.recordDesiredState(instance, up);
  }

  @Override
  public void recordExit(ProcessInstance instance, Cause cause, OptionalInt exitCode) {
    // A remote process is recorded with the end that its engine reports.
    if (instance.spec().engine().isEmpty() && find(instance) == null) {
      local.recordExit(instance, cause, exitCode);
    }
  }

  @Override
  public void releaseResources(ProcessInstance instance) {
    local.releaseResources(instance);
  }

  @Override
  public void delete(ProcessInstance instance, Consumer<String> answer) {
    RemoteProcess remote = find(instance);
    if (remote == null) {
      local.delete(instance, answer);
      return;
    }
    processes.remove(ProcessLocation.keyOf(instance));
    // Ends the copy of the log first; the next launch with this name comes after the deletion.
    remote.close(
        () -> {
          CompletableFuture<String> deleted = new CompletableFuture<>();
          local.delete(instance, deleted::complete);
          answer.accept(deleted.join());
        });
  }

  // While it runs. What an engine does not support is refused when a spec is built; an update may
  // still meet a process that an engine runs.

  @Override
  public AutoCloseable startHealthCheck(
      ProcessInstance instance, RunningProcess running, Consumer<CheckRecord> results) {
    return running.isRemote() ? () -> {} : local.startHealthCheck(instance, running, results);
  }

  @Override
  public AutoCloseable monitorMemory(
      ProcessInstance instance, RunningProcess running, Consumer<String> exceeded) {
    return running.isRemote() ? () -> {} : local.monitorMemory(instance, running, exceeded);
  }

  @Override
  public void signal(
      ProcessInstance instance, RunningProcess running, Signal signal, Consumer<String> answer) {
    if (running.isRemote()) {
      answer.accept(
          instance.name() + ": cannot send " + signal + ": engines send no signals; stop it");
    } else {
      local.signal(instance, running, signal, answer);
    }
  }

  @Override
  public void setPaused(
      ProcessInstance instance, RunningProcess running, boolean paused, Consumer<String> answer) {
    if (running.isRemote()) {
      answer.accept(instance.name() + ": cannot be paused: engines do not pause; stop it");
    } else {
      local.setPaused(instance, running, paused, answer);
    }
  }

  @Override
  public void applyLimits(ProcessInstance instance, Consumer<LimitReport> answer) {
    if (find(instance) == null) {
      local.applyLimits(instance, answer);
    } else {
      answer.accept(
          LimitReport.notEnforced(
              instance.spec().limits().resources(),
              "an engine runs the process",
              "restart it, which runs it on this machine"));
    }
  }

  @Override
  public Path directory(ProcessInstance instance) {
    return local.directory(instance);
  }

  // On the caller's thread.

  @Override
  public List<RecoveredProcess> recover(List<ProcessInstance> instances) {
    return local.recover(instances);
  }

  @Override
  public Optional<ProcessInfo> info(ProcessIdentity identity) {
    return local.info(identity);
  }

  @Override
  public Optional<ProcessStat> stat(ProcessIdentity identity) {
    return local.stat(identity);
  }

  @Override
  public ProcessLog output(ProcessStatus process) {
    return local.output(process);
  }

  @Override
  public FormerProcesses former() {
    return local.former();
  }

  /** Stops a process that a former supervisor ran on an engine, and that no service has now. */
  private void stopSurplus(ProcessDirectory directory) {
    Optional<ProcessRecord> record =
        directory.readRecord().filter(ProcessRecord::isUnfinishedOnEngine);
    if (record.isEmpty()) {
      return;
    }
    try {
      EngineLink link = context.links().apply(record.get().remote().orElseThrow().engine());
      WorkerKey key = new ProcessLocation(record.get().key(), directory).workerKey();
      Optional<WorkerStatus> status =
          link.call(() -> link.engine().info(key))
              .filter(it -> it.token().equals(record.get().launchToken()));
      if (status.isPresent()) {
        String run = status.get().incarnation();
        Duration grace = StopPolicy.defaults().grace();
        StopReply ignored = link.call(() -> link.engine().stop(key, run, grace));
      }
      directory.delete();
    } catch (LuhprocException e) {
      LoggerFactory.getLogger(RemoteProcessRuntime.class)
          .warn("cannot stop {}, which is no longer in its service", record.get().key(), e);
    }
  }

  @Override
  public void close() {
    processes.values().forEach(it -> it.close(() -> {}));
    pool.drainAndClose(FINISH_TIMEOUT);
    links.values().forEach(EngineLink::close);
    pool.close();
    local.close();
  }
}
