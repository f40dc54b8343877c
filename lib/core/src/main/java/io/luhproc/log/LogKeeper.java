package io.luhproc.log;

import static java.nio.file.StandardOpenOption.READ;

import io.luhproc.posix.Posix;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Keeps one stream of a process directory within its {@link LogPolicy}: moves the front of the live
 * file to parts without touching the writer, notes the time, deletes and compresses old parts.
 *
 * <p>There must be at most one keeper of a stream at a time, in all processes together. It has no
 * thread: whoever owns it calls {@link #tick()}. Any number of readers may read meanwhile. A keeper
 * may be killed at any moment; the next one finishes what it left.
 */
public final class LogKeeper implements AutoCloseable {
  private static final Duration QUIET = Duration.ofSeconds(1);
  private static final Duration BUSY = Duration.ofMillis(50);
  private static final Duration BETWEEN_EXPIRIES = Duration.ofMinutes(1);
  private static final int MOVES_PER_TICK = 16;
  private static final long LARGEST_INDEX = 1 << 20;
  private static final int MOST_ENTRIES = (int) (LARGEST_INDEX / 2 / IndexFile.ENTRY_BYTES);

  private final LogFiles files;
  private final LogPolicy policy;
  private final KeeperTools tools;
  private final IndexFile index;
  private final Rotation rotation;
  private final Retention retention;
  private final Set<Duty> failing = EnumSet.noneOf(Duty.class);

  private @Nullable IndexHeader header;
  private TimeIndex.@Nullable Entry lastEntry;
  private long lastEnd;
  private long lastNanos;
  private @Nullable Instant lastExpiry;
  private boolean compressing;
  private boolean unnoted;
  private boolean closing;

  private LogKeeper(LogFiles files, LogPolicy policy, KeeperTools tools) {
    this.files = files;
    this.policy = policy;
    this.tools = tools;
    this.index = new IndexFile(files);
    this.rotation = new Rotation(files, tools);
    this.retention = new Retention(files, policy, tools);
  }

  /** What can fail for itself, and is logged once until it works again. */
  private enum Duty {
    RECOVER,
    ROTATE,
    EXPIRE,
    COMPRESS,
    NOTE
  }

  /**
   * Takes over the keeping of a stream and finishes what a killed keeper left. Failures of files
   * are logged and retried by {@link #tick()}, never thrown.
   */
  public static LogKeeper open(
      Path directory, LogStream stream, LogPolicy policy, TimeSource time, Posix posix) {
    return open(new LogFiles(directory, stream), policy, new KeeperTools(time, posix, step -> {}));
  }

  static LogKeeper open(LogFiles files, LogPolicy policy, KeeperTools tools) {
    LogKeeper keeper = new LogKeeper(files, policy, tools);
    keeper.fulfil(Duty.RECOVER);
    keeper.lastNanos = tools.time().nanoTime();
    return keeper;
  }

  /**
   * Does what is due. Failures of files are logged, once until it works again, and retried by the
   * next call.
   *
   * @return how long to wait before the next call: 1 s, down to 50 ms while the stream grows fast
   */
  public Duration tick() {
    if (header == null) {
      fulfil(Duty.RECOVER);
    }
    if (header == null) {
      return QUIET;
    }
    fulfil(Duty.ROTATE);
    fulfil(Duty.EXPIRE);
    fulfil(Duty.COMPRESS);
    fulfil(Duty.NOTE);
    return untilNext();
  }

  /** Returns whether something went wrong and is to be tried again. */
  boolean isFailing() {
    return !failing.isEmpty();
  }

  /** Returns whether a tick may find something to do although nobody writes. */
  boolean hasMore() {
    return compressing || unnoted || isFailing();
  }

  private void fulfil(Duty duty) {
    try {
      perform(duty);
      failing.remove(duty);
    } catch (IOException e) {
      if (failing.add(duty)) {
        LoggerFactory.getLogger(LogKeeper.class)
            .warn(
                "cannot {} {}: {}; trying again",
                duty.name().toLowerCase(Locale.ROOT),
                files.live(),
                e.toString());
      }
      if (duty == Duty.ROTATE || duty == Duty.NOTE) {
        // It may have stopped between two steps: look at what is on disk before going on.
        header = null;
      }
    }
  }

  /**
   * Not by lambdas: this runs in every worker, where each of them takes memory for all its life.
   */
  private void perform(Duty duty) throws IOException {
    switch (duty) {
      case RECOVER -> recover();
      case ROTATE -> rotate();
      case EXPIRE -> expire();
      case COMPRESS -> compressing = retention.compressOne();
      case NOTE -> note();
    }
  }

  private void recover() throws IOException {
    IndexHeader found = index.header();
    if (found.sequence() < 0) {
      found = begin();
    }
    found = rotation.finish(found);
    retention.clean();
    lastEntry = index.entries().last();
    long size = files.liveSize();
    if (size < found.hole()) {
      found = rotation.write(found.steady(found.base() + found.hole(), 0));
    }
    header = found;
    lastEnd = Math.max(found.base() + size, lastEnd);
  }

  /** There is no index that can be read: what lies in the live file is the beginning. */
  private IndexHeader begin() throws IOException {
    IndexHeader first = new IndexHeader(0, 0, lostHole(), Move.NONE);
    index.replace(first, List.of());
    return first;
  }

  private long lostHole() throws IOException {
    if (Files.notExists(files.live())) {
      return 0;
    }
    try (FileChannel live = files.openLive(READ)) {
      long nuls = LiveFile.leadingNuls(live);
      return files.parts().isEmpty() && !namedLostCopy(nuls) ? 0 : nuls;
    }
  }

  /** With the index lost in the middle of a move, a copy may be all there is of those bytes. */
  private boolean namedLostCopy(long nuls) throws IOException {
    for (Path temp : files.temps()) {
      String name = temp.getFileName().toString();
      boolean copy = name.endsWith(".log.tmp") && nuls > 0 && Files.size(temp) <= nuls;
      if (copy) {
        String part = name.substring(1, name.length() - ".tmp".length());
        Files.move(temp, files.directory().resolve(part));
        return true;
      }
    }
    return false;
  }

  private void rotate() throws IOException {
    IndexHeader current = noticeTruncation(current());
    for (int i = 0; i < MOVES_PER_TICK && liveBytes(current) > policy.maxBytes(); i++) {
      current = rotation.moveFront(current, policy.maxBytes());
      header = current;
      lastExpiry = null;
      fulfil(Duty.EXPIRE);
    }
  }

  private IndexHeader current() throws IOException {
    IndexHeader current = header;
    if (current == null) {
      throw new IOException("not recovered yet");
    }
    return current;
  }

  private long liveBytes(IndexHeader current) throws IOException {
    return files.liveSize() - current.hole();
  }

  /** Somebody else emptied the file: offsets go on from where it ended when we last looked. */
  private IndexHeader noticeTruncation(IndexHeader current) throws IOException {
    if (current.base() + files.liveSize() >= lastEnd) {
      return current;
    }
    LoggerFactory.getLogger(LogKeeper.class)
        .warn("{} was shortened by somebody else; what was in it is lost", files.live());
    header = rotation.write(current.steady(lastEnd, 0));
    return current();
  }

  private void expire() throws IOException {
    Instant now = tools.time().now();
    if (lastExpiry == null || !now.isBefore(lastExpiry.plus(BETWEEN_EXPIRIES))) {
      retention.expire();
      lastExpiry = now;
    }
  }

  /** Notes how long the stream is, if it grew; once a second unless it is the last time. */
  private void note() throws IOException {
    // The clock before the size: what is written between the two counts as later.
    long now = tools.time().now().toEpochMilli();
    long end = current().base() + files.liveSize();
    TimeIndex.Entry before = lastEntry;
    boolean due = before == null || closing || second(now) != second(before.millis());
    boolean grown = before == null || end > before.offset();
    unnoted = grown && !due;
    if (grown && due) {
      append(new TimeIndex.Entry(before == null ? now : Math.max(now, before.millis()), end));
    }
  }

  private static long second(long millis) {
    return Math.floorDiv(millis, 1000L);
  }

  private void append(TimeIndex.Entry entry) throws IOException {
    if (index.size() > LARGEST_INDEX) {
      IndexHeader current = current();
      index.replace(current, index.entries().keep(oldestOffset(current), MOST_ENTRIES));
    }
    index.append(entry);
    lastEntry = entry;
  }

  private long oldestOffset(IndexHeader current) throws IOException {
    long oldest = current.base() + current.hole();
    for (Part part : files.parts()) {
      oldest -= part.length();
    }
    return oldest;
  }

  /** About the time until the live file is full, were it to grow on as since the last call. */
  private Duration untilNext() {
    IndexHeader current = header;
    if (current == null || failing.contains(Duty.ROTATE)) {
      return QUIET;
    }
    try {
      long size = files.liveSize();
      long nanos = tools.time().nanoTime();
      long grown = current.base() + size - lastEnd;
      double perNano = (double) grown / Math.max(1, nanos - lastNanos);
      lastEnd = current.base() + size;
      lastNanos = nanos;
      double untilFull = (policy.maxBytes() - (size - current.hole())) / perNano;
      boolean late = untilFull < QUIET.toNanos();
      return late ? Duration.ofNanos(Math.max(BUSY.toNanos(), (long) untilFull)) : QUIET;
    } catch (IOException ignored) {
      // The next call meets the same failure and logs it.
      return QUIET;
    }
  }

  /** Notes the time of the last lines. Keeps nothing open, so there is nothing that could fail. */
  @Override
  public void close() {
    if (header != null) {
      closing = true;
      fulfil(Duty.NOTE);
    }
  }
}
