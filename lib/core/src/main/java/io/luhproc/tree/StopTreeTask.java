package io.luhproc.tree;

import io.luhproc.LuhprocException;
import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * State machine that stops one process tree: stop signal, grace period, SIGKILL until a scan finds
 * no member.
 *
 * <p>The same task runs alone on a caller's thread and among hundreds in a {@link ScanScheduler}.
 */
final class StopTreeTask implements ScanTask<StopTreeResult> {
  private static final Duration KILL_INTERVAL = Duration.ofMillis(100);
  // The first kill(-group) loads native code, which must not exceed the timeout.
  private static final Duration MIN_TIME_FOR_GROUP_KILL = Duration.ofMillis(500);

  private enum Phase {
    NOT_STARTED,
    SIGNALLED,
    KILLED
  }

  private final StopTreeRequest request;
  private final ProcessTable table;
  private final SignalSender signals;
  private final TimeSource time;
  private final TreeTracker tree;
  private final Deadline deadline;
  private final ProcessSet killed = new ProcessSet();
  private final Map<Long, ProcessStat> signalled = new HashMap<>();

  private Phase phase = Phase.NOT_STARTED;
  private List<ProcessStat> liveMembers = List.of();
  private BooleanSupplier exitCondition = new ScanImmediately();
  private Deadline graceDeadline;
  private Deadline nextScanDeadline;
  private boolean hasForkedAfterKill;
  private boolean signalsRootOnly;
  private boolean done;

  StopTreeTask(StopTreeRequest request, ProcessTable table, SignalSender signals, TimeSource time) {
    this.request = request;
    this.table = table;
    this.signals = signals;
    this.time = time;
    this.tree = new TreeTracker(table, request.scope(), table.currentPid());
    this.deadline = Deadline.after(time, request.timeout());
    this.graceDeadline = deadline;
    this.nextScanDeadline = deadline;
  }

  @Override
  public boolean getAsBoolean() {
    return exitCondition.getAsBoolean();
  }

  @Override
  public Deadline nextScanDeadline() {
    return nextScanDeadline;
  }

  @Override
  public long minStartTicks() {
    return request.scope().minStartTicks();
  }

  /** A tree that forks fast may have gone through all pids with forks that failed. */
  @Override
  public boolean isIndexable() {
    return tree.isIndexable() && !hasForkedAfterKill;
  }

  @Override
  public Deadline deadline() {
    return deadline;
  }

  @Override
  public boolean isDone() {
    return done;
  }

  @Override
  public StopTreeResult result() {
    return new StopTreeResult(phase != Phase.NOT_STARTED, phase == Phase.KILLED, liveMembers);
  }

  @Override
  public void onScan(ProcessSnapshot snapshot) {
    liveMembers = tree.liveMembers(snapshot);
    boolean treeExited = liveMembers.isEmpty() && !tree.isContainerPopulated();
    if (treeExited || (phase == Phase.KILLED && deadline.isExpired())) {
      finish(treeExited);
      return;
    }
    if (phase == Phase.NOT_STARTED) {
      graceDeadline =
          Deadline.after(time, ScanScheduler.min(request.grace(), deadline.remaining()));
      // Without the root, nothing else would end the others before the deadline.
      signalsRootOnly = request.rootOnly() && liveMembers.stream().anyMatch(tree::isRoot);
    }
    if (isGracePeriod()) {
      sendStopSignal();
    } else {
      killMembers();
    }
  }

  private boolean isGracePeriod() {
    return phase == Phase.NOT_STARTED
        ? !request.grace().isZero()
        : phase == Phase.SIGNALLED && !graceDeadline.isExpired();
  }

  private void finish(boolean treeExited) {
    if (liveMembers.isEmpty() && !treeExited) {
      throw new LuhprocException(
          "cannot prove that the process tree of "
              + request.scope().directory()
              + " is gone: its cgroup still contains processes that are not visible to this user;"
              + " inspect cgroup.procs as root and stop it again");
    }
    done = true;
  }

  private void sendStopSignal() {
    phase = Phase.SIGNALLED;
    for (ProcessStat member : liveMembers) {
      if (signalsRootOnly && !tree.isRoot(member)) {
        continue;
      }
      ProcessStat before = signalled.get(member.pid());
      if (before == null
          || before.startTicks() != member.startTicks()
          || AllExitedCondition.hasLostSignal(tree, before, member)) {
        sendStopSignal(member);
        signalled.put(member.pid(), member);
      }
    }
    awaitExit(graceDeadline);
  }

  private void sendStopSignal(ProcessStat member) {
    signals.send(member, request.signal());
    if (request.signal() != Signal.KILL && tree.isStopped(member)) {
      signals.send(member, Signal.CONT);
    }
  }

  private void killMembers() {
    boolean alreadyKilled = phase == Phase.KILLED;
    phase = Phase.KILLED;
    if (tree.container().isPresent()) {
      tree.container().get().kill();
    }
    boolean hasForked = false;
    for (ProcessStat member : liveMembers) {
      hasForked |= killed.add(member) && alreadyKilled;
      signals.send(member, Signal.KILL);
    }
    hasForkedAfterKill |= hasForked;
    if (hasForked && deadline.remaining().compareTo(MIN_TIME_FOR_GROUP_KILL) > 0) {
      killGroups();
    }
    awaitExit(Deadline.after(time, ScanScheduler.min(KILL_INTERVAL, deadline.remaining())));
  }

  private void killGroups() {
    for (long group : tree.exclusiveGroups()) {
      signals.killGroup(group);
    }
  }

  private void awaitExit(Deadline scanDeadline) {
    exitCondition =
        liveMembers.isEmpty()
            ? new ContainerEmpty(tree)
            : new AllExitedCondition(table, tree, liveMembers);
    nextScanDeadline = scanDeadline;
  }

  /** Makes the first scan due at once. A class, because the first lambda is slow in a cold JVM. */
  private static final class ScanImmediately implements BooleanSupplier {
    @Override
    public boolean getAsBoolean() {
      return true;
    }
  }

  /** Is true once the container is empty. Used if its processes are not visible. */
  private record ContainerEmpty(TreeTracker tree) implements BooleanSupplier {
    @Override
    public boolean getAsBoolean() {
      return !tree.isContainerPopulated();
    }
  }
}
