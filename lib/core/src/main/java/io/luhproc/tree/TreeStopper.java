package io.luhproc.tree;

import io.luhproc.LuhprocException;
import io.luhproc.posix.Posix;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.TimeSource;

/**
 * Stops a whole process tree on the calling thread and verifies that it is gone.
 *
 * <p>Sends the stop signal to all members at once, waits for the grace period, sends SIGKILL to the
 * remaining members, and scans the process table until it contains no member. {@link TreeScope}
 * defines the members. This JVM is never signalled, even if it is a member. {@link TreeStopService}
 * stops many trees concurrently.
 */
public final class TreeStopper {
  private final ProcessTable table;
  private final SignalSender signals;
  private final TimeSource time;

  /** Creates a stopper for the processes of a table of this machine. */
  public TreeStopper(ProcessTable table, Posix posix, TimeSource time) {
    this(table, new IdentityCheckedSignalSender(table, posix), time);
  }

  TreeStopper(ProcessTable table, SignalSender signals, TimeSource time) {
    this.table = table;
    this.signals = signals;
    this.time = time;
  }

  /**
   * Stops a tree.
   *
   * <p>The timeout may be exceeded by the duration of one scan, and by the first native call (see
   * {@link Posix}) if the stop signal is not TERM or KILL or a member is stopped by SIGSTOP.
   *
   * @return the result; members may still be alive if they cannot be signalled (EPERM), are in
   *     uninterruptible sleep, or the timeout was too short
   * @throws LuhprocException if the process table is not readable, or if the container still
   *     contains processes that are not visible at the timeout
   * @throws InterruptedException if the thread is interrupted while waiting; signals already sent
   *     are not revoked
   */
  public StopTreeResult stop(StopTreeRequest request) throws InterruptedException {
    StopTreeTask task = new StopTreeTask(request, table, signals, time);
    SnapshotSource snapshots = new SnapshotSource(table, time);
    while (!task.isDone()) {
      boolean ignored = task.nextScanDeadline().await(task);
      task.onScan(snapshots.take(task.isIndexable(), task.minStartTicks(), task.deadline()));
    }
    return task.result();
  }
}
