package io.luhproc.daemon.ship;

import io.luhproc.LuhprocException;
import io.luhproc.daemon.config.ShippingConfig;
import io.luhproc.log.LogStream;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.ServiceStatus;
import io.luhproc.supervisor.Supervisor;
import io.luhproc.time.EventLoop;
import io.luhproc.time.TimeSource;
import io.luhproc.time.Timers;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * Ships the logs of the services of a supervisor to an endpoint. Thread-safe.
 *
 * <p>Each line is shipped at least once and in the order of its stream, also after a restart. The
 * first time, that begins with the oldest line that is kept.
 *
 * @since 0.1
 */
public final class LogShipper implements AutoCloseable {
  private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(5);

  private final EventLoop loop;
  private final StreamScheduler scheduler;
  private final Duration pollInterval;
  private final AtomicBoolean closed = new AtomicBoolean();

  private LogShipper(EventLoop loop, StreamScheduler scheduler, Duration pollInterval) {
    this.loop = loop;
    this.scheduler = scheduler;
    this.pollInterval = pollInterval;
  }

  /**
   * Starts shipping.
   *
   * @param config the endpoint and the selected services
   * @param directory the directory of the supervisor, for the cursors
   * @param supervisor the supervisor, which the caller closes before this
   * @throws LuhprocException if the folder of the cursors cannot be created, or the trusted
   *     certificates cannot be used
   */
  public static LogShipper open(ShippingConfig config, Path directory, Supervisor supervisor) {
    CursorStore cursors = CursorStore.open(directory);
    TimeSource time = TimeSource.system();
    IdleTask onIdle = new IdleTask();
    EventLoop loop = EventLoop.start("shipping", time, onIdle);
    Endpoint endpoint = openEndpoint(config, loop);
    EndpointBackoff backoff =
        new EndpointBackoff(time, () -> ThreadLocalRandom.current().nextDouble());
    List<PathMatcher> globs =
        config.services().stream()
            .map(it -> FileSystems.getDefault().getPathMatcher("glob:" + it))
            .toList();
    StreamScheduler.Parts parts =
        new StreamScheduler.Parts(
            loop, loop, time, endpoint, backoff, cursors, () -> streams(supervisor, globs));
    Duration half = config.batchTime().dividedBy(2);
    StreamScheduler scheduler = new StreamScheduler(config, parts);
    onIdle.task = scheduler::readAhead;
    LogShipper shipper =
        new LogShipper(
            loop,
            scheduler,
            half.compareTo(StreamScheduler.POLL_INTERVAL) < 0
                ? half
                : StreamScheduler.POLL_INTERVAL);
    loop.execute(shipper::pollRepeatedly);
    return shipper;
  }

  /** What the loop does while it is idle, once there is a scheduler. */
  private static final class IdleTask implements Runnable {
    private volatile Runnable task = () -> {};

    @Override
    public void run() {
      task.run();
    }
  }

  private static Endpoint openEndpoint(ShippingConfig config, EventLoop loop) {
    try {
      return new HttpEndpoint(config, loop, HttpEndpoint.TIMEOUT);
    } catch (RuntimeException e) {
      loop.close();
      throw e;
    }
  }

  private static List<StreamKey> streams(Supervisor supervisor, List<PathMatcher> globs) {
    List<StreamKey> streams = new ArrayList<>();
    for (ServiceStatus service : supervisor.status().services()) {
      Path name = Path.of(service.name());
      if (globs.stream().anyMatch(it -> it.matches(name))) {
        for (ProcessStatus process : service.processes()) {
          for (LogStream stream : LogStream.values()) {
            streams.add(new StreamKey(service.name(), process.name(), process.directory(), stream));
          }
        }
      }
    }
    return streams;
  }

  private void pollRepeatedly() {
    try {
      scheduler.poll();
    } finally {
      Timers.Timer ignored = loop.schedule(pollInterval, this::pollRepeatedly);
    }
  }

  /** Returns the counters, about a second old at most. */
  public ShippingStats stats() {
    return scheduler.counters().snapshot();
  }

  /**
   * Ships all lines of services, for example before they are removed, waiting for at most five
   * seconds.
   *
   * @param services the names of the services
   * @return whether all lines were shipped
   */
  public boolean flush(Collection<String> services) {
    Set<String> names = Set.copyOf(services);
    return await(flush(it -> names.contains(it.service()), false));
  }

  private CompletableFuture<Boolean> flush(Predicate<StreamKey> selected, boolean last) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          CompletableFuture<Void> ignored =
              scheduler.flush(selected, last).thenAccept(done::complete);
        });
    return done;
  }

  private static boolean await(CompletableFuture<Boolean> done) {
    try {
      return done.get(FLUSH_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException expected) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Ships the last lines, waiting for at most five seconds and one failure, and stops. What is not
   * shipped is shipped after the next start. Idempotent.
   */
  @Override
  public void close() {
    if (!closed.get()) {
      boolean ignored = await(flush(it -> true, true));
      stop();
    }
  }

  /** Stops at once. What is not shipped is shipped after the next start. Idempotent. */
  public void stop() {
    if (closed.getAndSet(true)) {
      return;
    }
    CompletableFuture<Void> filesClosed = new CompletableFuture<>();
    loop.execute(
        () -> {
          scheduler.close();
          boolean ignored = filesClosed.complete(null);
        });
    try {
      Void ignored = filesClosed.get(FLUSH_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException expected) {
      // The files are closed with the process.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    loop.close();
  }
}
