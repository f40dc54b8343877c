package io.luhproc.kubernetes;

import io.luhproc.engine.EngineLog;
import io.luhproc.engine.EngineUnavailableException;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.kubernetes.access.AccessException;
import io.luhproc.kubernetes.client.ApiException;
import io.luhproc.kubernetes.client.ApiException.Kind;
import io.luhproc.kubernetes.client.LineStream;
import io.luhproc.kubernetes.client.ResourcePath;
import io.luhproc.log.LogStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The log of a Pod.
 *
 * <p>Each line has a stamp. A line without one is a message of the kubelet in the middle of the
 * log, and is left out. The stamp is the cursor. A connection that ends, breaks or is silent for
 * minutes is opened again after the last line; the log ends when the worker has ended and a request
 * without {@code follow} has returned the rest.
 */
final class PodLog implements EngineLog {
  private final Cluster cluster;
  private final WorkerKey key;
  private final String incarnation;
  private final boolean follow;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable LineStream stream;

  // Used by the reading thread only.
  private Optional<LogCursorText> cursor;
  private Optional<End> end = Optional.empty();
  private Optional<String> pod = Optional.empty();
  private boolean hasEnded;
  // Whether the lines up to the cursor are still to be skipped, and how many had its stamp.
  private boolean skipping;
  private int skipped;
  private boolean inLongLine;
  private Duration pause;

  PodLog(
      Cluster cluster, WorkerKey key, String incarnation, Optional<String> cursor, boolean follow) {
    this.cluster = cluster;
    this.key = key;
    this.incarnation = incarnation;
    this.cursor = cursor.flatMap(LogCursorText::parse);
    this.follow = follow;
    this.pause = cluster.streams().firstPause();
  }

  @Override
  public Optional<End> end() {
    return end;
  }

  @Override
  public @Nullable Line next() throws InterruptedException {
    while (end.isEmpty()) {
      LineStream open = stream;
      if (closed.getCount() == 0) {
        end = Optional.of(End.CLOSED);
      } else if (open == null) {
        open();
      } else {
        Line line = read(open);
        if (line != null) {
          pause = cluster.streams().firstPause();
          return line;
        }
      }
    }
    closeStream();
    return null;
  }

  private @Nullable Line read(LineStream open) throws InterruptedException {
    LineStream.Next next;
    try {
      next = open.next(cluster.streams().silence());
    } catch (ApiException e) {
      // It broke. If the server is not reachable, opening the next one says so.
      closeStream();
      awaitNextAttempt();
      return null;
    }
    switch (next.state()) {
      case LINE -> {
        return line(next);
      }
      case ENDED -> onEnd();
      case SILENT -> onSilence();
    }
    return null;
  }

  private void onEnd() throws InterruptedException {
    closeStream();
    if (closed.getCount() == 0) {
      return;
    }
    if (hasEnded) {
      end = Optional.of(End.COMPLETE);
    } else if (!follow) {
      end = Optional.of(End.UP_TO_DATE);
    } else {
      pod = Optional.empty();
      awaitNextAttempt();
    }
  }

  private void onSilence() {
    closeStream();
    if (!follow || hasEnded) {
      throw new EngineUnavailableException(
          "cannot read the log of " + key + ": the server sends nothing");
    }
  }

  /** Opens a stream, or sets the end, or waits. */
  private void open() throws InterruptedException {
    if (pod.isEmpty() && !find()) {
      return;
    }
    ResourcePath path =
        cluster
            .pods()
            .child(pod.orElseThrow())
            .child("log")
            .with("container", JobNames.CONTAINER)
            .with("timestamps", "true");
    if (cursor.isPresent()) {
      path = path.with("sinceTime", cursor.get().sinceTime());
    }
    try {
      stream = cluster.client().newCall().log(follow ? path.with("follow", "true") : path);
      skipping = cursor.isPresent();
      skipped = 0;
      inLongLine = false;
      if (closed.getCount() == 0) {
        closeStream();
      }
    } catch (ApiException e) {
      pod = Optional.empty();
      onRefused(e);
    } catch (AccessException e) {
      throw cluster.translate(e);
    }
  }

  /** Handles 404, the Pod is gone, and 400, its container "is waiting to start". */
  private void onRefused(ApiException e) throws InterruptedException {
    if (e.kind() != Kind.NOT_FOUND && e.kind() != Kind.INVALID) {
      throw cluster.translate(e);
    }
    if (hasEnded || (!follow && e.kind() == Kind.NOT_FOUND)) {
      end = Optional.of(End.GONE);
    } else if (!follow) {
      end = Optional.of(End.UP_TO_DATE);
    } else {
      awaitNextAttempt();
    }
  }

  /** Finds the Pod; returns false if there is none. */
  private boolean find() throws InterruptedException {
    Optional<JobStatus> found =
        cluster
            .call(api -> cluster.find(api, key))
            .filter(it -> it.job().at("metadata", "uid").is(incarnation));
    if (found.isEmpty()) {
      end = Optional.of(End.GONE);
      return false;
    }
    WorkerStatus status = found.get().read();
    hasEnded = status.phase() == Phase.ENDED;
    pod = found.get().pod().at("metadata", "name").text();
    if (pod.isPresent()) {
      return true;
    }
    if (hasEnded || !follow) {
      end = Optional.of(hasEnded ? End.GONE : End.UP_TO_DATE);
    } else {
      awaitNextAttempt();
    }
    return false;
  }

  /** Waits until the next attempt, or until the log is closed. */
  private void awaitNextAttempt() throws InterruptedException {
    boolean ignored = closed.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    pause = cluster.streams().next(pause);
  }

  /** Returns a line; null if it was read before, or is not of the worker. */
  private @Nullable Line line(LineStream.Next next) {
    String text = next.text();
    boolean continued = inLongLine;
    inLongLine = next.partial();
    if (continued) {
      return cursor.map(it -> line(it.stamp(), text)).orElse(null);
    }
    int blank = text.indexOf(' ');
    Optional<Instant> stamp = LogCursorText.parseStamp(blank < 0 ? text : text.substring(0, blank));
    if (stamp.isEmpty() || wasRead(stamp.get())) {
      return null;
    }
    return line(stamp.get(), blank < 0 ? "" : text.substring(blank + 1));
  }

  private Line line(Instant stamp, String text) {
    LogCursorText position =
        cursor.map(it -> it.next(stamp)).orElseGet(() -> new LogCursorText(stamp, 1));
    cursor = Optional.of(position);
    return new Line(stamp, LogStream.OUT, text, position.toString());
  }

  /**
   * Returns whether a line is not after the cursor. After the line of the cursor, all lines are
   * new: stamps of the two streams are not in order.
   */
  private boolean wasRead(Instant stamp) {
    if (!skipping) {
      return false;
    }
    LogCursorText last = cursor.orElseThrow();
    int order = stamp.compareTo(last.stamp());
    if (order == 0) {
      skipped++;
    }
    skipping = order < 0 || (order == 0 && skipped < last.count());
    return order <= 0;
  }

  private void closeStream() {
    LineStream open = stream;
    if (open != null) {
      open.close();
      stream = null;
    }
  }

  @Override
  public void close() {
    closed.countDown();
    LineStream open = stream;
    if (open != null) {
      open.close();
    }
  }
}
