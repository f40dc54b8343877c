package io.luhproc.process;

import io.luhproc.procfs.ProcessTable;
import java.time.Duration;
import java.util.Optional;

/**
 * One row of the process table, as it was at one moment.
 *
 * @param pid the process id
 * @param parentPid the pid of its parent, 0 where it has none that we can see
 * @param processGroupId the id of its process group, 0 where it is not known
 * @param sessionId the id of its session, 0 where it is not known
 * @param state one letter as in proc(5): R, S, D, T, t, Z, X, I; elsewhere than on Linux, ?
 * @param startTicks when it was started, see {@link ProcessIdentity#startTicks()}
 * @param cpuTime what it has used of the processors in user and kernel mode, without its children;
 *     the kernel counts in steps of 10 ms
 * @param rssBytes the memory it holds in RAM, shared pages included; the kernel keeps this number
 *     roughly, see proc(5); 0 where it is not known
 * @param threadCount how many threads it has, 0 where it is not known
 * @param name the kernel's short name for it, at most 15 bytes of a program's; it may hold spaces,
 *     parentheses and newlines
 * @param execId tells apart the programs that the process runs one after the other: another number
 *     after each execve(2), the same as long as it runs the same program; 0 where it is not known
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

  /** Creates one whose program is not known. */
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
   * Returns whether this process runs no more: a zombie that waits for its parent, or one on its
   * way out. A process whose first thread has ended while others go on shows the state of a zombie
   * too, but more than one thread, and is not dead.
   */
  public boolean isDead() {
    return (state == 'Z' || state == 'X') && threadCount <= 1;
  }

  /** Returns whether it was stopped, by SIGSTOP, a terminal or a debugger: it runs no further. */
  public boolean isStopped() {
    return state == 'T' || state == 't';
  }

  /** Returns whether exactly this process, not a later one of its pid, is alive now. */
  public boolean isAliveIn(ProcessTable table) {
    Optional<ProcessStat> now = table.find(pid);
    return now.isPresent() && now.get().startTicks == startTicks && !now.get().isDead();
  }
}
