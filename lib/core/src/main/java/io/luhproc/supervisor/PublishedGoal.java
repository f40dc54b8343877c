package io.luhproc.supervisor;

/** Waits until everybody sees what a service is now: whoever is answered then sees it too. */
final class PublishedGoal implements Goal {
  private final Runnable published;

  PublishedGoal(Runnable published) {
    this.published = published;
  }

  @Override
  public void changed(String process, ProcessState from, ProcessState to, Cause cause) {
    // Whatever it is by then.
  }

  @Override
  public boolean check(Unit unit) {
    published.run();
    return true;
  }
}
