package io.luhproc.supervisor.runtime;

import io.luhproc.procfs.LimitMarker;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceSpec;
import io.luhproc.spawn.PreExecSettings;
import io.luhproc.supervisor.state.ProcessInstance;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * A process of a service with its resources on this machine.
 *
 * @param instance the process with its current spec
 * @param process its directory, control group and executor
 */
record LocalInstance(ProcessInstance instance, LocalProcess process) {
  ServiceSpec service() {
    return instance.service();
  }

  ProcessSpec spec() {
    return instance.spec();
  }

  String name() {
    return instance.name();
  }

  ProcessLocation location() {
    return process.location();
  }

  Executor executor() {
    return process.executor();
  }

  /**
   * Sets by which marks {@link LocalProcess#scope} finds the tree of the latest launch: the limit
   * marker, and the user of the spec.
   */
  void setTreeMarks(Optional<LimitMarker> limitMarker) {
    process.treeMarks(
        limitMarker,
        spec().execContext().credentials().user().flatMap(PreExecSettings::findUserId));
  }

  @Override
  public String toString() {
    return instance.toString();
  }
}
