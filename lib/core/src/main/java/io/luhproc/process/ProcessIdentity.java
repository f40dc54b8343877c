package io.luhproc.process;

/**
 * Which process this is, for all time: a pid alone is used again by the kernel.
 *
 * @param pid the process id, 2 or more
 * @param startTicks when the kernel started it, in clock ticks since boot: field 22 of {@code
 *     /proc/PID/stat}, see proc(5); elsewhere than on Linux, milliseconds since the epoch
 * @param bootId the boot it belongs to: {@code /proc/sys/kernel/random/boot_id}; empty elsewhere
 */
public record ProcessIdentity(long pid, long startTicks, String bootId) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when the pid is 1 or less, or above the kernel's 2^22
   */
  public ProcessIdentity {
    if (!isValidPid(pid)) {
      throw new IllegalArgumentException("pid (" + pid + ") must be from 2 to 4194304");
    }
  }

  /**
   * Returns whether a number can be the pid of a process that we started: 2 to 2^22, PID_MAX_LIMIT.
   */
  public static boolean isValidPid(long pid) {
    return pid > 1 && pid <= 1L << 22;
  }
}
