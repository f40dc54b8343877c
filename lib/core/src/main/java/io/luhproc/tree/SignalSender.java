package io.luhproc.tree;

import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;

/** Sends signals to whom they are meant for, never to somebody who got the pid later. */
interface SignalSender {

  /**
   * Sends a signal to exactly this process; nothing happens when it is gone or not ours to signal.
   */
  void send(ProcessStat target, Signal signal);

  /**
   * Sends a signal as {@link #send} does.
   *
   * @return whether it was still there
   * @throws io.luhproc.LuhprocException when it is not ours to signal
   */
  boolean sendOrFail(ProcessStat target, Signal signal);

  /** Kills a whole process group at one moment, in which none of it can fork. */
  void killGroup(long group);

  /** Loads what signals other than TERM and KILL need, which may take 400 ms the first time. */
  void loadNative();
}
