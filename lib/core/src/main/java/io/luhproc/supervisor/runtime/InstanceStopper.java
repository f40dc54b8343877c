package io.luhproc.supervisor.runtime;

import io.luhproc.LuhprocException;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
import io.luhproc.service.StopPolicy;
import io.luhproc.spawn.UserIds;
import io.luhproc.tree.StopTreeRequest;
import io.luhproc.tree.TreeScope;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Stops the trees of processes by their stop policy: the command, the signal, SIGKILL. Each call
 * runs on the executor of its process.
 */
final class InstanceStopper {
  private final StopCommandRun.StopContext context;
  private final TreeStopRetrier treeStops;

  InstanceStopper(StopCommandRun.StopContext context, TreeStopRetrier treeStops) {
    this.context = context;
    this.treeStops = treeStops;
  }

  void stop(LocalInstance instance, boolean killAtOnce, LaunchListener listener) {
    LocalProcess process = instance.process();
    StopPolicy policy = instance.spec().stop();
    Duration grace = killAtOnce ? Duration.ZERO : policy.grace();
    process.endReports();
    // A frozen process can handle neither a request of the command nor SIGTERM.
    process.cgroup().thawIfFrozen();
    boolean mayRunCommand = policy.command().isPresent() && !grace.isZero();
    Optional<ProcessIdentity> root = mayRunCommand ? runningRoot(process) : Optional.empty();
    if (root.isEmpty()) {
      process.stopCommand(null);
      stopTree(instance, grace, policy.timeout(), listener);
    } else {
      Duration afterGrace = policy.timeout().minus(grace);
      StopCommandRun run =
          new StopCommandRun(
              context,
              instance,
              root.get(),
              rest -> stopTree(instance, rest, afterGrace.plus(rest), listener));
      process.stopCommand(run);
      run.start();
    }
  }

  /** Returns the process if it can do what a command asks for: not if SIGSTOP has stopped it. */
  private Optional<ProcessIdentity> runningRoot(LocalProcess process) {
    try {
      return process
          .root()
          .filter(context.table()::isAlive)
          .filter(it -> !ProcessRecovery.isStopped(context.table(), it));
    } catch (LuhprocException expected) {
      // Without free descriptors, the command could not be started either.
      return Optional.empty();
    }
  }

  private void stopTree(
      LocalInstance instance, Duration grace, Duration timeout, LaunchListener listener) {
    StopPolicy policy = instance.spec().stop();
    treeStops.stop(
        request(instance, policy.signal(), grace, timeout).withRootOnly(policy.onlyParent()),
        listener);
  }

  /** Stops what an exited process has left. */
  void stopLeftovers(LocalInstance instance, LaunchListener listener) {
    StopPolicy policy = instance.spec().stop();
    instance.process().endReports();
    instance.process().cgroup().thawIfFrozen();
    treeStops.stop(request(instance, Signal.TERM, policy.grace(), policy.timeout()), listener);
  }

  private static StopTreeRequest request(
      LocalInstance instance, Signal signal, Duration grace, Duration timeout) {
    TreeScope scope = instance.process().treeScope(instance.process().root());
    return new StopTreeRequest(withUser(instance, scope), signal, grace, timeout);
  }

  private static TreeScope withUser(LocalInstance instance, TreeScope scope) {
    Optional<String> user = instance.spec().execContext().credentials().user();
    OptionalLong id = user.isEmpty() ? OptionalLong.empty() : UserIds.find(user.get());
    return id.isEmpty() ? scope : scope.withUser(id.getAsLong());
  }
}
