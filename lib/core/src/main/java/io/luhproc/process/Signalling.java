package io.luhproc.process;

import io.luhproc.time.Deadline;
import java.util.List;

/** One signal to everybody of a tree whom one look shows. */
final class Signalling implements Errand<List<ProcessEntry>> {
  private final ProcessTree tree;
  private final Signal signal;
  private final Signals signals;
  private final Deadline end;
  private List<ProcessEntry> members = List.of();
  private boolean done;

  Signalling(ProcessTree tree, Signal signal, Signals signals, Deadline end) {
    this.tree = tree;
    this.signal = signal;
    this.signals = signals;
    this.end = end;
  }

  @Override
  public boolean getAsBoolean() {
    return true;
  }

  @Override
  public Deadline patience() {
    return end;
  }

  @Override
  public long firstTicks() {
    return tree.firstTicks();
  }

  @Override
  public Deadline end() {
    return end;
  }

  @Override
  public void look(RollCall present) {
    members = List.copyOf(tree.living(present));
    for (ProcessEntry member : members) {
      signals.send(member, signal);
    }
    done = true;
  }

  @Override
  public boolean isDone() {
    return done;
  }

  /** Returns to whom the signal was sent. */
  @Override
  public List<ProcessEntry> result() {
    return members;
  }
}
