package io.luhproc.posix;

import java.io.IOException;
import java.nio.file.Path;

/** System calls that the JDK does not offer. All methods are thread-safe. */
public interface Posix {

  /**
   * Sends a signal, kill(2). A negative pid addresses the process group {@code -pid}.
   *
   * @return false if no such process or group exists (ESRCH)
   * @throws IOException if the kernel refuses (EPERM)
   * @throws IllegalArgumentException if {@code pid} is 0, 1 or -1, which are never signalled
   */
  boolean kill(long pid, int signal) throws IOException;

  /**
   * Makes the calling process the leader of a new session, setsid(2).
   *
   * @throws IOException if it is already a process group leader (EPERM), or if this JVM cannot make
   *     native calls
   */
  void setsid() throws IOException;

  /**
   * Deallocates a range of a file, fallocate(2) with FALLOC_FL_PUNCH_HOLE and FALLOC_FL_KEEP_SIZE.
   * The range then reads as zeros; the file size does not change.
   *
   * @param offset the start in bytes
   * @param length the length in bytes
   * @return false if the file system does not support it (EOPNOTSUPP, ENOSYS)
   * @throws IOException on any other failure
   */
  boolean punchHole(Path file, long offset, long length) throws IOException;

  /**
   * Removes a range from a file, fallocate(2) with FALLOC_FL_COLLAPSE_RANGE. The content behind it
   * moves forward.
   *
   * @param offset the start in bytes, a multiple of the file system's block size
   * @param length the length in bytes, a multiple of the block size; the range must end before the
   *     end of the file
   * @return false if the file system does not support it (EOPNOTSUPP, ENOSYS, EINVAL)
   * @throws IOException on any other failure
   */
  boolean collapseRange(Path file, long offset, long length) throws IOException;

  /** Returns the shared instance, whose first call loads the implementation. */
  static Posix lazy() {
    return LazyPosix.INSTANCE;
  }
}
