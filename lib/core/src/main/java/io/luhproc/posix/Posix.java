package io.luhproc.posix;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The few calls of the kernel that Java has no way to. Every method may be called by any thread.
 */
public interface Posix {

  /**
   * Sends a signal, kill(2). A negative pid addresses the process group {@code -pid}.
   *
   * @return whether there was somebody to signal: false on ESRCH
   * @throws IOException when the kernel refuses (EPERM)
   * @throws IllegalArgumentException when the pid is 0, 1 or -1: these are never signalled
   */
  boolean kill(long pid, int signal) throws IOException;

  /**
   * Makes the calling process leader of a new session, setsid(2).
   *
   * @throws IOException when it leads a process group already (EPERM), or when native calls cannot
   *     be made in this JVM
   */
  void setsid() throws IOException;

  /**
   * Frees a range of a file, fallocate(2) with FALLOC_FL_PUNCH_HOLE and FALLOC_FL_KEEP_SIZE: it
   * reads as zeros afterwards and the size stays.
   *
   * @return false when the file system cannot (EOPNOTSUPP, ENOSYS)
   * @throws IOException on any other failure
   */
  boolean punchHole(Path file, long offset, long length) throws IOException;

  /**
   * Takes a range out of a file, fallocate(2) with FALLOC_FL_COLLAPSE_RANGE: what comes after it
   * moves to the front. Offset and length must be multiples of the file system's block size and the
   * range must end before the end of the file.
   *
   * @return false when the file system cannot (EOPNOTSUPP, ENOSYS, EINVAL)
   * @throws IOException on any other failure
   */
  boolean collapseRange(Path file, long offset, long length) throws IOException;

  /** Returns the calls, whose way into the kernel is chosen and loaded by the first of them. */
  static Posix lazy() {
    return LazyPosix.INSTANCE;
  }
}
