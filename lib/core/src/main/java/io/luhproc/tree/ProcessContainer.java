package io.luhproc.tree;

/**
 * What the processes of a tree cannot leave, a cgroup: who is in it belongs to the tree, whatever
 * cookie it carries and however it was started. Called by the thread that stops the tree.
 *
 * <p>Whoever forks faster than one can look, or leaves its parent, its session and its environment
 * behind, is still in it.
 */
public interface ProcessContainer {

  /**
   * Kills all that is in it, at one moment where the kernel can. Not called while this JVM is in it
   * itself.
   */
  void kill();

  /** Returns whether anything that runs is in it, zombies not counted; false when it is gone. */
  boolean isPopulated();

  /** Returns the pids of all in it, in no order; none when it is gone. */
  long[] pids();
}
