package io.luhproc.process;

import io.luhproc.posix.Posix;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.List;

/**
 * Ends a whole tree of processes and proves it: asks everybody by a signal, waits for the grace,
 * kills who is left, and looks through the process table until nobody of the tree is in it.
 *
 * <p>Everybody is asked at the same time, not only the root. This JVM is never signalled, even
 * where it belongs to the tree. What belongs is told by {@link ProcessTree}.
 */
public final class TreeStop {
  private static final Duration KILL_ROUND = Duration.ofMillis(100);
  // Loading what kill(-group) needs may take this long, and the timeout holds.
  private static final Duration GROUP_KILL = Duration.ofMillis(500);

  private final ProcessTable table;
  private final Signals signals;
  private final TimeSource time;

  /** Creates one that works on a process table, of this machine. */
  public TreeStop(ProcessTable table, Posix posix, TimeSource time) {
    this(table, new VerifiedSignals(table, posix), time);
  }

  TreeStop(ProcessTable table, Signals signals, TimeSource time) {
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
   * @throws InterruptedException when the thread is interrupted while it waits; signals that were
   *     sent until then stay sent
   */
  public TreeOutcome stop(TreeRequest request) throws InterruptedException {
    Deadline end = Deadline.after(time, request.timeout());
    ProcessTree tree = new ProcessTree(table, request.directory(), request.root(), table.self());
    List<ProcessEntry> living = tree.living(end);
    if (living.isEmpty()) {
      return new TreeOutcome(false, false, living);
    }
    if (!request.grace().isZero()) {
      living = ask(tree, living, request, end);
    }
    boolean kill = !living.isEmpty();
    return new TreeOutcome(true, kill, kill ? kill(tree, living, end) : living);
  }

  private List<ProcessEntry> ask(
      ProcessTree tree, List<ProcessEntry> first, TreeRequest request, Deadline end)
      throws InterruptedException {
    Deadline grace = Deadline.after(time, shorter(request.grace(), end.remaining()));
    List<ProcessEntry> living = first;
    do {
      for (ProcessEntry member : living) {
        ask(member, request.signal());
      }
      // Who is found after all of these are gone was born meanwhile, so nobody is asked twice.
      awaitEnd(living, grace);
      living = tree.living(end);
    } while (!living.isEmpty() && !grace.expired());
    return living;
  }

  private void ask(ProcessEntry member, Signal signal) {
    signals.send(member, signal);
    if (member.isStopped() && signal != Signal.KILL) {
      signals.send(member, Signal.CONT);
    }
  }

  private List<ProcessEntry> kill(ProcessTree tree, List<ProcessEntry> first, Deadline end)
      throws InterruptedException {
    EntrySet aimedAt = new EntrySet();
    List<ProcessEntry> living = first;
    boolean again = false;
    do {
      boolean forked = false;
      for (ProcessEntry member : living) {
        forked |= aimedAt.add(member) && again;
        signals.send(member, Signal.KILL);
      }
      if (forked && end.remaining().compareTo(GROUP_KILL) > 0) {
        killGroups(tree);
      }
      awaitEnd(living, Deadline.after(time, shorter(KILL_ROUND, end.remaining())));
      living = tree.living(end);
      again = true;
    } while (!living.isEmpty() && !end.expired());
    return living;
  }

  private void killGroups(ProcessTree tree) {
    for (long group : tree.groups()) {
      signals.killGroup(group);
    }
  }

  private void awaitEnd(List<ProcessEntry> members, Deadline deadline) throws InterruptedException {
    boolean ignored = deadline.await(new Departure(table, members));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
