package io.luhproc.process;

import io.luhproc.LuhprocException;
import io.luhproc.time.Deadline;
import java.util.ArrayList;
import java.util.List;

/**
 * One signal to everybody of a tree whom one look shows. What comes of it is why some of them did
 * not get it.
 */
final class Signalling implements Errand<List<String>> {
  private final ProcessTree tree;
  private final Signal signal;
  private final Signals signals;
  private final Deadline end;
  private final List<String> refusals = new ArrayList<>();
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
    for (ProcessEntry member : tree.living(present)) {
      try {
        boolean ignored = signals.sendOrFail(member, signal);
      } catch (LuhprocException e) {
        refusals.add(String.valueOf(e.getMessage()));
      }
    }
    done = true;
  }

  @Override
  public boolean isDone() {
    return done;
  }

  @Override
  public List<String> result() {
    return List.copyOf(refusals);
  }
}
