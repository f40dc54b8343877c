package io.luhproc.supervisor.runtime;

import io.luhproc.LuhprocException;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.service.Command;
import io.luhproc.service.StopPolicy;
import io.luhproc.spawn.ChildProcess;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import io.luhproc.time.Timers;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the stop command of a process and then continues with the rest of the grace period: when the
 * command has exited, the process is gone, or the period is over. The command is a member of the
 * process tree, so the stop of the tree ends it. Confined to the executor of the process.
 */
final class StopCommandRun {
  private static final Logger LOG = LoggerFactory.getLogger(StopCommandRun.class);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

  private final StopContext context;
  private final LocalInstance instance;
  private final ProcessIdentity root;
  private final Deadline deadline;
  private final Consumer<Duration> next;
  private boolean finished;

  /**
   * Creates a run.
   *
   * @param root the process to stop
   * @param next continues the stop, with the rest of the grace period
   */
  StopCommandRun(
      StopContext context, LocalInstance instance, ProcessIdentity root, Consumer<Duration> next) {
    this.context = context;
    this.instance = instance;
    this.root = root;
    this.deadline = Deadline.after(context.timeSource(), policy().grace());
    this.next = next;
  }

  /** The collaborators of every run. */
  record StopContext(
      InstanceLauncher launcher, ProcessTable table, Timers timers, TimeSource timeSource) {}

  private StopPolicy policy() {
    return instance.spec().stop();
  }

  void start() {
    Command command = policy().command().orElseThrow();
    try {
      ChildProcess child = context.launcher().launchStopCommand(instance, command, root.pid());
      child.onExit(instance.executor(), status -> exited(command, child, status));
      schedulePoll();
    } catch (RuntimeException e) {
      LOG.warn(
          "cannot run the stop command of {}: {}; stopping it by {}",
          instance,
          e.getMessage(),
          policy().signal());
      finish();
    }
  }

  private void exited(Command command, ChildProcess child, int status) {
    if (status != 0 && !finished) {
      LOG.warn(
          "the stop command of {} ({}) failed: {}; see its output in the logs",
          instance,
          command.text(),
          child.end(context.timeSource().now(), status).reason());
    }
    finish();
  }

  private void schedulePoll() {
    context.timers().schedule(POLL_INTERVAL, () -> instance.executor().execute(this::poll));
  }

  private void poll() {
    if (finished) {
      return;
    }
    if (deadline.isExpired() || isRootGone()) {
      finish();
    } else {
      schedulePoll();
    }
  }

  private boolean isRootGone() {
    try {
      return !context.table().isAlive(root);
    } catch (LuhprocException expected) {
      return false; // Without free descriptors; the next look may succeed.
    }
  }

  private void finish() {
    if (!finished) {
      finished = true;
      next.accept(deadline.remaining());
    }
  }

  /** Makes it not continue: the tree is killed instead. */
  void cancel() {
    finished = true;
  }
}
