package io.luhproc.supervisor;

import io.luhproc.service.DependencyGraph;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Decides, from what its dependencies are doing, whether a service may start. Pure. */
final class Gates {
  private final DependencyGraph graph;
  private final Function<String, Unit> units;

  Gates(DependencyGraph graph, Function<String, Unit> units) {
    this.graph = graph;
    this.units = units;
  }

  GateState of(String service) {
    Set<String> blockedOn = new TreeSet<>();
    for (String required : graph.of(service).requires()) {
      Unit unit = units.apply(required);
      if (unit.state() == ProcessState.FAILED) {
        return new GateState.Failed(required, unit.life().cause().detail());
      }
      addIf(!isUp(unit), required, blockedOn);
    }
    for (String former : graph.of(service).after()) {
      addIf(!isAttempted(units.apply(former)), former, blockedOn);
    }
    for (String rival : graph.conflicts(service)) {
      addIf(!units.apply(rival).isDown(), rival, blockedOn);
    }
    return blockedOn.isEmpty()
        ? new GateState.Open()
        : new GateState.Closed(List.copyOf(blockedOn));
  }

  private static void addIf(boolean blocks, String name, Set<String> blockedOn) {
    if (blocks) {
      blockedOn.add(name);
    }
  }

  private static boolean isUp(Unit unit) {
    return switch (unit.state()) {
      case RUNNING -> !unit.isUnhealthy() && !unit.isAtWork() && unit.pendingStop().isEmpty();
      case EXITED -> true;
      case INACTIVE, BLOCKED, STARTING, BACKOFF, STOPPING, FAILED -> false;
    };
  }

  /** One that is not to run is not waited for. */
  private static boolean isAttempted(Unit unit) {
    return switch (unit.state()) {
      case INACTIVE, EXITED, BACKOFF, FAILED -> true;
      case RUNNING -> !unit.isAtWork();
      case BLOCKED, STARTING -> false;
      case STOPPING -> !unit.isWanted();
    };
  }
}
