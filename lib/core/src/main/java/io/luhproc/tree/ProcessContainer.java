package io.luhproc.tree;

/**
 * A container, such as a cgroup, that processes cannot leave by themselves.
 *
 * <p>Every process inside belongs to the tree, whatever its marker, parent or session. It is
 * therefore found even if it has detached completely or forks faster than a scan. Methods are
 * called by the thread that stops the tree.
 */
public interface ProcessContainer {

  /**
   * Kills all processes inside, atomically if the kernel supports it. Not called while this JVM is
   * inside.
   */
  void kill();

  /** Returns whether a live process is inside; false if the container does not exist. */
  boolean isPopulated();

  /** Returns the pids inside in no particular order; empty if the container does not exist. */
  long[] pids();
}
