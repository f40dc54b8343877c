package io.luhproc.health.monitor;

import io.luhproc.LuhprocException;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.spawn.Launcher;
import io.luhproc.time.ResizableExecutor;
import io.luhproc.time.ThreadPool;
import io.luhproc.time.TimeSource;
import io.luhproc.time.Timers;
import io.luhproc.tree.StopTreeResult;
import io.luhproc.tree.TreeStopService;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** The timers, clock, threads and command runner that all monitors of a supervisor share. */
public final class HealthExecutor implements AutoCloseable {
  private static final int MAX_THREADS = 64;

  private final Timers timers;
  private final TimeSource time;
  private final ResizableExecutor threads;
  private final CommandRunner commandRunner;

  HealthExecutor(
      Timers timers, TimeSource time, ResizableExecutor threads, CommandRunner commandRunner) {
    this.timers = timers;
    this.time = time;
    this.threads = threads;
    this.commandRunner = commandRunner;
  }

  /**
   * Creates an executor with daemon threads of its own, which are started on demand.
   *
   * @param timers run on the one thread that starts and closes monitors
   * @param time the clock
   * @param launcher starts the commands of checks; it is not closed
   * @param stopService kills the commands that hang; it is not closed
   */
  public static HealthExecutor create(
      Timers timers, TimeSource time, Launcher launcher, TreeStopService stopService) {
    CommandRunner runner =
        new CommandRunner(launcher, request -> awaitResult(stopService.stop(request)));
    return new HealthExecutor(
        timers, time, ThreadPool.withMaxThreads(MAX_THREADS, "health"), runner);
  }

  private static StopTreeResult awaitResult(Future<StopTreeResult> stop)
      throws InterruptedException {
    try {
      return stop.get();
    } catch (ExecutionException e) {
      throw new LuhprocException(
          "cannot kill a health check, which may still be running: " + e.getMessage(), e);
    }
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

  MonitorCheckContext contextOf(MonitoredProcess process, Duration timeout) {
    return new MonitorCheckContext(
        process,
        timeout,
        commandRunner,
        new ListenerOwnership(ProcessTable.system(), process.identity(), process.directory()));
  }

  /**
   * Stops the threads. All monitors must be closed first. Waits up to 2 s until their checks have
   * returned and the processes of these are gone.
   */
  @Override
  public void close() {
    threads.close();
  }
}
