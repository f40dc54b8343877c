package io.luhproc.worker;

import io.luhproc.directory.ProcessKey;
import io.luhproc.engine.EngineProblem;
import io.luhproc.log.ProcessLog;
import io.luhproc.process.Signal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The workers of one manager on this machine. */
final class LocalWorkers implements Workers {
  private final ManagerContext context;
  private @Nullable WorkerStarter starter;

  LocalWorkers(ManagerContext context) {
    this.context = context;
  }

  private WorkerQuery query() {
    return new WorkerQuery(context);
  }

  private WorkerStopper stopper() {
    return new WorkerStopper(context);
  }

  /** Creates the starter once, because it searches the PATH for setsid(1). */
  private synchronized WorkerStarter starter() {
    if (starter == null) {
      starter = new WorkerStarter(context, query());
    }
    return starter;
  }

  @Override
  public WorkerInfo start(ProcessKey key, StartOptions options) {
    return starter().start(TaskRequest.of(context, key, options), options.awaitReady());
  }

  @Override
  public Optional<WorkerInfo> info(ProcessKey key) {
    return query().info(key);
  }

  @Override
  public List<WorkerInfo> list(List<String> tasks) {
    WorkerQuery query = query();
    return query.list(it -> tasks.contains(it.key().task()) && query.belongsToManager(it));
  }

  @Override
  public StopResult stop(ProcessKey key, StopOptions options) {
    return stopper().stop(key, options);
  }

  @Override
  public List<StopResult> stopAll(List<ProcessKey> keys, StopOptions options) {
    return ParallelStop.run(context, keys, options);
  }

  @Override
  public boolean signal(ProcessKey key, Signal signal) {
    return new WorkerSignaller(context).signal(key, signal);
  }

  @Override
  public WorkerInfo restart(ProcessKey key, StartOptions start, StopOptions stop) {
    return new WorkerRestarter(context, starter(), stopper()).restart(key, start, stop);
  }

  @Override
  public StartOptions startOptions(ProcessKey key) {
    return query().previousOptions(key);
  }

  @Override
  public ProcessLog logs(ProcessKey key) {
    WorkerInfo worker = info(key).orElseThrow(() -> new NoSuchWorkerException(key));
    return ProcessLog.of(worker.directory());
  }

  @Override
  public List<EngineProblem> engineProblems() {
    return List.of();
  }

  @Override
  public boolean mayWrite(ProcessKey key) {
    Optional<WorkerInfo> worker = info(key);
    return worker.isPresent() && worker.get().state().isAlive();
  }
}
