package io.luhproc.supervisor.state;

import io.luhproc.service.Cause;
import java.util.List;

/** Whether the dependencies of a service let its processes start. */
public sealed interface DependencyState {

  /** Lets a process that is to be launched through, or not. */
  void launchOrBlock(ProcessTransitions process, Cause cause);

  /** They are up. */
  record Satisfied() implements DependencyState {
    @Override
    public void launchOrBlock(ProcessTransitions process, Cause cause) {
      process.enterStarting(cause);
    }
  }

  /**
   * They are not up yet.
   *
   * @param blockedOn the names of those that are not; at least one
   */
  record Waiting(List<String> blockedOn) implements DependencyState {
    public Waiting {
      blockedOn = List.copyOf(blockedOn);
      if (blockedOn.isEmpty()) {
        throw new IllegalArgumentException("blockedOn (" + blockedOn + ") must name a dependency");
      }
    }

    @Override
    public void launchOrBlock(ProcessTransitions process, Cause cause) {
      String names = String.join(", ", blockedOn);
      process.enterBlocked(new Cause(Cause.Kind.DEPENDENCY, "waits for " + names));
    }
  }

  /**
   * One of them failed, so that it is of no use to wait.
   *
   * @param dependency its name
   * @param reason what became of it
   */
  record Failed(String dependency, String reason) implements DependencyState {
    @Override
    public void launchOrBlock(ProcessTransitions process, Cause cause) {
      String detail = "depends on " + dependency + ", which failed: " + reason;
      process.giveUp(new Cause(Cause.Kind.DEPENDENCY_FAILED, detail));
    }
  }
}
