package io.luhproc.supervisor.state;

import io.luhproc.service.DependencyGraph;
import io.luhproc.service.ProcessState;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Decides whether a service may start, from the states of its dependencies. */
public final class DependencyConditions {
  private DependencyConditions() {}

  /**
   * Returns whether the dependencies of a service allow it to start.
   *
   * @param states returns the state of each service of the graph
   */
  public static DependencyState evaluate(
      DependencyGraph graph, String service, Function<String, ServiceFsmState> states) {
    Set<String> blockedOn = new TreeSet<>();
    Set<String> exits = new TreeSet<>();
    Set<String> stopped = new TreeSet<>();
    for (String name : graph.dependenciesOf(service).requires()) {
      ServiceFsmState required = states.apply(name);
      boolean restarts = required.desiredState() == ServiceFsmState.DesiredState.RESTARTING;
      if (required.state() == ProcessState.FAILED && !restarts) {
        return new DependencyState.Failed(name, required.cause().detail());
      }
      addIf(!isAvailable(required), name, blockedOn);
      exits.addAll(required.runningOneshots());
      stopped.addAll(required.stoppedParts());
    }
    for (String name : graph.dependenciesOf(service).after()) {
      ServiceFsmState earlier = states.apply(name);
      addIf(!isStartAttempted(earlier), name, blockedOn);
      exits.addAll(earlier.runningOneshots());
    }
    for (String name : graph.conflicts(service)) {
      addIf(!states.apply(name).isStopped(), name, blockedOn);
    }
    return blockedOn.isEmpty()
        ? new DependencyState.Satisfied()
        : new DependencyState.Waiting(
            List.copyOf(blockedOn), List.copyOf(exits), List.copyOf(stopped));
  }

  private static void addIf(boolean blocks, String name, Set<String> blockedOn) {
    if (blocks) {
      blockedOn.add(name);
    }
  }

  /**
   * Returns whether a required service is available. A service that is about to be stopped is not,
   * nor is one of which a process was stopped by name; one replica of each process is enough.
   */
  private static boolean isAvailable(ServiceFsmState service) {
    return switch (service.state()) {
      case RUNNING ->
          !service.isUnhealthy()
              && !service.hasRunningOneshot()
              && service.deferredStop().isEmpty()
              && service.stoppedParts().isEmpty();
      case EXITED -> service.stoppedParts().isEmpty();
      case INACTIVE, BLOCKED, STARTING, BACKOFF, STOPPING, FAILED -> false;
    };
  }

  /**
   * Returns whether later services need not wait: a start was attempted, or the desired state is
   * down. Later services wait for a service that is being restarted.
   */
  private static boolean isStartAttempted(ServiceFsmState service) {
    return switch (service.state()) {
      case INACTIVE, EXITED, BACKOFF, FAILED -> true;
      case RUNNING -> !service.hasRunningOneshot();
      case BLOCKED, STARTING -> false;
      case STOPPING -> !service.isDesiredUp();
    };
  }
}
