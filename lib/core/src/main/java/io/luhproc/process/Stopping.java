package io.luhproc.process;

import io.luhproc.LuhprocException;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * One tree on its way out, look by look: everybody is asked, then all that is left is killed round
 * by round, until a look shows nobody. Whether one thread does this for one tree or for hundreds is
 * not known here.
 */
final class Stopping implements Errand<TreeOutcome> {
  private static final Duration KILL_ROUND = Duration.ofMillis(100);
  // Loading what kill(-group) needs may take this long, and the timeout holds.
  private static final Duration GROUP_KILL = Duration.ofMillis(500);

  private enum Phase {
    NEW,
    ASKED,
    KILLED
  }

  private final TreeRequest request;
  private final ProcessTable table;
  private final Signals signals;
  private final TimeSource time;
  private final ProcessTree tree;
  private final Deadline end;
  private final EntrySet aimedAt = new EntrySet();

  private Phase phase = Phase.NEW;
  private List<ProcessEntry> living = List.of();
  private BooleanSupplier departure = new Arrived();
  private Deadline grace;
  private Deadline patience;
  private boolean done;

  Stopping(TreeRequest request, ProcessTable table, Signals signals, TimeSource time) {
    this.request = request;
    this.table = table;
    this.signals = signals;
    this.time = time;
    this.tree = new ProcessTree(table, request.scope(), table.self());
    this.end = Deadline.after(time, request.timeout());
    this.grace = end;
    this.patience = end;
  }

  @Override
  public boolean getAsBoolean() {
    return departure.getAsBoolean();
  }

  @Override
  public Deadline patience() {
    return patience;
  }

  @Override
  public long firstTicks() {
    return request.scope().firstTicks();
  }

  @Override
  public Deadline end() {
    return end;
  }

  @Override
  public boolean isDone() {
    return done;
  }

  /** Returns what was found and done, and who is still alive. */
  @Override
  public TreeOutcome result() {
    return new TreeOutcome(phase != Phase.NEW, phase == Phase.KILLED, living);
  }

  @Override
  public void look(RollCall present) {
    living = tree.living(present);
    boolean gone = living.isEmpty() && !tree.isPopulated();
    if (gone || (phase == Phase.KILLED && end.expired())) {
      finish(gone);
      return;
    }
    if (phase == Phase.NEW) {
      grace = Deadline.after(time, Rounds.shorter(request.grace(), end.remaining()));
    }
    if (phase == Phase.NEW ? !request.grace().isZero() : phase == Phase.ASKED && !grace.expired()) {
      ask();
    } else {
      kill();
    }
  }

  private void finish(boolean gone) {
    if (living.isEmpty() && !gone) {
      throw new LuhprocException(
          "cannot prove that the tree of "
              + request.scope().directory()
              + " is gone: its confinement is populated, by nobody whom we can see; look into its"
              + " pids, and stop it again");
    }
    done = true;
  }

  private void ask() {
    phase = Phase.ASKED;
    for (ProcessEntry member : living) {
      ask(member);
    }
    // Who is found after all of these are gone was born meanwhile, so nobody is asked twice.
    awaitEnd(grace);
  }

  private void ask(ProcessEntry member) {
    signals.send(member, request.signal());
    if (member.isStopped() && request.signal() != Signal.KILL) {
      signals.send(member, Signal.CONT);
    }
  }

  private void kill() {
    boolean again = phase == Phase.KILLED;
    phase = Phase.KILLED;
    if (tree.confinement().isPresent()) {
      tree.confinement().get().kill();
    }
    boolean forked = false;
    for (ProcessEntry member : living) {
      forked |= aimedAt.add(member) && again;
      signals.send(member, Signal.KILL);
    }
    if (forked && end.remaining().compareTo(GROUP_KILL) > 0) {
      killGroups();
    }
    awaitEnd(Deadline.after(time, Rounds.shorter(KILL_ROUND, end.remaining())));
  }

  private void killGroups() {
    for (long group : tree.groups()) {
      signals.killGroup(group);
    }
  }

  private void awaitEnd(Deadline latest) {
    departure = living.isEmpty() ? new Vacated(tree) : new Departure(table, living);
    patience = latest;
  }

  /** Whether the first look is due, which it is at once. */
  private static final class Arrived implements BooleanSupplier {
    @Override
    public boolean getAsBoolean() {
      return true;
    }
  }

  /** Whether the confinement is empty, when nobody of those in it could be seen. */
  private record Vacated(ProcessTree tree) implements BooleanSupplier {
    @Override
    public boolean getAsBoolean() {
      return !tree.isPopulated();
    }
  }
}
