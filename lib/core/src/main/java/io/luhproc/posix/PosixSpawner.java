package io.luhproc.posix;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Starts processes by posix_spawn(3) of the C library instead of by the JDK.
 *
 * <p>No helper program runs between this JVM and the program, and no thread per process is needed:
 * pidfd_open(2) and epoll(7) report exits.
 *
 * <p>The child inherits no descriptor above 2, which posix_spawn_file_actions_addclosefrom_np(3) of
 * glibc 2.34 closes, and no blocked signal. Like the JDK, glibc lets the child share the memory of
 * this JVM until it executes its program (CLONE_VM, CLONE_VFORK); all signals are blocked
 * meanwhile.
 *
 * <p>All methods except {@link #awaitExits} are thread-safe.
 */
public interface PosixSpawner extends Closeable {

  /**
   * Starts a process. After its exit it remains a zombie until it is reaped.
   *
   * @return its pid
   * @throws IOException if the kernel or the C library refuses, or if the request has characters
   *     whose encoding only the JDK knows; no process runs then
   */
  int spawn(SpawnRequest request) throws IOException;

  /**
   * Registers a child, so that {@link #awaitExits} reports its exit once. This uses one descriptor
   * until the child is reaped.
   *
   * @return false if it cannot be registered because no descriptor is left
   */
  boolean watchExit(int pid);

  /**
   * Waits until watched children have exited, until {@link #wakeup}, a signal or the timeout. Must
   * be called by one thread only.
   *
   * @return the pids of the exited children, which the caller reaps; may be empty
   * @throws IOException if the kernel refuses
   */
  List<Integer> awaitExits(Duration timeout) throws IOException;

  /** Makes the current, or else the next, call of {@link #awaitExits} return at once. */
  void wakeup();

  /**
   * Reaps a child without waiting, waitpid(2) with WNOHANG.
   *
   * @return its status as of wait(2): the exit code times 256, or the number of the signal that
   *     killed it, plus 128 if it dumped core; {@link #UNKNOWN_STATUS} if other code has reaped it;
   *     empty while it runs
   */
  OptionalInt reap(int pid);

  /** The status of a child that other code in this JVM has reaped. */
  int UNKNOWN_STATUS = -1;

  /**
   * Returns whether this process adopts orphans, which it must reap: it is PID 1 of its pid
   * namespace, or a child subreaper, see prctl(2).
   */
  boolean adoptsOrphans();

  /**
   * Returns whether any child of this process is a zombie, waitid(2) with WNOWAIT. It may be one
   * that another thread is about to reap.
   */
  boolean hasZombie();

  /**
   * Closes the descriptors. Children keep running, but their exits are no longer reported, and no
   * more orphans are adopted if this spawner caused that.
   */
  @Override
  void close();

  /**
   * Loads jnr-ffi and tests it with one process, which takes about 300 ms.
   *
   * @param childSubreaper whether this process becomes a child subreaper, until the spawner is
   *     closed
   * @return empty if this is not Linux 5.3 or later with glibc 2.34 or later on x86-64 or AArch64,
   *     or if this JVM would print a warning about native code
   */
  static Optional<PosixSpawner> tryLoad(boolean childSubreaper) {
    return JnrPosixSpawner.tryLoad(childSubreaper);
  }
}
