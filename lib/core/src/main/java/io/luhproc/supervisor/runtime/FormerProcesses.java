package io.luhproc.supervisor.runtime;

import io.luhproc.service.OrphanProcess;
import io.luhproc.service.SupervisorStatus;
import io.luhproc.supervisor.state.ProcessInstance;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Finds and ends processes that a former supervisor launched and that no service recovers. Called
 * on the caller's thread, and blocks.
 */
public interface FormerProcesses {

  /** Returns whether a former supervisor, or this one, has created the directory of a process. */
  boolean hasDirectory(ProcessInstance instance);

  /**
   * Stops the live processes that a former supervisor launched for the services of these processes,
   * and that are not among them: surplus replicas, and processes that are no longer in the spec.
   * Deletes their directories. Returns once none of them is alive; logs those that survive SIGKILL.
   */
  void stopSurplus(Collection<ProcessInstance> instances);

  /**
   * Returns the live processes that belong to no service.
   *
   * @param status returns the services, called after the scan
   */
  List<OrphanProcess> orphans(Supplier<SupervisorStatus> status);

  /**
   * Stops the tree of a process that belongs to no service, and deletes its directory.
   *
   * @return completes once no process of its tree is alive; fails if one survives SIGKILL
   */
  CompletableFuture<Void> stop(OrphanProcess orphan);
}
