package io.luhproc.tree;

import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;

/** Sends signals to processes, and never to a later process with the same pid. */
interface SignalSender {

  /** Sends a signal to a process. Does nothing if it has exited or permission is denied. */
  void send(ProcessStat target, Signal signal);

  /**
   * Sends a signal to a process.
   *
   * @return whether the process was still alive
   * @throws io.luhproc.LuhprocException if permission is denied (EPERM)
   */
  boolean sendOrFail(ProcessStat target, Signal signal);

  /** Sends SIGKILL to a whole process group atomically, so that no member can fork meanwhile. */
  void killGroup(long group);

  /** Loads the native code for signals other than TERM and KILL, which takes up to 400 ms. */
  void loadNative();
}
