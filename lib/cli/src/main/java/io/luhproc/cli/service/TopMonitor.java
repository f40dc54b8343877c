package io.luhproc.cli.service;

import io.luhproc.LuhprocException;
import io.luhproc.cli.client.DaemonClient;
import io.luhproc.cli.client.PendingReply;
import io.luhproc.cli.client.Reply;
import io.luhproc.time.PeriodicThread;
import io.luhproc.time.Threads;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Asks the daemon in the background, so that a daemon that hangs does not block the keys. A daemon
 * that has ended is asked again, until one answers. The fields are written by its threads.
 */
final class TopMonitor implements AutoCloseable {
  private static final int LOG_LINES = 200;

  private final DaemonClient client;
  private final TimeSource time = TimeSource.system();
  private final TopSampler sampler;
  private final Duration interval;
  private final PeriodicThread thread;
  private volatile List<TopRow> rows;
  private volatile long answeredAt;
  private volatile String message = "";
  private volatile List<String> log = List.of();
  private volatile Optional<TopRow> logSource = Optional.empty();

  /**
   * Starts to ask.
   *
   * @param rows the first rows
   */
  TopMonitor(DaemonClient client, TopSampler sampler, List<TopRow> rows, Duration interval) {
    this.client = client;
    this.sampler = sampler;
    this.rows = rows;
    this.interval = interval;
    answeredAt = time.nanoTime();
    thread = PeriodicThread.start("top", interval, this::refresh);
  }

  private Duration refresh() {
    try {
      rows = sampler.read();
      answeredAt = time.nanoTime();
      logSource.ifPresent(this::readLog);
    } catch (LuhprocException expected) {
      // The silence shows it.
    }
    return interval;
  }

  private void readLog(TopRow row) {
    String target =
        DaemonClient.path("services", row.service().name(), "logs")
            + "?lines="
            + LOG_LINES
            + "&process="
            + DaemonClient.encode(row.process().name());
    List<String> lines = client.get(target).body().lines().toList();
    if (logSource.map(TopRow::name).equals(Optional.of(row.name()))) {
      log = lines;
    }
  }

  /** Copies what is known to the state. */
  void updateTo(TopState state) {
    state.update(rows);
    state.updateLog(log);
    Duration silence = Duration.ofNanos(time.nanoTime() - answeredAt);
    boolean isLong = silence.compareTo(interval.multipliedBy(2).plusSeconds(1)) > 0;
    state.silence(isLong ? Optional.of(silence) : Optional.empty());
    if (!message.isEmpty()) {
      state.message(message);
      message = "";
    }
  }

  /** Requests an operation, and reports what the daemon answers. */
  void operate(TopState.Operate request) {
    TopRow row = request.row();
    String target =
        DaemonClient.path(
            "services",
            row.service().name(),
            "processes",
            row.process().name(),
            request.operation());
    inBackground(
        () -> {
          try (PendingReply reply = client.startPost(target, Duration.ZERO)) {
            Reply ignored = reply.await();
            message = request.operation() + " " + row.name() + ": requested";
          }
        });
  }

  /** Reads the log of a process now and at each refresh; of none if it is empty. */
  void followLog(Optional<TopRow> row) {
    if (!row.map(TopRow::name).equals(logSource.map(TopRow::name))) {
      logSource = row;
      log = List.of();
      row.ifPresent(it -> inBackground(() -> readLog(it)));
    }
  }

  private void inBackground(Runnable request) {
    Threads.threadPerTask("top-request")
        .execute(
            () -> {
              try {
                request.run();
              } catch (LuhprocException e) {
                message = String.valueOf(e.getMessage());
              }
            });
  }

  @Override
  public void close() {
    thread.close();
  }
}
