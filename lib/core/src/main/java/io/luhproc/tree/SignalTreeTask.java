package io.luhproc.tree;

import io.luhproc.LuhprocException;
import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;
import io.luhproc.time.Deadline;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Sends one signal to all members of a tree found by one scan.
 *
 * <p>SIGSTOP is repeated for new members until a scan finds all members stopped. The result lists
 * the members that could not be signalled, with the cause.
 */
final class SignalTreeTask implements ScanTask<List<String>> {
  private final TreeTracker tree;
  private final Signal signal;
  private final SignalSender signals;
  private final Deadline deadline;
  private final Set<String> failures = new LinkedHashSet<>();
  // Members that were sent SIGSTOP and were not yet stopped at the last scan.
  private List<ProcessStat> notYetStopped = List.of();
  private boolean done;

  SignalTreeTask(TreeTracker tree, Signal signal, SignalSender signals, Deadline deadline) {
    this.tree = tree;
    this.signal = signal;
    this.signals = signals;
    this.deadline = deadline;
  }

  @Override
  public boolean getAsBoolean() {
    return notYetStopped.stream().allMatch(tree::isStoppedOrGone);
  }

  @Override
  public Deadline nextScanDeadline() {
    return deadline;
  }

  @Override
  public long minStartTicks() {
    return tree.minStartTicks();
  }

  @Override
  public boolean isIndexable() {
    return tree.isIndexable();
  }

  @Override
  public Deadline deadline() {
    return deadline;
  }

  @Override
  public void onScan(ProcessSnapshot snapshot) {
    notYetStopped = new ArrayList<>();
    for (ProcessStat member : tree.liveMembers(snapshot)) {
      boolean needed = signal != Signal.STOP || !tree.isStopped(member);
      if (needed && trySend(member)) {
        notYetStopped.add(member);
      }
    }
    // SIGSTOP takes effect when the process is next scheduled.
    done = signal != Signal.STOP || notYetStopped.isEmpty();
    if (!done && deadline.isExpired()) {
      notYetStopped.forEach(member -> failures.add(describe(member) + " did not stop"));
      done = true;
    }
  }

  private static String describe(ProcessStat member) {
    return member.pid() + " (" + member.name() + ")";
  }

  private boolean trySend(ProcessStat member) {
    try {
      return signals.sendOrFail(member, signal);
    } catch (LuhprocException e) {
      boolean ignored = failures.add(String.valueOf(e.getMessage()));
      return false;
    }
  }

  @Override
  public boolean isDone() {
    return done;
  }

  @Override
  public List<String> result() {
    return List.copyOf(failures);
  }
}
