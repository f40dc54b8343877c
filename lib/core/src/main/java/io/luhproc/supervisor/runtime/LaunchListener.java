package io.luhproc.supervisor.runtime;

import io.luhproc.service.Cause;
import io.luhproc.supervisor.state.RunningProcess;
import java.util.OptionalInt;

/** Receives the events of one launch of a process, on any thread, in the order they happened. */
public interface LaunchListener {
  /** It was launched. */
  void launched(RunningProcess running);

  /**
   * It could not be launched; nothing of it is alive.
   *
   * @param retriable whether the same launch may succeed later without any change
   */
  void launchFailed(String reason, boolean retriable);

  /** It ended, with an exit code as shells show it where that is known. */
  void exited(Cause cause, OptionalInt exitCode);

  /** Nothing of its tree is alive. */
  void treeTerminated();

  /** Some of its tree survived SIGKILL. */
  void treeUnkillable(String survivors);
}
