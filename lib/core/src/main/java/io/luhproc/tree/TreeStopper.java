package io.luhproc.tree;

import io.luhproc.LuhprocException;
import io.luhproc.posix.Posix;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.TimeSource;

/**
 * Ends a whole tree of processes and proves it: asks everybody by a signal, waits for the grace,
 * kills who is left, and looks through the process table until nobody of the tree is in it. For
 * many trees at once, {@link TreeStopService} does the same on one thread.
 *
 * <p>Everybody is asked at the same time, not only the root. This JVM is never signalled, even
 * where it belongs to the tree. What belongs is told by {@link TreeScope}.
 */
public final class TreeStopper {
  private final ProcessTable table;
  private final SignalSender signals;
  private final TimeSource time;

  /** Creates one that works on a process table, of this machine. */
  public TreeStopper(ProcessTable table, Posix posix, TimeSource time) {
    this(table, new IdentityCheckedSignalSender(table, posix), time);
  }

  TreeStopper(ProcessTable table, SignalSender signals, TimeSource time) {
    this.table = table;
    this.signals = signals;
    this.time = time;
  }

  /**
   * Stops a tree. The last look may go beyond the timeout by what it takes, some milliseconds; a
   * signal other than TERM and KILL, and a member stopped by SIGSTOP, by what the first native call
   * takes, see {@link Posix}.
   *
   * @return what was found and done, and who is still alive: a process that may not be signalled
   *     (EPERM), one in an uninterruptible sleep, or all that the timeout was too short for
   * @throws LuhprocException when the process table cannot be read, or when there is a confinement
   *     that is still populated at the end, by nobody who can be seen
   * @throws InterruptedException when the thread is interrupted while it waits; signals that were
   *     sent until then stay sent
   */
  public StopTreeResult stop(StopTreeRequest request) throws InterruptedException {
    StopTreeTask task = new StopTreeTask(request, table, signals, time);
    TreeMarkerCache markerCache = new TreeMarkerCache();
    while (!task.isDone()) {
      boolean ignored = task.nextScanDeadline().await(task);
      task.onScan(new ProcessSnapshot(table, markerCache, task.minStartTicks(), task.deadline()));
    }
    return task.result();
  }
}
