package io.luhproc.supervisor.engine;

import io.luhproc.service.DependencyGraph;
import io.luhproc.service.ProcessState;
import io.luhproc.supervisor.state.DependencyState;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Decides, from what its dependencies are doing, whether a service may start. Pure. */
final class DependencyConditions {
  private final DependencyGraph graph;
  private final Function<String, ManagedService> services;

  DependencyConditions(DependencyGraph graph, Function<String, ManagedService> services) {
    this.graph = graph;
    this.services = services;
  }

  DependencyState evaluate(String service) {
    Set<String> blockedOn = new TreeSet<>();
    for (String required : graph.dependenciesOf(service).requires()) {
      ManagedService managed = services.apply(required);
      if (managed.state() == ProcessState.FAILED) {
        return new DependencyState.Failed(required, managed.fsmState().cause().detail());
      }
      addIf(!isAvailable(managed), required, blockedOn);
    }
    for (String former : graph.dependenciesOf(service).after()) {
      addIf(!isStartAttempted(services.apply(former)), former, blockedOn);
    }
    for (String conflicting : graph.conflicts(service)) {
      addIf(!services.apply(conflicting).isStopped(), conflicting, blockedOn);
    }
    return blockedOn.isEmpty()
        ? new DependencyState.Satisfied()
        : new DependencyState.Waiting(List.copyOf(blockedOn));
  }

  private static void addIf(boolean blocks, String name, Set<String> blockedOn) {
    if (blocks) {
      blockedOn.add(name);
    }
  }

  private static boolean isAvailable(ManagedService service) {
    return switch (service.state()) {
      case RUNNING ->
          !service.isUnhealthy()
              && !service.hasRunningOneshot()
              && service.deferredStop().isEmpty();
      case EXITED -> true;
      case INACTIVE, BLOCKED, STARTING, BACKOFF, STOPPING, FAILED -> false;
    };
  }

  /** One that is not to run is not waited for. */
  private static boolean isStartAttempted(ManagedService service) {
    return switch (service.state()) {
      case INACTIVE, EXITED, BACKOFF, FAILED -> true;
      case RUNNING -> !service.hasRunningOneshot();
      case BLOCKED, STARTING -> false;
      case STOPPING -> !service.isDesiredUp();
    };
  }
}
