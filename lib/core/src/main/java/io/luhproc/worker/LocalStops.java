package io.luhproc.worker;

import io.luhproc.directory.ProcessRecord;
import io.luhproc.directory.RecordedLaunch;
import io.luhproc.posix.Posix;
import io.luhproc.time.Deadline;
import io.luhproc.time.ThreadPool;
import io.luhproc.tree.TreeStopService;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The stops of a {@link LocalEngine}, each on its own thread. Thread-safe. */
final class LocalStops implements AutoCloseable {
  private static final int MAX_THREADS = 256;
  private static final Duration KILL_TIMEOUT = Duration.ofSeconds(5);

  private final ManagerContext context;
  private final ThreadPool threads = ThreadPool.withMaxThreads(MAX_THREADS, "stop");
  private final Map<RecordedLaunch, Stop> running = new ConcurrentHashMap<>();
  private @Nullable TreeStopService stopService;

  LocalStops(ManagerContext context) {
    this.context = context;
  }

  /** Returns whether a run is being stopped. */
  boolean isStopping(ProcessRecord run) {
    return running.containsKey(run.launch());
  }

  /** Begins to stop a run; a shorter grace period shortens a stop that has begun. */
  void begin(ProcessRecord run, Duration grace) {
    Stop stop = new Stop(Deadline.after(context.time(), grace), new CountDownLatch(1));
    Stop earlier = running.putIfAbsent(run.launch(), stop);
    if (earlier == null) {
      execute(run, () -> stop(run, grace, stop));
    } else if (stop.deadline().remaining().compareTo(earlier.deadline().remaining()) < 0) {
      execute(run, () -> killAfter(run, grace, earlier));
    }
  }

  /** Removes what is left of a run that has ended. */
  void remove(ProcessRecord run) {
    StopOptions options = StopOptions.builder().grace(Duration.ZERO).build();
    execute(run, () -> stopper().stopRun(run, options, () -> {}));
  }

  private void execute(ProcessRecord run, Runnable body) {
    threads.execute(
        () -> {
          try {
            body.run();
          } catch (RuntimeException e) {
            LoggerFactory.getLogger(LocalEngine.class)
                .warn("cannot stop {}; stop it again", run.key(), e);
          }
        });
  }

  private void stop(ProcessRecord run, Duration grace, Stop stop) {
    try {
      StopOptions options = StopOptions.builder().grace(grace).keepLogs(true).build();
      stopper().stopRun(run, options, stop.locked()::countDown);
    } finally {
      Stop ignored = running.remove(run.launch());
      stop.locked().countDown();
    }
  }

  /** Kills a run that an earlier stop has locked, which then records how it ended. */
  private void killAfter(ProcessRecord run, Duration grace, Stop earlier) {
    try {
      context.time().sleep(grace);
      earlier.locked().await();
      if (isStopping(run)) {
        stopper().killRun(run);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** All stops share a service, so each round scans the process table once. */
  private synchronized WorkerStopper stopper() {
    if (stopService == null) {
      stopService = TreeStopService.start(context.table(), Posix.lazy(), context.time());
    }
    return new WorkerStopper(context, stopService);
  }

  /** Waits until the runs that are being stopped have ended or were killed. */
  @Override
  public void close() {
    Duration timeout = Duration.ZERO;
    for (Stop stop : running.values()) {
      Duration remaining = stop.deadline().remaining();
      timeout = remaining.compareTo(timeout) > 0 ? remaining : timeout;
    }
    threads.drainAndClose(timeout.plus(KILL_TIMEOUT));
    closeService();
  }

  private synchronized void closeService() {
    if (stopService != null) {
      stopService.close();
    }
  }

  /**
   * A stop that was accepted.
   *
   * @param deadline when the processes are killed
   * @param locked counted down when the stop has the lock of the directory, or has ended
   */
  private record Stop(Deadline deadline, CountDownLatch locked) {}
}
