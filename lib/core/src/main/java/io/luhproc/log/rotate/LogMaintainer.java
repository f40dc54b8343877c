package io.luhproc.log.rotate;

import static java.nio.file.StandardOpenOption.READ;

import io.luhproc.log.LogPolicy;
import io.luhproc.log.LogStream;
import io.luhproc.log.file.IndexFile;
import io.luhproc.log.file.IndexHeader;
import io.luhproc.log.file.LogFiles;
import io.luhproc.log.file.RotatedFile;
import io.luhproc.log.file.RotationIntent;
import io.luhproc.log.file.TimeIndex;
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
 * Keeps one stream of a process directory within its {@link LogPolicy}: moves the front of the
 * active file to rotated files without involving the writer, writes the time index, deletes and
 * compresses rotated files.
 *
 * <p>A stream has at most one maintainer at a time, in all processes together. A maintainer has no
 * thread: its owner calls {@link #tick()}. Any number of readers may read at the same time. A
 * maintainer may be killed at any moment; the next one completes or undoes what it began.
 *
 * <p>If another program truncates the active file, its content is lost, rotated files are kept and
 * absolute offsets continue from the length last seen. A truncation after which the file grows
 * beyond its old size before the next tick is noticed by the next rotation. Until then readers miss
 * the first bytes, as many as were punched.
 */
public final class LogMaintainer implements AutoCloseable {
  private static final Duration IDLE_INTERVAL = Duration.ofSeconds(1);
  private static final Duration BUSY_INTERVAL = Duration.ofMillis(50);
  private static final Duration EXPIRE_INTERVAL = Duration.ofMinutes(1);
  private static final int ROTATIONS_PER_TICK = 16;
  private static final long MAX_INDEX_BYTES = 1 << 20;
  private static final int MAX_ENTRIES = (int) (MAX_INDEX_BYTES / 2 / IndexFile.ENTRY_BYTES);

  private final LogFiles files;
  private final LogPolicy policy;
  private final MaintenanceContext context;
  private final IndexFile indexFile;
  private final LogRotator rotator;
  private final LogRetention retention;
  private final Set<MaintenanceStep> failingSteps = EnumSet.noneOf(MaintenanceStep.class);

  private @Nullable IndexHeader header;
  private TimeIndex.@Nullable Entry lastEntry;
  private long lastEndOffset;
  private long lastNanos;
  private @Nullable Instant lastExpireTime;
  private boolean compressionPending;
  private boolean entryPending;
  private boolean closing;

  private LogMaintainer(LogFiles files, LogPolicy policy, MaintenanceContext context) {
    this.files = files;
    this.policy = policy;
    this.context = context;
    this.indexFile = new IndexFile(files);
    this.rotator = new LogRotator(files, context);
    this.retention = new LogRetention(files, policy, context);
  }

  /** A part of a tick that can fail by itself; its failure is logged once until it succeeds. */
  private enum MaintenanceStep {
    RECOVER,
    ROTATE,
    EXPIRE,
    COMPRESS,
    INDEX
  }

  /**
   * Opens the maintainer of a stream and recovers from a killed one. I/O failures are logged and
   * retried by {@link #tick()}, never thrown.
   */
  public static LogMaintainer open(
      Path directory, LogStream stream, LogPolicy policy, TimeSource time, Posix posix) {
    return open(
        new LogFiles(directory, stream.prefix()),
        policy,
        new MaintenanceContext(time, posix, checkpoint -> {}));
  }

  static LogMaintainer open(LogFiles files, LogPolicy policy, MaintenanceContext context) {
    LogMaintainer maintainer = new LogMaintainer(files, policy, context);
    maintainer.runStep(MaintenanceStep.RECOVER);
    maintainer.lastNanos = context.time().nanoTime();
    return maintainer;
  }

  /**
   * Rotates, deletes, compresses and indexes as far as due. An I/O failure is logged, once until
   * the step succeeds again, and retried by the next call.
   *
   * @return the delay before the next call: 1 s, down to 50 ms while the stream grows fast
   */
  public Duration tick() {
    if (header == null) {
      runStep(MaintenanceStep.RECOVER);
    }
    if (header == null) {
      return IDLE_INTERVAL;
    }
    runStep(MaintenanceStep.ROTATE);
    runStep(MaintenanceStep.EXPIRE);
    runStep(MaintenanceStep.COMPRESS);
    runStep(MaintenanceStep.INDEX);
    return nextInterval();
  }

  /** Returns whether a step failed and must be retried. */
  boolean isFailing() {
    return !failingSteps.isEmpty();
  }

  /** Returns whether a tick has work even if the process writes nothing. */
  boolean hasPendingWork() {
    return compressionPending || entryPending || isFailing();
  }

  private void runStep(MaintenanceStep step) {
    try {
      executeStep(step);
      failingSteps.remove(step);
    } catch (IOException e) {
      if (failingSteps.add(step)) {
        LoggerFactory.getLogger(LogMaintainer.class)
            .warn(
                "cannot {} {}: {}; retrying",
                step.name().toLowerCase(Locale.ROOT),
                files.activeFile(),
                e.toString());
      }
      if (step == MaintenanceStep.ROTATE || step == MaintenanceStep.INDEX) {
        // The rotation may be half done: recover from the state on disk first.
        header = null;
      }
    }
  }

  /** A switch instead of lambdas, each of which would cost every worker memory. */
  private void executeStep(MaintenanceStep step) throws IOException {
    switch (step) {
      case RECOVER -> recover();
      case ROTATE -> rotate();
      case EXPIRE -> expire();
      case COMPRESS -> compressionPending = retention.compressOne();
      case INDEX -> updateTimeIndex();
    }
  }

  private void recover() throws IOException {
    IndexHeader found = indexFile.readHeader();
    if (found.isAbsent()) {
      found = initializeIndex();
    }
    found = rotator.resume(found);
    retention.deleteLeftovers();
    lastEntry = indexFile.readEntries().lastEntry();
    long size = files.activeSize();
    if (size < found.punchedBytes()) {
      found = rotator.writeHeader(found.committed(found.baseOffset() + found.punchedBytes(), 0));
    }
    header = found;
    lastEndOffset = Math.max(found.baseOffset() + size, lastEndOffset);
  }

  /**
   * Creates an index for a stream without a valid one; offset 0 is the start of the active file.
   */
  private IndexHeader initializeIndex() throws IOException {
    IndexHeader first = new IndexHeader(0, 0, recoverPunchedBytes(), RotationIntent.NONE);
    indexFile.rewrite(first, List.of());
    return first;
  }

  private long recoverPunchedBytes() throws IOException {
    if (Files.notExists(files.activeFile())) {
      return 0;
    }
    try (FileChannel active = files.openActive(READ)) {
      long nuls = LogFiles.countLeadingNuls(active);
      return files.rotatedFiles().isEmpty() && !publishOrphanedCopy(nuls) ? 0 : nuls;
    }
  }

  /**
   * Publishes the copy of an interrupted rotation whose index was lost: the bytes in the active
   * file may be NULs already.
   */
  private boolean publishOrphanedCopy(long nuls) throws IOException {
    for (Path temp : files.tempFiles()) {
      String name = temp.getFileName().toString();
      boolean copy = name.endsWith(".log.tmp") && nuls > 0 && Files.size(temp) <= nuls;
      if (copy) {
        String rotatedName = name.substring(1, name.length() - ".tmp".length());
        Files.move(temp, files.directory().resolve(rotatedName));
        return true;
      }
    }
    return false;
  }

  private void rotate() throws IOException {
    IndexHeader current = detectTruncation(requireHeader());
    for (int i = 0; i < ROTATIONS_PER_TICK && activeBytes(current) > policy.maxBytes(); i++) {
      current = rotator.rotate(current, policy.maxBytes());
      header = current;
      lastExpireTime = null;
      runStep(MaintenanceStep.EXPIRE);
    }
  }

  private IndexHeader requireHeader() throws IOException {
    IndexHeader current = header;
    if (current == null) {
      throw new IOException("not recovered yet");
    }
    return current;
  }

  private long activeBytes(IndexHeader current) throws IOException {
    return files.activeSize() - current.punchedBytes();
  }

  /** If another program truncated the file, offsets continue from the length last seen. */
  private IndexHeader detectTruncation(IndexHeader current) throws IOException {
    if (!isTruncated(current)) {
      return current;
    }
    LoggerFactory.getLogger(LogMaintainer.class)
        .warn("{} was truncated by another program; its content is lost", files.activeFile());
    header = rotator.writeHeader(current.committed(lastEndOffset, 0));
    return requireHeader();
  }

  private boolean isTruncated(IndexHeader current) throws IOException {
    boolean shortened = current.baseOffset() + files.activeSize() < lastEndOffset;
    // A file that has grown beyond its old size since then no longer begins with punched bytes.
    return shortened
        || (current.punchedBytes() > 0
            && activeBytes(current) > policy.maxBytes()
            && !files.activeStartsWithNul());
  }

  private void expire() throws IOException {
    Instant now = context.time().now();
    if (lastExpireTime == null || !now.isBefore(lastExpireTime.plus(EXPIRE_INTERVAL))) {
      retention.deleteExpired();
      lastExpireTime = now;
    }
  }

  /** Appends the length of the stream if it grew: once a second, and on close. */
  private void updateTimeIndex() throws IOException {
    // Clock before size: bytes written between the two count as later.
    long now = context.time().now().toEpochMilli();
    long end = requireHeader().baseOffset() + files.activeSize();
    TimeIndex.Entry previous = lastEntry;
    boolean due =
        previous == null || closing || epochSecond(now) != epochSecond(previous.epochMillis());
    boolean grown = previous == null || end > previous.offset();
    entryPending = grown && !due;
    if (grown && due) {
      appendEntry(
          new TimeIndex.Entry(previous == null ? now : Math.max(now, previous.epochMillis()), end));
    }
  }

  private static long epochSecond(long millis) {
    return Math.floorDiv(millis, 1000L);
  }

  private void appendEntry(TimeIndex.Entry entry) throws IOException {
    if (indexFile.size() > MAX_INDEX_BYTES) {
      IndexHeader current = requireHeader();
      indexFile.rewrite(
          current, indexFile.readEntries().compact(oldestOffset(current), MAX_ENTRIES));
    }
    indexFile.appendEntry(entry);
    lastEntry = entry;
  }

  private long oldestOffset(IndexHeader current) throws IOException {
    long oldest = current.baseOffset() + current.punchedBytes();
    for (RotatedFile rotatedFile : files.rotatedFiles()) {
      oldest -= rotatedFile.uncompressedLength();
    }
    return oldest;
  }

  /** Returns about the time until the active file is full at the current rate of growth. */
  private Duration nextInterval() {
    IndexHeader current = header;
    if (current == null || failingSteps.contains(MaintenanceStep.ROTATE)) {
      return IDLE_INTERVAL;
    }
    try {
      long size = files.activeSize();
      long nanos = context.time().nanoTime();
      long grown = current.baseOffset() + size - lastEndOffset;
      double perNano = (double) grown / Math.max(1, nanos - lastNanos);
      lastEndOffset = current.baseOffset() + size;
      lastNanos = nanos;
      double untilFull = (policy.maxBytes() - (size - current.punchedBytes())) / perNano;
      boolean fillsSoon = untilFull < IDLE_INTERVAL.toNanos();
      return fillsSoon
          ? Duration.ofNanos(Math.max(BUSY_INTERVAL.toNanos(), (long) untilFull))
          : IDLE_INTERVAL;
    } catch (IOException ignored) {
      // The next call meets the same failure and logs it.
      return IDLE_INTERVAL;
    }
  }

  /** Indexes the last lines. No file is open, so there is nothing else to close. */
  @Override
  public void close() {
    if (header != null) {
      closing = true;
      runStep(MaintenanceStep.INDEX);
    }
  }
}
