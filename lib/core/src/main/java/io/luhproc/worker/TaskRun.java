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
final class TaskRun implements Consumer<Signal> {
  private static final int FAILED = 1;
  // What shells show for a process that a signal ended.
  private static final int SIGNALLED = 128;

  private final Parts parts;
  private final RunContext context;
  private final RunOwner owner;
  // Written by the thread of a signal and the task's, read by the one of the grace.
  private volatile @Nullable Thread grace;
  private volatile boolean over;

  /**
   * Prepares a run.
   *
   * @param owner hears of the end when the JVM must leave while the task still runs
   */
  TaskRun(Parts parts, RunContext context, RunOwner owner) {
    this.parts = parts;
    this.context = context;
    this.owner = owner;
  }

  /** Runs the task; what it throws is on stderr. */
  ProcessEnd run(Task task) {
    StopSignals signals = StopSignals.install(context.directory().isEmpty(), this);
    try (signals) {
      return ended(call(task));
    } finally {
      context.finish();
      endGrace();
      System.out.flush();
      System.err.flush();
    }
  }

  private @Nullable Throwable call(Task task) {
    try {
      task.run(context);
      return null;
    } catch (InterruptedException e) {
      // Whoever was asked to stop may leave by the exception that woke it up.
      return context.stopRequested() ? null : e;
    } catch (Throwable t) {
      return t;
    }
  }

  private ProcessEnd ended(@Nullable Throwable failure) {
    if (failure != null) {
      failure.printStackTrace();
      return end(FAILED, Optional.of(failure.toString()), "the task threw " + failure);
    }
    String reason = context.request().map(it -> "stopped by SIG" + it).orElse("the task returned");
    return end(0, Optional.empty(), reason);
  }

  private ProcessEnd end(int code, Optional<String> failure, String reason) {
    return new ProcessEnd(
        parts.time().now(), OptionalInt.of(code), context.request(), failure, reason);
  }

  /** Asks the task to stop, at the second time at once. */
  @Override
  public void accept(Signal signal) {
    if (context.stopRequested()) {
      leave(signal, "a second signal, SIG" + signal + ", came while the task was stopping");
    }
    Thread thread = Threads.daemon("grace", () -> leaveAfterGrace(signal));
    grace = thread;
    thread.start();
    context.requestStop(signal);
  }

  private void leaveAfterGrace(Signal signal) {
    Duration allowed = parts.grace();
    try {
      parts.time().sleep(allowed);
      if (!over) {
        leave(
            signal,
            "the task did not return within "
                + DurationAndSizeFormat.format(allowed)
                + " after SIG"
                + signal);
      }
    } catch (InterruptedException expected) {
      // The task has returned in time, so this JVM may go on, see ProcessManager.run.
    }
  }

  private void endGrace() {
    over = true;
    Thread waiting = grace;
    if (waiting != null) {
      waiting.interrupt();
    }
  }

  private void leave(Signal signal, String reason) {
    int code = SIGNALLED + signal.number();
    owner.ended(end(code, Optional.empty(), reason));
    System.exit(code);
  }
}
