package io.luhproc.supervisor.runtime;

import io.luhproc.service.Cause;
import io.luhproc.supervisor.state.RunningProcess;
import java.util.OptionalInt;

/**
 * What is told of one launch of a process; by any thread, at any time, in the order it happened.
 */
public interface LaunchListener {
  /** It runs. */
  void launched(RunningProcess running);

  /**
   * It could not be launched; nothing of it lives.
   *
   * @param retriable whether the same launch may work later although nobody mends anything for it
   */
  void launchFailed(String reason, boolean retriable);

  /** It ended, with an exit code as shells show it where it is known. */
  void exited(Cause cause, OptionalInt exitCode);

  /** Nothing of its tree lives. */
  void treeTerminated();

  /** Some of its tree lives although it was killed. */
  void treeUnkillable(String survivors);
}
