package io.luhproc.supervisor.runtime;

import io.luhproc.process.ProcessEnd;
import io.luhproc.service.Cause;
import io.luhproc.supervisor.state.RunningProcess;
import java.time.Duration;
import java.util.Optional;

/** Receives the events of one launch of a process, on any thread, in the order they happened. */
public interface LaunchListener {
  /** The process was launched. */
  void launched(RunningProcess running);

  /**
   * An engine runs the process, or will.
   *
   * @param place which engine, where, and what it says about the process; for people
   */
  void located(String place);

  /**
   * The process could not be launched; no process of its tree is alive.
   *
   * @param retriable whether the same launch may succeed later
   */
  void launchFailed(String reason, boolean retriable);

  /** The process reported that it is ready, once. Follows launched, unless it was adopted. */
  void ready();

  /** The process sent a notice by sd_notify(3). */
  void notified(Notice notice);

  /**
   * What a process sent by sd_notify(3), apart from its readiness and heartbeats.
   *
   * @param status its status, for people
   * @param extension the time that it needs for its start, from now
   * @param leaving whether it stops by itself
   */
  record Notice(Optional<String> status, Optional<Duration> extension, boolean leaving) {
    /** Returns whether it says nothing. */
    boolean isEmpty() {
      return status.isEmpty() && extension.isEmpty() && !leaving;
    }
  }

  /**
   * The process exited.
   *
   * @param end its end; the exit code is as in a shell, and empty if unknown
   */
  void exited(Cause cause, ProcessEnd end);

  /**
   * No process of its tree is alive.
   *
   * @param found whether any was alive when the stop began
   */
  void treeTerminated(boolean found);

  /** Some processes of its tree survived SIGKILL. */
  void treeUnkillable(String survivors);
}
