package io.luhproc.supervisor.state;

import io.luhproc.service.Command;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One process of a service: its spec and the name of the replica. Immutable; an update creates a
 * new instance.
 *
 * @param service the service
 * @param spec the process
 * @param name its name within the service; with several replicas, the name of the replica
 */
public record ProcessInstance(ServiceSpec service, ProcessSpec spec, String name) {

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
