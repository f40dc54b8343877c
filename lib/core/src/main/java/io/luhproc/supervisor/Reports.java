package io.luhproc.supervisor;

import java.util.OptionalInt;

/**
 * What is told of one launch of a process; by any thread, at any time, in the order it happened.
 */
interface Reports {
  /** It runs. */
  void launched(Living living);

  /**
   * It could not be launched; nothing of it lives.
   *
   * @param passing whether the same launch may work later although nobody mends anything for it
   */
  void launchFailed(String why, boolean passing);

  /** It ended, with an exit code as shells show it where it is known. */
  void exited(Cause cause, OptionalInt exitCode);

  /** Nothing of its tree lives. */
  void treeGone();

  /** Some of its tree lives although it was killed. */
  void treeStuck(String survivors);
}
