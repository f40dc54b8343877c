package io.luhproc.process;

import io.luhproc.LuhprocException;
import io.luhproc.time.Deadline;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One signal to everybody of a tree whom one look shows; of SIGSTOP, as many looks as it takes
 * until all stand still. What comes of it is why some of them did not get it.
 */
final class Signalling implements Errand<List<String>> {
  private final ProcessTree tree;
  private final Signal signal;
  private final Signals signals;
  private final Deadline end;
  private final Set<String> refusals = new LinkedHashSet<>();
  // Who has been sent a SIGSTOP, and ran on when we looked.
  private List<ProcessEntry> moving = List.of();
  private boolean done;

  Signalling(ProcessTree tree, Signal signal, Signals signals, Deadline end) {
    this.tree = tree;
    this.signal = signal;
    this.signals = signals;
    this.end = end;
  }

  @Override
  public boolean getAsBoolean() {
    return moving.stream().allMatch(tree::standsStill);
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
    moving = new ArrayList<>();
    for (ProcessEntry member : tree.living(present)) {
      boolean needed = signal != Signal.STOP || !member.isStopped();
      if (needed && isSent(member)) {
        moving.add(member);
      }
    }
    // Who was sent a SIGSTOP stops when it next gets a processor.
    done = signal != Signal.STOP || moving.isEmpty();
    if (!done && end.expired()) {
      moving.forEach(it -> refusals.add(it.pid() + " (" + it.name() + ") did not stop"));
      done = true;
    }
  }

  private boolean isSent(ProcessEntry member) {
    try {
      return signals.sendOrFail(member, signal);
    } catch (LuhprocException e) {
      boolean ignored = refusals.add(String.valueOf(e.getMessage()));
      return false;
    }
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
