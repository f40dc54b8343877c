package io.luhproc.daemon.ship;

import io.luhproc.LuhprocException;
import io.luhproc.daemon.config.ShippingConfig;
import io.luhproc.log.LogCursor;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.LoggerFactory;

/** A stream and how far it was shipped. Its file is open only while it is being shipped. */
final class ShippedStream {
  // About 100 short lines: fewer wait for the time of a batch.
  private static final long EAGER_BYTES = 8 << 10;
  // So that a batch that is read ahead is not smaller than it would be later.
  private static final long MIN_BYTES_AHEAD = 256 << 10;

  /** What a stream does. */
  enum State {
    /** Waits for lines. */
    IDLE,
    /** Waits in the queue of the scheduler. */
    QUEUED,
    /** Its next batch is read or sent. */
    ACTIVE,
    /** Waits before a batch is sent again that was refused. */
    REFUSED
  }

  private final StreamKey key;
  private final ShippingConfig config;
  private final UnaryOperator<String> mask;
  private Optional<String> position;
  private Optional<EventReader> reader = Optional.empty();
  // Was read while the one before was on its way.
  private Optional<Request> ahead = Optional.empty();
  private State state = State.IDLE;
  private boolean begun;
  private boolean flushing;
  private int lines;
  private long retryAtNanos;

  // At the last poll; quiet if that was so at the one before.
  private FileState seen = FileState.MISSING;
  private boolean quiet;
  // When all was shipped; anything else is a change, first seen at changedNanos.
  private FileState drained = FileState.MISSING;
  private boolean changed;
  private long changedNanos;
  // When the first line was written that is not shipped, or seen if it was not read yet.
  private Optional<Instant> oldest = Optional.empty();
  // Before and after the read of the batch that is on its way.
  private FileState beforeRead = FileState.MISSING;
  private long unreadBytes;
  // When the number of bytes after the saved position was known.
  private FileState measured = FileState.MISSING;
  private long measuredLag;

  ShippedStream(
      StreamKey key, Optional<String> position, ShippingConfig config, UnaryOperator<String> mask) {
    this.key = key;
    this.position = position;
    this.config = config;
    this.mask = mask;
    this.lines = config.batchLines();
  }

  /** A batch to be sent. */
  static final class Request {
    private final Batch batch;
    private final byte[] body;
    // The active file before it was read.
    private final FileState before;

    private Request(Batch batch, byte[] body, FileState before) {
      this.batch = batch;
      this.body = body;
      this.before = before;
    }

    Batch batch() {
      return batch;
    }

    /** Returns the encoded events, empty if there are none. */
    byte[] body() {
      return body;
    }
  }

  StreamKey key() {
    return key;
  }

  State state() {
    return state;
  }

  /** Returns whether it waits for lines, or before a refused batch is sent again. */
  boolean isWaiting() {
    return state == State.IDLE || state == State.REFUSED;
  }

  void enter(State next) {
    state = next;
  }

  boolean isFlushing() {
    return flushing;
  }

  /** Makes everything be shipped soon, also an incomplete last line. */
  void flush() {
    flushing = true;
  }

  /** Looks at the file. Returns whether a batch is due. */
  boolean poll(TimeSource time, Duration batchTime) {
    long nowNanos = time.nanoTime();
    FileState now = FileState.of(key.activeFile());
    quiet = now.equals(seen);
    seen = now;
    if (state == State.REFUSED) {
      return retryAtNanos - nowNanos <= 0;
    }
    if (now.equals(drained)) {
      oldest = Optional.empty();
    }
    if (now.equals(drained) && !flushing) {
      changed = false;
      return false;
    }
    if (!changed) {
      changed = true;
      changedNanos = nowNanos;
      oldest = Optional.of(time.now());
    }
    boolean many = now.size() < drained.size() || now.size() - drained.size() >= EAGER_BYTES;
    return flushing || many || nowNanos - changedNanos >= batchTime.toNanos();
  }

  /** Waits before the refused batch is sent again. */
  void refuse(long untilNanos) {
    state = State.REFUSED;
    retryAtNanos = untilNanos;
  }

  /** Reads the next batch while one is on its way, if the file has enough for that. */
  void readAhead() {
    if (state == State.ACTIVE && ahead.isEmpty() && unreadBytes >= MIN_BYTES_AHEAD) {
      ahead = Optional.of(read());
    }
  }

  /** Returns whether the next batch was read and has events. */
  boolean isAhead() {
    return ahead.isPresent() && !ahead.get().batch.events().isEmpty();
  }

  /** Takes the next batch, which is read from the saved position if the file is not open. */
  Request take() {
    Request next = ahead.isPresent() ? ahead.get() : read();
    ahead = Optional.empty();
    Batch batch = next.batch;
    beforeRead = next.before;
    unreadBytes = batch.unreadBytes();
    if (!batch.events().isEmpty()) {
      // The time index may not have the line yet: it was written before it was seen.
      Instant written = batch.events().get(0).time();
      oldest = oldest.filter(it -> it.isBefore(written)).or(() -> Optional.of(written));
    }
    if (batch.events().isEmpty() && batch.complete()) {
      drained = beforeRead;
      changed = false;
      oldest = Optional.empty();
    }
    return next;
  }

  private Request read() {
    if (reader.isEmpty()) {
      LogCursor cursor = LogCursor.open(key.directory(), key.stream(), position);
      reader = Optional.of(new EventReader(cursor, config.multiline(), mask));
      if (position.isEmpty()) {
        // So that what is lost before anything is shipped is known, too.
        position = Optional.of(cursor.position());
        begun = true;
      }
    }
    FileState before = FileState.of(key.activeFile());
    boolean ended = flushing || (quiet && before.equals(seen));
    Batch batch = reader.get().read(lines, ended);
    byte[] body =
        batch.events().isEmpty()
            ? new byte[0]
            : BatchFormat.of(config.format()).encode(key, batch.events());
    return new Request(batch, body, before);
  }

  /** Returns the position at which shipping began, once. */
  Optional<String> takeFirstPosition() {
    Optional<String> first = begun ? position : Optional.empty();
    begun = false;
    return first;
  }

  /** Goes on after a batch that is done with. */
  void advance(String next) {
    position = Optional.of(next);
    oldest = Optional.empty();
    measured = beforeRead;
    measuredLag = unreadBytes;
    lines = Math.min(config.batchLines(), lines * 2);
  }

  /** Makes the next batch half as large as one that was sent. */
  void halve(int sent) {
    lines = Math.max(1, sent / 2);
  }

  /** Closes the file. The next batch begins at the saved position. */
  void close() {
    ahead = Optional.empty();
    try {
      reader.ifPresent(EventReader::close);
    } catch (LuhprocException e) {
      LoggerFactory.getLogger(ShippedStream.class).warn("cannot close the log of {}", key, e);
    }
    reader = Optional.empty();
  }

  /** Ends a flush. */
  void endFlush() {
    flushing = false;
  }

  /** Returns when the oldest line was written that is not shipped; empty if all are shipped. */
  Optional<Instant> oldest() {
    return oldest;
  }

  /** Returns about how many bytes are not shipped. */
  long lag() {
    if (seen.equals(drained)) {
      return 0;
    }
    if (seen.equals(FileState.MISSING)) {
      return measuredLag;
    }
    if (seen.size() < measured.size() || measured.equals(FileState.MISSING)) {
      // Rotated since then.
      try (LogCursor cursor = LogCursor.open(key.directory(), key.stream(), position)) {
        measuredLag = cursor.unreadBytes();
        measured = seen;
      }
    }
    return measuredLag + seen.size() - measured.size();
  }
}
