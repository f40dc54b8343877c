package io.luhproc.supervisor.runtime;

import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.StartupOutput;
import io.luhproc.health.CheckRecord;
import io.luhproc.limits.LimitReport;
import io.luhproc.log.ProcessLog;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessInfo;
import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;
import io.luhproc.service.Cause;
import io.luhproc.service.ProcessStatus;
import io.luhproc.supervisor.state.ProcessInstance;
import io.luhproc.supervisor.state.RecoveredProcess;
import io.luhproc.supervisor.state.RunningProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Gives the supervisor access to processes, files, control groups and health checks.
 *
 * <p>Methods that the supervisor's thread calls neither block nor throw. Other threads perform the
 * work, in call order for each process. They report the result to the {@link LaunchListener} or the
 * given consumer, on any thread. The methods below "On the caller's thread" block.
 */
public interface ProcessRuntime extends AutoCloseable {

  // Launch and stop.

  /** Launches a process; reports launched or launchFailed, and exited after launched. */
  void launch(ProcessInstance instance, LaunchListener listener);

  /**
   * Cancels a pending launch if the process is not started yet. The launch still reports its
   * result.
   */
  void cancelLaunch(ProcessInstance instance, boolean killAtOnce);

  /** Watches a process that a former supervisor launched; reports exited. */
  void adopt(ProcessInstance instance, RunningProcess running, LaunchListener listener);

  /**
   * Stops the tree of the process that was launched or adopted last; reports treeTerminated or
   * treeUnkillable.
   */
  void stop(ProcessInstance instance, boolean killAtOnce, LaunchListener listener);

  /** Stops the rest of the tree of an exited process; reports as {@link #stop} does. */
  void stopLeftovers(ProcessInstance instance, LaunchListener listener);

  // Records and resources.

  /** Records the desired state of a process for the next supervisor. */
  void recordDesiredState(ProcessInstance instance, boolean up);

  /** Records in the process directory why a process does not run. */
  void recordExit(ProcessInstance instance, Cause cause, OptionalInt exitCode);

  /** Releases the control group of a process that is gone and has no launch pending. */
  void releaseResources(ProcessInstance instance);

  /** Deletes the directory of a process that is gone; reports a failure, or "". */
  void delete(ProcessInstance instance, Consumer<String> answer);

  // While it runs.

  /** Starts health checks; results arrive on the supervisor's thread until the check is closed. */
  AutoCloseable startHealthCheck(
      ProcessInstance instance, RunningProcess running, Consumer<CheckRecord> results);

  /** Watches the memory of a process; reports once, when it exceeds the limit of its spec. */
  AutoCloseable monitorMemory(
      ProcessInstance instance, RunningProcess running, Consumer<String> exceeded);

  /** Sends a signal to the process, without its tree; reports a failure, or "". */
  void signal(
      ProcessInstance instance, RunningProcess running, Signal signal, Consumer<String> answer);

  /** Freezes or thaws the tree of a process; reports a failure, or "". */
  void setPaused(
      ProcessInstance instance, RunningProcess running, boolean paused, Consumer<String> answer);

  /** Changes the limits of a running process to those of its spec. */
  void applyLimits(ProcessInstance instance, Consumer<LimitReport> answer);

  /** Returns the process directory, for the status. Does not access the disk. */
  Path directory(ProcessInstance instance);

  // On the caller's thread.

  /**
   * Returns what a former supervisor left of processes.
   *
   * @return one value for each instance, in the same order
   * @throws io.luhproc.LuhprocException when a process directory is not safe to use, or cannot be
   *     read
   */
  List<RecoveredProcess> recover(List<ProcessInstance> instances);

  /** Returns system information about a live process. */
  Optional<ProcessInfo> info(ProcessIdentity identity);

  /** Returns the CPU time, memory and threads of a live process, at less cost than its details. */
  default Optional<ProcessStat> stat(ProcessIdentity identity) {
    return info(identity).map(ProcessInfo::stat);
  }

  /** Returns the last lines that a process wrote, each after a line break, for a message. */
  default String lastOutput(ProcessInstance instance) {
    return new StartupOutput(ProcessDirectory.at(directory(instance)), 0, 0).lastLines();
  }

  /** Returns the output of a process. */
  ProcessLog output(ProcessStatus process);

  /** Returns access to what a former supervisor left, apart from processes to recover. */
  FormerProcesses former();

  @Override
  void close();
}
