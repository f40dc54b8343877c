package io.luhproc.worker;

import io.luhproc.posix.StopSignalHandler;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.Signal;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.time.Threads;
import io.luhproc.worker.bootstrap.StartedThreads;
import io.luhproc.worker.bootstrap.TaskHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs a task on the calling thread, handles stop signals during the run, and returns how it ended.
 */
final class TaskRunner implements Consumer<String> {
  private static final int FAILURE_CODE = 1;
  // The convention of shells for a process that was ended by a signal.
  private static final int SIGNAL_CODE_BASE = 128;

  // Threads of an executor that was shut down end within this time.
  private static final Duration REPORT_DELAY = Duration.ofMillis(100);
  private static final Duration MAX_RECORDING_TIME = Duration.ofMillis(500);

  private final ManagerContext context;
  private final DefaultTaskContext taskContext;
  private final TaskHost host;
  private final StartedThreads threads = new StartedThreads();
  // Written by a signal's thread, read by the task's.
  private volatile @Nullable Thread graceTimer;
  // Written by the task's thread, read by the grace timer's.
  private volatile boolean returned;
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

  /**
   * Runs the task, then waits for its non-daemon threads, as a JVM does, and for its stop hooks.
   * Prints an exception of the task to stderr, and does not wait for its threads then.
   */
  ProcessEnd run(Task task) {
    StopSignalHandler signalHandler = StopSignalHandler.install(this);
    try (signalHandler) {
      Throwable failure = callTask(task);
      returned = true;
      if (failure == null) {
        awaitThreads();
      } else {
        failure.printStackTrace();
      }
      taskContext.hooks().awaitAll();
      return toProcessEnd(failure);
    } finally {
      // A signal may have come just before the handler was closed.
      taskContext.hooks().awaitAll();
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
      return taskContext.stopSignal().isPresent() ? null : e;
    } catch (Throwable t) {
      return t;
    }
  }

  /** Waits for threads of the task. A stop request interrupts this thread, and ends most waits. */
  private void awaitThreads() {
    boolean reported = false;
    boolean interrupted = false;
    for (List<Thread> pending = pendingThreads(); !pending.isEmpty(); pending = pendingThreads()) {
      try {
        pending.get(0).join(reported ? 0 : REPORT_DELAY.toMillis());
        reported = reported || reportPendingThreads();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean reportPendingThreads() {
    List<Thread> pending = pendingThreads();
    if (!pending.isEmpty()) {
      // Not a log message: an app without an SLF4J provider would drop it.
      System.err.println(
          taskContext.task() + " returned; waiting for its non-daemon threads: " + names(pending));
    }
    return !pending.isEmpty();
  }

  /**
   * Returns the threads that keep this process running. SIGTERM ends a JVM even if threads run, so
   * after a stop request only those count that have asked for it, and may be cleaning up.
   */
  private List<Thread> pendingThreads() {
    List<Thread> live = threads.live();
    if (taskContext.stopSignal().isPresent()) {
      live.removeIf(thread -> !taskContext.hasAskedForStop(thread));
    }
    return live;
  }

  private static String names(List<Thread> threads) {
    return threads.stream().map(Thread::getName).collect(Collectors.joining(", "));
  }

  private ProcessEnd toProcessEnd(@Nullable Throwable failure) {
    if (failure != null) {
      String cause = host.explain(failure).map(it -> "; " + it).orElse("");
      return newProcessEnd(
          FAILURE_CODE, Optional.of(failure.toString()), "the task threw " + failure + cause);
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
    if (taskContext.stopSignal().isPresent()) {
      exitBySignal(signal, "a second signal, SIG" + signal + ", arrived: " + describeUnfinished());
    }
    Thread timer = Threads.daemon("grace", () -> exitAfterGrace(signal));
    graceTimer = timer;
    timer.start();
    taskContext.requestStop(signal);
  }

  private void exitAfterGrace(Signal signal) {
    Duration grace = context.grace();
    try {
      context.time().sleep(grace.minus(recordingTime(grace)));
      if (!finished) {
        exitBySignal(
            signal,
            describeUnfinished()
                + " within "
                + DurationAndSizeFormat.format(grace)
                + " after SIG"
                + signal);
      }
    } catch (InterruptedException expected) {
      // The task has returned in time. After ProcessManager.run, this JVM continues.
    }
  }

  /** Returns the last part of a grace period, in which the end is recorded before SIGKILL comes. */
  private static Duration recordingTime(Duration grace) {
    Duration tenth = grace.dividedBy(10);
    return tenth.compareTo(MAX_RECORDING_TIME) < 0 ? tenth : MAX_RECORDING_TIME;
  }

  private String describeUnfinished() {
    List<String> parts = new ArrayList<>();
    if (!returned) {
      parts.add("the task did not return");
    }
    taskContext
        .hooks()
        .findRunning()
        .ifPresent(hook -> parts.add("stop hook " + hook + " was cut off, as it did not return"));
    List<Thread> pending = returned ? pendingThreads() : List.of();
    if (!pending.isEmpty()) {
      parts.add("threads of the task did not end (" + names(pending) + ")");
    }
    return parts.isEmpty() ? "the process did not exit" : String.join(", and ", parts);
  }

  /** Returns whether a worker recorded that it exited because its task did not return in time. */
  static boolean isForcedExit(ProcessEnd end) {
    int code = end.exitCode().orElse(0);
    return end.signal().isPresent()
        && code == SIGNAL_CODE_BASE + end.signal().get().number()
        // Not a death by the signal itself, which only the parent can record.
        && !end.equals(ProcessEnd.ofExitStatus(end.time(), code));
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
    System.err.println(reason);
    host.onEnded(newProcessEnd(code, Optional.empty(), reason));
    System.exit(code);
  }

  /** Records nothing. */
  private record ForegroundHost(Supplier<List<String>> supplier) implements TaskHost {
    @Override
    public List<String> arguments() {
      return supplier.get();
    }

    @Override
    public void onEnded(ProcessEnd end) {}
  }
}
