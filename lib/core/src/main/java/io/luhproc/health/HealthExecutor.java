package io.luhproc.health;

import io.luhproc.spawn.Launcher;
import io.luhproc.time.ResizableExecutor;
import io.luhproc.time.ThreadPool;
import io.luhproc.time.TimeSource;
import io.luhproc.time.Timers;
import io.luhproc.tree.TreeStopService;
import org.jspecify.annotations.Nullable;

/**
 * What all probes of a supervisor share: its timers, its clocks, the threads of checks, and what
 * starts and ends their commands.
 */
public final class HealthExecutor implements AutoCloseable {
  // Those that take long do not count among them.
  private static final int MAX_THREADS = 64;

  private final Timers timers;
  private final TimeSource time;
  private final ResizableExecutor threads;
  private final CommandCheck.ProcessControl processControl;

  HealthExecutor(
      Timers timers,
      TimeSource time,
      ResizableExecutor threads,
      CommandCheck.ProcessControl processControl) {
    this.timers = timers;
    this.time = time;
    this.threads = threads;
    this.processControl = processControl;
  }

  /**
   * Returns tools with threads of their own: daemons, made when they are needed.
   *
   * @param timers run what they are given on the one thread that starts and closes probes
   * @param launcher starts the commands of checks; it is not closed
   * @param stopService ends those that hang; it is not closed
   */
  public static HealthExecutor create(
      Timers timers, TimeSource time, Launcher launcher, TreeStopService stopService) {
    ThreadPool threads = ThreadPool.withMaxThreads(MAX_THREADS, "health");
    return new HealthExecutor(
        timers, time, threads, CommandCheck.ProcessControl.of(launcher, stopService));
  }

  Timers timers() {
    return timers;
  }

  TimeSource time() {
    return time;
  }

  ResizableExecutor threads() {
    return threads;
  }

  /** Makes a check, which of the user's own may return anything and throw anything. */
  @Nullable HealthResult runCheck(HealthCheck check, CheckContext context) throws Exception {
    return check instanceof CommandCheck command
        ? command.check(context, processControl)
        : check.check(context);
  }

  /**
   * Ends the threads. Close the probes first; this waits at most 2 s until their checks have
   * returned and the processes of these are gone.
   */
  @Override
  public void close() {
    threads.close();
  }
}
