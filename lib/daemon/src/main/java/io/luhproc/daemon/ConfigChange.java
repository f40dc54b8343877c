package io.luhproc.daemon;

import io.luhproc.daemon.config.DaemonConfig;
import io.luhproc.service.Dependencies;
import io.luhproc.service.ServiceSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The difference between two configurations.
 *
 * @param added the services that only the new one has
 * @param changed the new specs of the services that differ
 * @param removed the names of the services that only the old one has
 * @param old the specs of the old configuration by name
 */
record ConfigChange(
    List<ServiceSpec> added,
    List<ServiceSpec> changed,
    List<String> removed,
    Map<String, ServiceSpec> old) {

  static ConfigChange between(DaemonConfig before, DaemonConfig after) {
    Map<String, ServiceSpec> old = byName(before);
    Map<String, ServiceSpec> current = byName(after);
    return new ConfigChange(
        after.services().stream().filter(it -> !old.containsKey(it.name())).toList(),
        after.services().stream()
            .filter(it -> old.containsKey(it.name()) && !it.equals(old.get(it.name())))
            .toList(),
        before.services().stream()
            .map(ServiceSpec::name)
            .filter(it -> !current.containsKey(it))
            .toList(),
        old);
  }

  private static Map<String, ServiceSpec> byName(DaemonConfig config) {
    Map<String, ServiceSpec> byName = new LinkedHashMap<>();
    config.services().forEach(service -> byName.put(service.name(), service));
    return byName;
  }

  /**
   * Returns the changed services with only those dependencies that they had before.
   *
   * <p>Services are updated one by one. With these specs first, the dependencies form no cycle at
   * any time, even if two services change places.
   */
  List<ServiceSpec> changedWithCommonDependencies() {
    List<ServiceSpec> reduced = new ArrayList<>();
    for (ServiceSpec service : changed) {
      ServiceSpec before = old.get(service.name());
      if (before != null && !before.dependencies().equals(service.dependencies())) {
        Dependencies common = common(before.dependencies(), service.dependencies());
        reduced.add(withDependencies(before, common));
      }
    }
    return reduced;
  }

  private static Dependencies common(Dependencies before, Dependencies after) {
    return new Dependencies(
        intersection(before.after(), after.after()),
        intersection(before.requires(), after.requires()),
        intersection(before.wants(), after.wants()),
        intersection(before.conflicts(), after.conflicts()));
  }

  private static Set<String> intersection(Set<String> one, Set<String> other) {
    Set<String> both = new HashSet<>(one);
    both.retainAll(other);
    return both;
  }

  private static ServiceSpec withDependencies(ServiceSpec spec, Dependencies dependencies) {
    return new ServiceSpec(
        spec.name(),
        spec.directory(),
        spec.environment(),
        spec.processes(),
        dependencies,
        spec.strategy(),
        spec.intensity(),
        spec.autostart());
  }

  boolean isEmpty() {
    return added.isEmpty() && changed.isEmpty() && removed.isEmpty();
  }
}
