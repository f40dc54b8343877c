package io.luhproc.worker;

import io.luhproc.posix.StopSignalHandler;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.Signal;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.time.Threads;
import io.luhproc.worker.bootstrap.TaskHost;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a task on the calling thread, handles stop signals during the run, and returns how it ended.
 */
final class TaskRunner implements Consumer<String> {
  private static final int FAILURE_CODE = 1;
  // The convention of shells for a process that was ended by a signal.
  private static final int SIGNAL_CODE_BASE = 128;

  private final ManagerContext context;
  private final DefaultTaskContext taskContext;
  private final TaskHost host;
  // Written by a signal's thread, read by the task's.
  private volatile @Nullable Thread graceTimer;
  // Written by the task's thread, read by the grace timer's.
  private volatile boolean finished;

  TaskRunner(ManagerContext context, DefaultTaskContext taskContext, TaskHost host) {
    this.context = context;
    this.taskContext = taskContext;
    this.host = host;
  }

  /** Runs a task with the output of this process and without a directory; returns the exit code. */
  static int runInForeground(
      ManagerContext context, String task, String id, Supplier<List<String>> arguments) {
    TaskHost host = new ForegroundHost(arguments);
    DefaultTaskContext taskContext =
        new DefaultTaskContext(
            new DefaultTaskContext.RunInfo(task, id, Optional.empty(), host), context.time());
    ProcessEnd end = new TaskRunner(context, taskContext, host).run(context.tasks().get(task));
    return end.exitCode().orElse(0);
  }

  /** Runs the task. Prints an exception of the task to stderr. */
  ProcessEnd run(Task task) {
    StopSignalHandler signalHandler = StopSignalHandler.install(this);
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
      // After a stop request, a task may end with the exception that its interrupt caused.
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

  /** Requests a stop of the task; at the second signal, exits at once. */
  @Override
  public void accept(String signalName) {
    Signal signal = Signal.valueOf(signalName);
    if (taskContext.stopRequested()) {
      exitBySignal(
          signal, "a second signal, SIG" + signal + ", arrived while the task was stopping");
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
      // The task has returned in time. After ProcessManager.run, this JVM continues.
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

  /** Records nothing, and prints the reason of a forced exit to stderr. */
  private record ForegroundHost(Supplier<List<String>> supplier) implements TaskHost {
    @Override
    public List<String> arguments() {
      return supplier.get();
    }

    @Override
    public void onEnded(ProcessEnd end) {
      System.err.println(end.reason());
    }
  }
}
