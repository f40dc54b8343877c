package io.luhproc.process;

import java.time.Duration;

/**
 * One row of the process table at one moment, see {@code /proc/PID/stat} in proc(5).
 *
 * @param pid the process id
 * @param parentPid the pid of the parent; 0 if there is none or it is not visible
 * @param processGroupId the process group id; 0 if unknown
 * @param sessionId the session id; 0 if unknown
 * @param state the state letter of proc(5): R, S, D, T, t, Z, X or I; {@code ?} on systems other
 *     than Linux
 * @param startTicks the start time, see {@link ProcessIdentity#startTicks()}
 * @param cpuTime the CPU time in user and kernel mode, without children, in steps of 10 ms
 * @param rssBytes the resident memory in bytes, including shared pages; an approximation, see
 *     proc(5); 0 if unknown
 * @param threadCount the number of threads; 0 if unknown
 * @param name the kernel's short name of the program, at most 15 bytes; may contain spaces,
 *     parentheses and newlines
 * @param execId a number that changes with each execve(2) and stays the same in between; 0 if
 *     unknown
 * @since 0.1
 */
public record ProcessStat(
    long pid,
    long parentPid,
    long processGroupId,
    long sessionId,
    char state,
    long startTicks,
    Duration cpuTime,
    long rssBytes,
    int threadCount,
    String name,
    long execId) {

  /** Creates a row with an unknown {@code execId}. */
  public ProcessStat(
      long pid,
      long parentPid,
      long processGroupId,
      long sessionId,
      char state,
      long startTicks,
      Duration cpuTime,
      long rssBytes,
      int threadCount,
      String name) {
    this(
        pid,
        parentPid,
        processGroupId,
        sessionId,
        state,
        startTicks,
        cpuTime,
        rssBytes,
        threadCount,
        name,
        0);
  }

  /**
   * Returns whether this process has exited: it is a zombie, or the kernel is removing it.
   *
   * <p>A process whose main thread has exited while other threads run also has state Z. It has more
   * than one thread and is not dead.
   */
  public boolean isDead() {
    return (state == 'Z' || state == 'X') && threadCount <= 1;
  }

  /** Returns whether this process waits in the kernel and takes signals only afterwards. */
  public boolean isUninterruptible() {
    return state == 'D';
  }

  /** Returns whether this process is stopped by a signal such as SIGSTOP, or by a debugger. */
  public boolean isStopped() {
    return state == 'T' || state == 't';
  }
}
