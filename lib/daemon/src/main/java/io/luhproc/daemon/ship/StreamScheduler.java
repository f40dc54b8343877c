package io.luhproc.daemon.ship;

import io.luhproc.LuhprocException;
import io.luhproc.daemon.config.ShippingConfig;
import io.luhproc.time.TimeSource;
import io.luhproc.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which stream sends its next batch, and what follows a response. Used by one thread.
 *
 * <p>A stream has one batch on its way, and at most eight streams have. While the endpoint fails,
 * one batch at a time is tried, and no batch is kept: it is read again.
 */
final class StreamScheduler {
  /** How often the files are looked at. */
  static final Duration POLL_INTERVAL = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(StreamScheduler.class);
  private static final int MAX_ACTIVE = 8;
  // A stream with more lets others go first.
  private static final int MAX_BATCHES_IN_A_ROW = 64;
  private static final Duration REFUSED_RETRY_INTERVAL = Duration.ofMinutes(1);

  private final ShippingConfig config;
  private final Parts parts;
  private final SecretPatterns secrets;
  private final ResponseJudge judge;
  private final ShippingCounters counters = new ShippingCounters();
  private final Map<StreamKey, ShippedStream> streams = new LinkedHashMap<>();
  private final Queue<ShippedStream> queue = new ArrayDeque<>();
  private final List<Flush> flushes = new ArrayList<>();
  // Positions that could not be saved.
  private final Map<StreamKey, String> unsaved = new HashMap<>();
  private Optional<ShippedStream> lastSent = Optional.empty();
  private Timers.@Nullable Timer retry;
  private int active;
  private boolean closing;

  StreamScheduler(ShippingConfig config, Parts parts) {
    this.config = config;
    this.parts = parts;
    this.secrets = new SecretPatterns(config.mask());
    this.judge = new ResponseJudge(config, parts.time());
  }

  /**
   * What a scheduler uses.
   *
   * @param executor runs the continuations of requests on the thread of the scheduler
   * @param streams returns the streams that exist now
   */
  record Parts(
      Executor executor,
      Timers timers,
      TimeSource time,
      Endpoint endpoint,
      EndpointBackoff backoff,
      CursorStore cursors,
      Supplier<List<StreamKey>> streams) {}

  private record Flush(Predicate<StreamKey> selected, CompletableFuture<Boolean> done) {}

  ShippingCounters counters() {
    return counters;
  }

  /** Looks for new lines. */
  void poll() {
    updateStreams();
    for (ShippedStream stream : streams.values()) {
      boolean due = stream.poll(parts.time(), config.batchTime());
      if (due && stream.isWaiting()) {
        enqueue(stream);
      }
    }
    sendNext();
    saveUnsaved();
    counters.setLag(lagBytes(), lag());
  }

  private Duration lag() {
    Instant now = parts.time().now();
    return streams.values().stream()
        .flatMap(it -> it.oldest().stream())
        .map(it -> Duration.between(it, now))
        .filter(it -> !it.isNegative())
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  private long lagBytes() {
    long lag = 0;
    for (ShippedStream stream : streams.values()) {
      try {
        lag += stream.lag();
      } catch (LuhprocException expected) {
        // Reading it reports the same.
      }
    }
    return lag;
  }

  private void updateStreams() {
    List<StreamKey> current = parts.streams().get();
    for (StreamKey key : current) {
      streams.computeIfAbsent(
          key, it -> new ShippedStream(it, parts.cursors().load(it), config, secrets));
    }
    Set<StreamKey> kept = new HashSet<>(current);
    Iterator<ShippedStream> all = streams.values().iterator();
    while (!closing && all.hasNext()) {
      ShippedStream stream = all.next();
      // The response to the last batch of an active stream is waited for.
      if (!kept.contains(stream.key()) && stream.state() != ShippedStream.State.ACTIVE) {
        all.remove();
        forget(stream);
      }
    }
  }

  private void forget(ShippedStream stream) {
    boolean ignored = queue.remove(stream);
    stream.close();
    stream.endFlush();
    parts.cursors().delete(stream.key());
    unsaved.remove(stream.key());
    long lost = lastLag(stream);
    if (lost > 0) {
      counters.addLost(lost);
      LOG.warn("{} was removed with about {} bytes that were not shipped", stream.key(), lost);
    }
  }

  private static long lastLag(ShippedStream stream) {
    try {
      return stream.lag();
    } catch (LuhprocException expected) {
      return 0;
    }
  }

  private void enqueue(ShippedStream stream) {
    stream.enter(ShippedStream.State.QUEUED);
    queue.add(stream);
  }

  /** Sends batches of queued streams while that is allowed. */
  private void sendNext() {
    while (!queue.isEmpty() && active < (parts.backoff().isFailing() ? 1 : MAX_ACTIVE)) {
      Duration delay = parts.backoff().remaining();
      if (!delay.isZero()) {
        scheduleRetry(delay);
        return;
      }
      ShippedStream stream = queue.remove();
      stream.enter(ShippedStream.State.ACTIVE);
      active++;
      sendBatch(stream, MAX_BATCHES_IN_A_ROW);
    }
    completeFlushes();
  }

  private void scheduleRetry(Duration delay) {
    if (retry != null) {
      retry.cancel();
    }
    retry = parts.timers().schedule(delay, this::sendNext);
  }

  private void sendBatch(ShippedStream stream, int left) {
    Batch batch;
    CompletableFuture<Endpoint.Response> sent;
    long started = parts.time().nanoTime();
    try {
      ShippedStream.Request next = stream.take();
      batch = next.batch();
      stream.takeFirstPosition().ifPresent(it -> saveCursor(stream, it));
      if (batch.events().isEmpty()) {
        endOfStream(stream, batch);
        return;
      }
      sent = parts.endpoint().send(next.body());
      lastSent = Optional.of(stream);
    } catch (RuntimeException e) {
      counters.setFailure("cannot read the log of " + stream.key());
      LOG.warn("cannot ship {}; trying again every minute", stream.key(), e);
      postpone(stream);
      return;
    }
    CompletableFuture<Void> ignored =
        sent.handle((response, failure) -> judge.judge(batch, response, failure))
            .thenAcceptAsync(
                verdict -> continueAfter(stream, batch, verdict, started, left), parts.executor());
  }

  /** Reads the next batch of the stream that sent the last one. To be called in idle time. */
  void readAhead() {
    Optional<ShippedStream> stream = lastSent;
    lastSent = Optional.empty();
    try {
      stream.ifPresent(ShippedStream::readAhead);
    } catch (RuntimeException expected) {
      // Reading it again reports the same.
      stream.ifPresent(ShippedStream::close);
    }
  }

  private void endOfStream(ShippedStream stream, Batch batch) {
    if (batch.lostBytes() > 0) {
      advance(stream, batch);
      saveCursor(stream, batch.position());
    }
    if (stream.isFlushing() && !batch.complete()) {
      // The end of an event that was unfinished when it was read, before the flush.
      deactivate(stream, ShippedStream.State.QUEUED);
      return;
    }
    stream.endFlush();
    deactivate(stream, ShippedStream.State.IDLE);
    completeFlushes();
  }

  private void deactivate(ShippedStream stream, ShippedStream.State next) {
    stream.close();
    active--;
    if (next == ShippedStream.State.QUEUED) {
      enqueue(stream);
    } else {
      stream.enter(next);
    }
  }

  private void postpone(ShippedStream stream) {
    deactivate(stream, ShippedStream.State.IDLE);
    stream.refuse(parts.time().nanoTime() + REFUSED_RETRY_INTERVAL.toNanos());
  }

  private void continueAfter(
      ShippedStream stream, Batch batch, ResponseJudge.Verdict verdict, long started, int left) {
    switch (verdict.kind()) {
      case SHIPPED, DROPPED -> {
        parts.backoff().recordSuccess();
        counters.addBatch(batch.events().size() - verdict.droppedEvents(), verdict);
        advance(stream, batch);
        boolean ahead = left > 1 && stream.isAhead();
        if (ahead) {
          // The position is saved while the next batch is on its way.
          sendBatch(stream, left - 1);
        }
        saveCursor(stream, batch.position());
        if (left <= 1) {
          deactivate(stream, ShippedStream.State.QUEUED);
        } else if (!ahead) {
          sendBatch(stream, left - 1);
        }
      }
      case TOO_LARGE -> {
        counters.addRetry(verdict.reason());
        stream.halve(batch.events().size());
        deactivate(stream, ShippedStream.State.QUEUED);
      }
      case REFUSED -> {
        counters.addRetry(verdict.reason());
        postpone(stream);
        giveUpFlushes();
      }
      case FAILED -> {
        counters.addRetry(verdict.reason());
        parts.backoff().recordFailure(started, verdict.retryAfter());
        deactivate(stream, ShippedStream.State.QUEUED);
        giveUpFlushes();
      }
    }
    sendNext();
  }

  private void advance(ShippedStream stream, Batch batch) {
    stream.advance(batch.position());
    counters.addLost(batch.lostBytes());
    if (batch.lostBytes() > 0) {
      LOG.warn(
          "{} bytes of {} were deleted before they were shipped", batch.lostBytes(), stream.key());
    }
  }

  /** Saves a position, or keeps it until the next poll if the disk is full. */
  private void saveCursor(ShippedStream stream, String position) {
    try {
      parts.cursors().save(stream.key(), position);
      unsaved.remove(stream.key());
    } catch (LuhprocException e) {
      // Once: more lines would keep the disk full.
      if (unsaved.isEmpty()) {
        LOG.warn("cannot record what was shipped; retrying", e);
      }
      unsaved.put(stream.key(), position);
      counters.setFailure("cannot save a cursor");
    }
  }

  private void saveUnsaved() {
    for (ShippedStream stream : streams.values()) {
      String position = unsaved.get(stream.key());
      if (position != null) {
        saveCursor(stream, position);
      }
    }
  }

  // Flush.

  /**
   * Ships all lines of streams, also incomplete ones, as soon as possible.
   *
   * @param last whether the scheduler is closed afterwards: the first failure ends the flush
   * @return completes with whether all were shipped
   */
  CompletableFuture<Boolean> flush(Predicate<StreamKey> selected, boolean last) {
    closing |= last;
    updateStreams();
    for (ShippedStream stream : streams.values()) {
      if (selected.test(stream.key())) {
        stream.flush();
        if (stream.isWaiting()) {
          enqueue(stream);
        }
      }
    }
    Flush flush = new Flush(selected, new CompletableFuture<>());
    flushes.add(flush);
    parts.backoff().permitNow();
    sendNext();
    completeFlushes();
    return flush.done();
  }

  private void completeFlushes() {
    flushes.removeIf(
        flush -> {
          boolean waiting =
              streams.values().stream()
                  .anyMatch(it -> it.isFlushing() && flush.selected().test(it.key()));
          boolean removed = !waiting;
          if (removed) {
            boolean ignored = flush.done().complete(true);
          }
          return removed;
        });
  }

  private void giveUpFlushes() {
    if (closing) {
      flushes.forEach(
          it -> {
            boolean ignored = it.done().complete(false);
          });
      flushes.clear();
    }
  }

  /** Closes the files. */
  void close() {
    closing = true;
    streams.values().forEach(ShippedStream::close);
  }
}
