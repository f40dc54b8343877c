package io.luhproc.supervisor.runtime;

import io.luhproc.health.CheckRecord;
import io.luhproc.limits.LimitReport;
import io.luhproc.log.ProcessLog;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessInfo;
import io.luhproc.process.Signal;
import io.luhproc.service.Cause;
import io.luhproc.service.OrphanProcess;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.SupervisorStatus;
import io.luhproc.supervisor.state.ProcessInstance;
import io.luhproc.supervisor.state.RecoveredProcess;
import io.luhproc.supervisor.state.RunningProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The one way of the supervisor to processes, files, control groups and checks.
 *
 * <p>Methods that the supervisor's thread calls neither block nor throw. The work is done
 * elsewhere, for one process in the order of the calls, and answered through the {@link
 * LaunchListener} or the given consumer, on any thread. The methods below "On the caller's thread"
 * block.
 */
public interface ProcessRuntime extends AutoCloseable {

  // Launch and stop.

  /** Launches a process; answers launched or launchFailed, and exited after launched. */
  void launch(ProcessInstance instance, LaunchListener listener);

  /**
   * Cancels a launch that has not been answered yet, as far as that is still possible; the launch
   * is answered all the same.
   */
  void cancelLaunch(ProcessInstance instance, boolean killAtOnce);

  /** Watches a process that a former supervisor launched; answers exited. */
  void adopt(ProcessInstance instance, RunningProcess running, LaunchListener listener);

  /**
   * Stops the process that was launched or adopted last, with its tree; answers treeTerminated or
   * treeUnkillable.
   */
  void stop(ProcessInstance instance, boolean killAtOnce, LaunchListener listener);

  /** Stops what is left of the tree of a process that exited; answers as {@link #stop} does. */
  void stopLeftovers(ProcessInstance instance, LaunchListener listener);

  // Records and resources.

  /** Records for the next supervisor that a process is wanted up or down. */
  void recordDesiredState(ProcessInstance instance, boolean up);

  /** Records in the process directory why a process does not run. */
  void recordExit(ProcessInstance instance, Cause cause, OptionalInt exitCode);

  /** Releases the control group of a process that is gone and is not launched again. */
  void releaseResources(ProcessInstance instance);

  /** Deletes the directory of a process that is gone; answers a failure, or "". */
  void delete(ProcessInstance instance, Consumer<String> answer);

  // While it runs.

  /** Starts health checks; results arrive on the supervisor's thread until this is closed. */
  AutoCloseable startHealthCheck(
      ProcessInstance instance, RunningProcess running, Consumer<CheckRecord> results);

  /** Watches the memory of a process; reports once, when it exceeds the limit of its spec. */
  AutoCloseable monitorMemory(
      ProcessInstance instance, RunningProcess running, Consumer<String> exceeded);

  /** Sends a signal to the process, without its tree; answers a failure, or "". */
  void signal(
      ProcessInstance instance, RunningProcess running, Signal signal, Consumer<String> answer);

  /** Freezes or thaws the tree of a process; answers a failure, or "". */
  void setPaused(
      ProcessInstance instance, RunningProcess running, boolean paused, Consumer<String> answer);

  /** Changes the limits of a running process to those of its spec. */
  void applyLimits(ProcessInstance instance, Consumer<LimitReport> answer);

  /** Returns the process directory, for the status. Does not touch the disk. */
  Path directory(ProcessInstance instance);

  // On the caller's thread.

  /**
   * Returns the remains of processes of a former supervisor.
   *
   * @return in the order of the instances
   * @throws io.luhproc.LuhprocException when a process directory is not safe to use, or cannot be
   *     read
   */
  List<RecoveredProcess> recover(List<ProcessInstance> instances);

  /** Returns what the system knows of a live process. */
  Optional<ProcessInfo> info(ProcessIdentity identity);

  /** Returns the output of a process. */
  ProcessLog output(ProcessStatus process);

  /**
   * Returns the live processes that belong to no service.
   *
   * @param status returns the services, called after the scan
   */
  List<OrphanProcess> orphans(Supplier<SupervisorStatus> status);

  @Override
  void close();
}
