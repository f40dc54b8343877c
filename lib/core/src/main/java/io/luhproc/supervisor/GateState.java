package io.luhproc.supervisor;

import java.util.List;

/** Whether the dependencies of a service let its processes start. */
sealed interface GateState {

  /** Lets a process that is to be launched through, or not. */
  void admit(ProcessMoves process, Cause cause);

  /** They are up. */
  record Open() implements GateState {
    @Override
    public void admit(ProcessMoves process, Cause cause) {
      process.launchNow(cause);
    }
  }

  /**
   * They are not up yet.
   *
   * @param blockedOn the names of those that are not; at least one
   */
  record Closed(List<String> blockedOn) implements GateState {
    public Closed {
      blockedOn = List.copyOf(blockedOn);
      if (blockedOn.isEmpty()) {
        throw new IllegalArgumentException("blockedOn (" + blockedOn + ") must name a dependency");
      }
    }

    @Override
    public void admit(ProcessMoves process, Cause cause) {
      String names = String.join(", ", blockedOn);
      process.block(new Cause(Cause.Kind.DEPENDENCY, "waits for " + names));
    }
  }

  /**
   * One of them failed, so that it is of no use to wait.
   *
   * @param dependency its name
   * @param why what became of it
   */
  record Failed(String dependency, String why) implements GateState {
    @Override
    public void admit(ProcessMoves process, Cause cause) {
      String detail = "depends on " + dependency + ", which failed: " + why;
      process.giveUp(new Cause(Cause.Kind.DEPENDENCY_FAILED, detail));
    }
  }
}
