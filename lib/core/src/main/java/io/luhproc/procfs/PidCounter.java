package io.luhproc.procfs;

/**
 * Tells which pids the kernel has allocated, so that a scan can read only new processes.
 *
 * <p>The kernel allocates ascending numbers to processes and threads, and starts again at 300 after
 * the maximum, see {@code /proc/sys/kernel/pid_max} in proc_sys_kernel(5).
 */
public interface PidCounter {

  /** Returns the number allocated last in the pid namespace of this JVM. */
  long last();

  /** Returns how many processes and threads this machine has started since boot. */
  long forks();

  /** Returns the first number that is never allocated. */
  long max();
}
