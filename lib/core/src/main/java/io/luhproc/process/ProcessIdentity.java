package io.luhproc.process;

import org.jspecify.annotations.Nullable;

/**
 * Identifies one process for all time. A pid alone is ambiguous, because the kernel reuses it.
 *
 * @param pid the process id, from 2 to 4194304
 * @param startTicks the start time in clock ticks since boot, field 22 of {@code /proc/PID/stat} in
 *     proc(5); milliseconds since the epoch on systems other than Linux
 * @param bootId the content of {@code /proc/sys/kernel/random/boot_id}; empty on systems other than
 *     Linux
 * @since 0.1
 */
public record ProcessIdentity(long pid, long startTicks, String bootId) {
  // PID_MAX_LIMIT of a 64-bit kernel.
  private static final long MAX_PID = 1L << 22;

  /**
   * Validates the pid.
   *
   * @throws IllegalArgumentException if the pid is below 2 or above 4194304
   */
  public ProcessIdentity {
    if (!isValidPid(pid)) {
      throw new IllegalArgumentException("pid (" + pid + ") must be from 2 to " + MAX_PID);
    }
  }

  /** Returns whether a number is in the range of pids that may be signalled: 2 to 4194304. */
  public static boolean isValidPid(long pid) {
    return pid > 1 && pid <= MAX_PID;
  }

  // By hand, because the methods of a record are linked at their first call: 30 ms in a cold JVM.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ProcessIdentity that
        && pid == that.pid
        && startTicks == that.startTicks
        && bootId.equals(that.bootId);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(pid) * 31 + Long.hashCode(startTicks);
  }
}
