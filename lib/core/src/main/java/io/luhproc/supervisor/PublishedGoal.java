package io.luhproc.supervisor;

import java.util.Set;

/** Waits until everybody sees what a service is now: whoever is answered then sees it too. */
final class PublishedGoal implements Goal {
  private final Runnable published;

  PublishedGoal(Runnable published) {
    this.published = published;
  }

  @Override
  public void changed(Place process, ProcessState from, ProcessState to, Cause cause) {
    // Whatever it is by then.
  }

  @Override
  public boolean check(Unit unit) {
    published.run();
    return true;
  }

  @Override
  public void started(Set<String> processes, String why) {
    // Whoever wants them up is told by another goal.
  }

  @Override
  public void fail(Unit unit, RuntimeException why) {
    // It is removed; what was done has been done all the same.
    published.run();
  }
}
