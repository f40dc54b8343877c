package io.luhproc.supervisor.runtime;

import io.luhproc.process.ProcessIdentity;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The parts of this machine that belong to one process of a service, across its launches. */
final class LocalProcess {
  private final ProcessLocation location;
  private final Executor executor;
  private final ProcessCgroup cgroup;
  // Set where a launch completes, and read where the process is stopped.
  private volatile Optional<ProcessIdentity> root = Optional.empty();
  private volatile @Nullable LaunchTask launch;

  LocalProcess(ProcessLocation location, Executor executor, ProcessCgroup cgroup) {
    this.location = location;
    this.executor = executor;
    this.cgroup = cgroup;
  }

  ProcessLocation location() {
    return location;
  }

  Path path() {
    return location.directory().path();
  }

  /** Returns the executor that does the slow work of this process in order. */
  Executor executor() {
    return executor;
  }

  ProcessCgroup cgroup() {
    return cgroup;
  }

  /** Returns the latest process, also after its end: its leftovers are found by it. */
  Optional<ProcessIdentity> root() {
    return root;
  }

  void root(Optional<ProcessIdentity> identity) {
    root = identity;
  }

  /** Returns the latest launch, to cancel it. */
  @Nullable LaunchTask launch() {
    return launch;
  }

  void launch(LaunchTask task) {
    launch = task;
  }
}
