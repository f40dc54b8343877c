package io.luhproc.worker;

import io.luhproc.process.ProcessEnd;
import io.luhproc.process.Signal;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.time.Threads;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs a task on the calling thread, obeys the signals meanwhile, and says how it ended. */
final class TaskRunner implements Consumer<Signal> {
  private static final int FAILURE_CODE = 1;
  // What shells show for a process that a signal ended.
  private static final int SIGNAL_CODE_BASE = 128;

  private final ManagerContext context;
  private final DefaultTaskContext taskContext;
  private final TaskHost host;
  // Written by the thread of a signal and the task's, read by the one of the grace.
  private volatile @Nullable Thread graceTimer;
  private volatile boolean finished;

  /**
   * Prepares a run.
   *
   * @param host hears of the end when the JVM must leave while the task still runs
   */
  TaskRunner(ManagerContext context, DefaultTaskContext taskContext, TaskHost host) {
    this.context = context;
    this.taskContext = taskContext;
    this.host = host;
  }

  /** Runs the task; what it throws is on stderr. */
  ProcessEnd run(Task task) {
    StopSignalHandler signalHandler =
        StopSignalHandler.install(taskContext.directory().isEmpty(), this);
    try (signalHandler) {
      return toProcessEnd(callTask(task));
    } finally {
      taskContext.finish();
      cancelGraceTimer();
      System.out.flush();
      System.err.flush();
    }
  }

  private @Nullable Throwable callTask(Task task) {
    try {
      task.run(taskContext);
      return null;
    } catch (InterruptedException e) {
      // Whoever was asked to stop may leave by the exception that woke it up.
      return taskContext.stopRequested() ? null : e;
    } catch (Throwable t) {
      return t;
    }
  }

  private ProcessEnd toProcessEnd(@Nullable Throwable failure) {
    if (failure != null) {
      failure.printStackTrace();
      return newProcessEnd(
          FAILURE_CODE, Optional.of(failure.toString()), "the task threw " + failure);
    }
    String reason =
        taskContext.stopSignal().map(it -> "stopped by SIG" + it).orElse("the task returned");
    return newProcessEnd(0, Optional.empty(), reason);
  }

  private ProcessEnd newProcessEnd(int code, Optional<String> failure, String reason) {
    return new ProcessEnd(
        context.time().now(), OptionalInt.of(code), taskContext.stopSignal(), failure, reason);
  }

  /** Asks the task to stop, at the second time at once. */
  @Override
  public void accept(Signal signal) {
    if (taskContext.stopRequested()) {
      exitBySignal(signal, "a second signal, SIG" + signal + ", came while the task was stopping");
    }
    Thread timer = Threads.daemon("grace", () -> exitAfterGrace(signal));
    graceTimer = timer;
    timer.start();
    taskContext.requestStop(signal);
  }

  private void exitAfterGrace(Signal signal) {
    Duration grace = context.grace();
    try {
      context.time().sleep(grace);
      if (!finished) {
        exitBySignal(
            signal,
            "the task did not return within "
                + DurationAndSizeFormat.format(grace)
                + " after SIG"
                + signal);
      }
    } catch (InterruptedException expected) {
      // The task has returned in time, so this JVM may go on, see ProcessManager.run.
    }
  }

  private void cancelGraceTimer() {
    finished = true;
    Thread timer = graceTimer;
    if (timer != null) {
      timer.interrupt();
    }
  }

  private void exitBySignal(Signal signal, String reason) {
    int code = SIGNAL_CODE_BASE + signal.number();
    host.onEnded(newProcessEnd(code, Optional.empty(), reason));
    System.exit(code);
  }
}
