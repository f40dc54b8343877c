package io.luhproc.supervisor.state;

import io.luhproc.service.Cause;
import java.util.List;

/** Whether the dependencies of a service allow its processes to start. */
public sealed interface DependencyState {

  /** Launches, blocks or fails a process, depending on this state. */
  void launchOrBlock(ProcessTransitions process, Cause cause);

  /** All dependencies are up. */
  record Satisfied() implements DependencyState {
    @Override
    public void launchOrBlock(ProcessTransitions process, Cause cause) {
      process.enterStarting(cause);
    }
  }

  /**
   * Some dependencies are not up yet.
   *
   * @param blockedOn their names; at least one
   * @param exits the one-shot processes whose exit is awaited, such as {@code db/migrate}
   * @param stopped the stopped processes whose start is awaited, such as {@code db/main}
   */
  record Waiting(List<String> blockedOn, List<String> exits, List<String> stopped)
      implements DependencyState {
    Waiting(List<String> blockedOn) {
      this(blockedOn, List.of(), List.of());
    }

    public Waiting {
      blockedOn = List.copyOf(blockedOn);
      exits = List.copyOf(exits);
      stopped = List.copyOf(stopped);
      if (blockedOn.isEmpty()) {
        throw new IllegalArgumentException("blockedOn (" + blockedOn + ") must name a dependency");
      }
    }

    @Override
    public void launchOrBlock(ProcessTransitions process, Cause cause) {
      process.enterBlocked(new Cause(Cause.Kind.DEPENDENCY, "waits for " + describe()));
    }

    private String describe() {
      String text = String.join(", ", blockedOn);
      if (!exits.isEmpty()) {
        text +=
            ": for the exit of "
                + String.join(", ", exits)
                + ", which runs once; use keepAlive() for a process that is to run on";
      }
      return stopped.isEmpty()
          ? text
          : text + ": for the start of " + String.join(", ", stopped) + ", which is stopped";
    }
  }

  /**
   * A required service has failed, so waiting is useless.
   *
   * @param dependency its name
   * @param reason why it failed
   */
  record Failed(String dependency, String reason) implements DependencyState {
    @Override
    public void launchOrBlock(ProcessTransitions process, Cause cause) {
      String detail = "depends on " + dependency + ", which failed: " + reason;
      process.giveUp(new Cause(Cause.Kind.DEPENDENCY_FAILED, detail));
    }
  }
}
