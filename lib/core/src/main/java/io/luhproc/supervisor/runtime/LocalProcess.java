package io.luhproc.supervisor.runtime;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.LimitMarker;
import io.luhproc.tree.TreeScope;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The resources of one process of a service on this machine. All its launches share them. */
final class LocalProcess {
  private final ProcessLocation location;
  private final Executor executor;
  private final ProcessCgroup cgroup;
  // Set when a launch completes, and read when the process is stopped.
  private volatile Optional<ProcessIdentity> root = Optional.empty();
  // Set before the launch: a command before the process has it already.
  private volatile Optional<LimitMarker> limitMarker = Optional.empty();
  private volatile Optional<Long> userId = Optional.empty();
  private volatile @Nullable LaunchTask launch;
  // Confined to the executor.
  private @Nullable StopCommandRun stopCommand;
  // Guarded by this.
  private Optional<AutoCloseable> reports = Optional.empty();

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

  /** Returns the executor that runs the slow work of this process in order. */
  Executor executor() {
    return executor;
  }

  ProcessCgroup cgroup() {
    return cgroup;
  }

  /** Returns the latest process, even after its exit, to find its leftovers. */
  Optional<ProcessIdentity> root() {
    return root;
  }

  void root(Optional<ProcessIdentity> identity) {
    root = identity;
  }

  /**
   * Sets the marks of the tree of the latest launch.
   *
   * @param marker its limit marker, if it has one
   * @param user the id of the user that it runs as, if it is not that of this JVM
   */
  void treeMarks(Optional<LimitMarker> marker, Optional<Long> user) {
    limitMarker = marker;
    userId = user;
  }

  /** Returns the scope of a tree of the latest launch. */
  TreeScope scope(Optional<ProcessIdentity> ofRoot) {
    TreeScope scope = TreeScope.of(path(), ofRoot);
    scope = limitMarker.map(scope::withLimitMarker).orElse(scope);
    return userId.map(scope::withUser).orElse(scope);
  }

  /** Returns the scope of a tree of the latest launch, with the members of its control group. */
  TreeScope treeScope(Optional<ProcessIdentity> ofRoot) {
    TreeScope scope = scope(ofRoot);
    return cgroup.container().map(scope::withContainer).orElse(scope);
  }

  /** Returns the latest launch, to cancel it. */
  @Nullable LaunchTask launch() {
    return launch;
  }

  void launch(LaunchTask task) {
    launch = task;
  }

  /** Sets the run of the stop command, and cancels an earlier one. Called on the executor. */
  void stopCommand(@Nullable StopCommandRun run) {
    if (stopCommand != null) {
      stopCommand.cancel();
    }
    stopCommand = run;
  }

  /** Sets the watch for reports of the latest launch, in place of that of an earlier one. */
  void reports(AutoCloseable watch) {
    endReports();
    synchronized (this) {
      reports = Optional.of(watch);
    }
  }

  /** Ends the watch for reports. */
  void endReports() {
    Optional<AutoCloseable> ended;
    synchronized (this) {
      ended = reports;
      reports = Optional.empty();
    }
    if (ended.isPresent()) {
      try {
        ended.get().close();
      } catch (Exception e) {
        LoggerFactory.getLogger(LocalProcess.class).warn("cannot end a watch of {}", path(), e);
      }
    }
  }
}
