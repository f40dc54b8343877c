package io.luhproc.posix;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Processes started by posix_spawn(3) of the C library instead of by the JDK: nothing runs between
 * this JVM and the program, and no thread is kept for each of them. pidfd_open(2) and epoll(7) tell
 * of their ends.
 *
 * <p>Nothing of this JVM leaks into them: posix_spawn_file_actions_addclosefrom_np(3), of glibc
 * 2.34, closes every descriptor above 2 in the child, and no signal is blocked there. Like the JDK,
 * glibc lets the child borrow the memory of this JVM until it executes its program (CLONE_VM,
 * CLONE_VFORK), with all signals blocked meanwhile.
 *
 * <p>Every method but {@link #awaitExits} may be called by any thread.
 */
public interface PosixSpawner extends Closeable {

  /**
   * Starts a process. It stays a zombie once it has ended until it is reaped.
   *
   * @return its pid
   * @throws IOException when the kernel or the C library refuses, or when the order has characters
   *     that only the JDK knows how to pass on; nothing runs then
   */
  int spawn(SpawnRequest request) throws IOException;

  /**
   * Asks the kernel to tell of the end of a child, once. This takes one descriptor until it is
   * reaped.
   *
   * @return false when it will not, as there is no descriptor left
   */
  boolean watchExit(int pid);

  /**
   * Waits until some of those that are watched have ended, at most for so long; a wake-up or a
   * signal may return sooner. To be called by one thread.
   *
   * @return their pids, to be reaped
   * @throws IOException when the kernel refuses
   */
  List<Integer> awaitExits(Duration timeout) throws IOException;

  /** Ends the wait that is under way, or else the next one, at once. */
  void wakeup();

  /**
   * Gives a zombie back to the kernel.
   *
   * @return its exit status, 128 and the number of the signal when one killed it, {@link
   *     #UNKNOWN_STATUS} when somebody else has reaped it; nothing while it runs
   */
  OptionalInt reap(int pid);

  /** The status of a child that somebody else has reaped. */
  int UNKNOWN_STATUS = -1;

  /** Gives the descriptors back; children live on, and nobody hears of their ends. */
  @Override
  void close();

  /**
   * Loads what this takes and tries it with one process, some 300 ms in all.
   *
   * @return nothing where it does not work: not on Linux with a glibc from 2.34 and a kernel from
   *     5.3, x86-64 or AArch64, or in a JVM that would warn of native code
   */
  static Optional<PosixSpawner> tryLoad() {
    return JnrPosixSpawner.tryLoad();
  }
}
