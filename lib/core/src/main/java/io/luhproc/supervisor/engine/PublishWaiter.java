package io.luhproc.supervisor.engine;

import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import io.luhproc.supervisor.runtime.ProcessInstance;
import java.util.Set;

/** Waits until everybody sees what a service is now: whoever is answered then sees it too. */
final class PublishWaiter implements Waiter {
  private final Runnable onPublished;

  PublishWaiter(Runnable onPublished) {
    this.onPublished = onPublished;
  }

  @Override
  public void stateChanged(
      ProcessInstance process, ProcessState from, ProcessState to, Cause cause) {
    // Whatever it is by then.
  }

  @Override
  public boolean completeIfDone(ManagedService service) {
    onPublished.run();
    return true;
  }

  @Override
  public void startRequested(Set<String> processes, String reason) {
    // Whoever wants them up is told by another goal.
  }

  @Override
  public void fail(ManagedService service, RuntimeException why) {
    // It is removed; what was done has been done all the same.
    onPublished.run();
  }
}
