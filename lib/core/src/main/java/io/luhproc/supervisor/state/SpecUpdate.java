package io.luhproc.supervisor.state;

import io.luhproc.service.ProcessSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The difference between two specs of a service, process by process.
 *
 * @param kept how each process that is in both specs changes
 * @param removed the names of the processes that are only in the former spec
 * @param added the names of the processes that are only in the new spec
 */
public record SpecUpdate(Map<String, Change> kept, Set<String> removed, Set<String> added) {

  /** How a process that stays in its service changes. */
  public enum Change {
    /** Its spec is the same. */
    NONE,
    /** The change takes effect while it runs: limits, health check, policies. */
    LIVE,
    /** The change requires a restart: command, environment, directory, user. */
    RESTART
  }

  static SpecUpdate between(List<ProcessInstance> before, List<ProcessInstance> after) {
    Map<String, ProcessInstance> former = new LinkedHashMap<>();
    before.forEach(it -> former.put(it.name(), it));
    Map<String, Change> kept = new LinkedHashMap<>();
    Set<String> added = new LinkedHashSet<>();
    for (ProcessInstance instance : after) {
      ProcessInstance old = former.get(instance.name());
      if (old != null && old.isSameProcess(instance)) {
        kept.put(instance.name(), changeOf(old, instance));
      } else {
        added.add(instance.name());
      }
    }
    Set<String> removed = new LinkedHashSet<>(former.keySet());
    removed.removeAll(kept.keySet());
    return new SpecUpdate(kept, removed, added);
  }

  private static Change changeOf(ProcessInstance before, ProcessInstance after) {
    boolean restart =
        after.spec().needsRestartFrom(before.spec())
            || !before.service().directory().equals(after.service().directory())
            || !before.service().environment().equals(after.service().environment());
    if (restart) {
      return Change.RESTART;
    }
    return ofOneReplica(before.spec()).equals(ofOneReplica(after.spec()))
        ? Change.NONE
        : Change.LIVE;
  }

  /** Ignores the number of replicas, which does not affect a single replica. */
  private static ProcessSpec ofOneReplica(ProcessSpec spec) {
    return new ProcessSpec(
        spec.name(),
        spec.command(),
        spec.oneshot(),
        spec.execContext(),
        spec.output(),
        spec.restart(),
        spec.start(),
        spec.stop(),
        spec.reload(),
        spec.health(),
        spec.limits(),
        spec.engine(),
        1);
  }

  /** Returns the names of all processes that are changed, added or removed. */
  List<String> changed() {
    Set<String> names = new LinkedHashSet<>();
    kept.forEach(
        (name, change) -> {
          if (change != Change.NONE) {
            names.add(name);
          }
        });
    names.addAll(added);
    names.addAll(removed);
    return new ArrayList<>(names);
  }
}
