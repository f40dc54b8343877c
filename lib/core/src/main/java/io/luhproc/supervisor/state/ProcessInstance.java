package io.luhproc.supervisor.state;

import io.luhproc.service.Command;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * One process of a service: its spec and the name of the replica. Immutable; an update creates a
 * new instance.
 *
 * @param service the service
 * @param spec the process
 * @param name its name within the service; with several replicas, the name of the replica
 */
public record ProcessInstance(ServiceSpec service, ProcessSpec spec, String name) {
  private static final String FIRST_REPLICA_SUFFIX = "-1";

  /** Returns the processes of a service, in the order of its spec. */
  public static List<ProcessInstance> of(ServiceSpec service) {
    List<ProcessInstance> instances = new ArrayList<>();
    for (ProcessSpec process : service.processes()) {
      for (String name : process.instanceNames()) {
        instances.add(new ProcessInstance(service, process, name));
      }
    }
    return instances;
  }

  /**
   * Returns the processes of a service that existed before, in the order of its spec. When the
   * number of replicas changes from or to one, the first replica keeps its former name, and so its
   * process and its directory: {@code web} and {@code web-2}, or only {@code web-1}.
   *
   * @param isFormer whether there was such a process before
   */
  public static List<ProcessInstance> of(ServiceSpec service, Predicate<ProcessInstance> isFormer) {
    List<ProcessInstance> instances = of(service);
    Set<String> names = instances.stream().map(ProcessInstance::name).collect(Collectors.toSet());
    for (int i = 0; i < instances.size(); i++) {
      ProcessInstance current = instances.get(i);
      String process = current.spec().name();
      String formerName =
          current.name().equals(process)
              ? process + FIRST_REPLICA_SUFFIX
              : current.name().equals(process + FIRST_REPLICA_SUFFIX) ? process : "";
      ProcessInstance former = new ProcessInstance(service, current.spec(), formerName);
      boolean isFree = !formerName.isEmpty() && !names.contains(formerName);
      if (isFree && isFormer.test(former) && !isFormer.test(current)) {
        instances.set(i, former);
      }
    }
    return instances;
  }

  /** Returns the processes of an update of a service that has the given ones. */
  static List<ProcessInstance> of(ServiceSpec service, List<ProcessInstance> before) {
    return of(
        service,
        it ->
            before.stream()
                .anyMatch(
                    old -> old.isSameProcess(it) && old.spec().name().equals(it.spec().name())));
  }

  /**
   * Returns whether a caller may mean this process, or all replicas of its spec, by a name. The
   * first replica is also {@code web-1} if it kept another name.
   */
  public boolean isNamed(String text) {
    return text.equals(name)
        || text.equals(spec.name())
        || (name.equals(spec.name()) && text.equals(name + FIRST_REPLICA_SUFFIX));
  }

  /**
   * Returns whether both specs describe the same process. The process directory of a task is named
   * after the task. Another task, or a change between a task and a command, is therefore another
   * process.
   */
  boolean isSameProcess(ProcessInstance other) {
    return name.equals(other.name) && task().equals(other.task());
  }

  private Optional<String> task() {
    return spec.command() instanceof Command.TaskCommand task
        ? Optional.of(task.task())
        : Optional.empty();
  }

  @Override
  public String toString() {
    return service.name() + "/" + name;
  }
}
