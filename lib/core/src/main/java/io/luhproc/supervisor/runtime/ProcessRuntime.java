package io.luhproc.supervisor.runtime;

import io.luhproc.health.CheckRecord;
import io.luhproc.limits.LimitReport;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
import io.luhproc.service.Cause;
import io.luhproc.supervisor.state.RecoveredProcess;
import io.luhproc.supervisor.state.RunningProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * What the supervisor's thread asks of the system. Nothing here blocks or throws: the work is done
 * elsewhere, in the order in which it was asked for of one process, and answered through {@link
 * LaunchListener} or the given consumer.
 */
public interface ProcessRuntime extends AutoCloseable {

  /** Returns the lane of the process of a directory. */
  Executor executorFor(Path directory);

  /**
   * Returns what a former supervisor left of processes. Alone of all here it reads the disk at
   * once, on the thread of whoever adds them.
   *
   * @return in the order of the places
   * @throws io.luhproc.LuhprocException when one of the directories is not safe to use, or cannot
   *     be read
   */
  List<RecoveredProcess> recover(List<ProcessInstance> instances);

  /** Launches a process; answers launched or launchFailed, and exited after launched. */
  void launch(ProcessInstance instance, LaunchListener listener);

  /**
   * Gives up a launch that has not been answered yet, as far as that can still be done; it is
   * answered as ever.
   */
  void cancelLaunch(ProcessInstance instance, boolean killAtOnce);

  /** Watches over a process that a former supervisor launched; answers exited. */
  void adopt(ProcessInstance instance, RunningProcess running, LaunchListener listener);

  /** Ends a process and its tree; answers treeGone or treeStuck. */
  void stop(
      ProcessInstance instance,
      Optional<ProcessIdentity> root,
      boolean killAtOnce,
      LaunchListener listener);

  /** Ends what is left of the tree of a process that ended; answers treeGone or treeStuck. */
  void stopLeftovers(
      ProcessInstance instance, Optional<ProcessIdentity> root, LaunchListener listener);

  /** Records that a process is wanted up or down, for the supervisor after this one. */
  void recordDesiredState(ProcessInstance instance, boolean up);

  /** Records why a process does not run, for those who look into its directory. */
  void recordExit(ProcessInstance instance, Cause cause, OptionalInt exitCode);

  /** Begins health checks, whose results are told on the supervisor's thread until it is closed. */
  AutoCloseable startHealthCheck(
      ProcessInstance instance, RunningProcess running, Consumer<CheckRecord> results);

  /** Begins to watch the memory of a process; tells once, when there is too much. */
  AutoCloseable monitorMemory(
      ProcessInstance instance, RunningProcess running, Consumer<String> exceeded);

  /** Sends a signal to the process; the consumer gets a reason when it cannot, else "". */
  void signal(
      ProcessInstance instance, RunningProcess running, Signal signal, Consumer<String> answer);

  /** Freezes or thaws the tree of a process; the consumer gets a reason when it cannot, else "". */
  void setPaused(
      ProcessInstance instance, RunningProcess running, boolean frozen, Consumer<String> answer);

  /** Changes the limits of a living process to those of its spec. */
  void applyLimits(ProcessInstance instance, RunningProcess running, Consumer<LimitReport> answer);

  /** Gives up the control group of a process that is gone and not to be started again. */
  void releaseResources(ProcessInstance instance);

  /** Removes the directory of a process that is gone; answers as {@link #setPaused} does. */
  void delete(ProcessInstance instance, Consumer<String> answer);

  @Override
  void close();
}
