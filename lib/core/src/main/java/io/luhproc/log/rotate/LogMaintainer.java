package io.luhproc.log.rotate;

import static java.nio.file.StandardOpenOption.READ;

import io.luhproc.log.LogPolicy;
import io.luhproc.log.LogStream;
import io.luhproc.log.file.IndexFile;
import io.luhproc.log.file.IndexHeader;
import io.luhproc.log.file.LogFiles;
import io.luhproc.posix.LockFile;
import io.luhproc.posix.Posix;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
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
 * <p>The maintainer holds a lock on {@code out.lock}; while another one holds it, it changes
 * nothing. If the index is lost, it is restored; if the directory is deleted, ticks do nothing
 * until it reappears.
 *
 * <p>If another program truncates or replaces the active file, its content is lost, rotated files
 * are kept and absolute offsets continue from the length last seen. Opening a file with {@code
 * O_TRUNC}, as the shell does for {@code echo >/dev/stderr}, truncates it. A truncated file that
 * has grown beyond its old size before the next tick is recognized by its first 64 bytes.
 *
 * <p>If a process writes faster than the bytes can be copied, those that retention would delete at
 * once are dropped instead; the next rotated file begins with a line that says how many.
 */
public final class LogMaintainer implements AutoCloseable {
  private static final Duration EXPIRE_INTERVAL = Duration.ofMinutes(1);
  private static final int ROTATIONS_PER_TICK = 16;
  // More than a collapse leaves.
  private static final long DAILY_HOLE_BYTES = 8192;
  // The kernel need not have bytes on the disk yet that are younger than this, see
  // vm.dirty_writeback_centisecs in the kernel's admin-guide/sysctl/vm.rst.
  private static final Duration UNSAFE_AGE = Duration.ofSeconds(5);
  private static final List<MaintenanceStep> DUE_STEPS =
      List.of(
          MaintenanceStep.ROTATE,
          MaintenanceStep.EXPIRE,
          MaintenanceStep.COMPRESS,
          MaintenanceStep.INDEX);

  private final LogFiles files;
  private final LogPolicy policy;
  private final MaintenanceContext context;
  private final IndexFile indexFile;
  private final DailyRotation daily;
  private final LogRotator rotator;
  private final LogRetention retention;
  private final SteadyClock clock;
  private final TickSchedule schedule;
  private final ActiveFileIdentity identity;
  private final TimeIndexWriter timeIndex;
  private final LockFile lock;
  private final Set<MaintenanceStep> failingSteps = EnumSet.noneOf(MaintenanceStep.class);

  private @Nullable IndexHeader header;
  private long lastEndOffset;
  private long lastFullNanos;
  // No byte that is not rotated yet is older than this; empty if that is unknown.
  private OptionalLong oldestByteNanos;
  private @Nullable Instant lastExpireTime;
  private boolean compressionPending;
  private boolean rotationPending;
  private boolean dropping;
  private boolean closing;

  private LogMaintainer(
      LogFiles files, LogPolicy policy, MaintenanceContext context, OptionalLong emptyNanos) {
    this.oldestByteNanos = emptyNanos;
    this.files = files;
    this.policy = policy;
    this.context = context;
    this.indexFile = new IndexFile(files);
    this.clock = new SteadyClock(context.time());
    this.daily = new DailyRotation(files, clock, policy.name(), context.onCheckpoint());
    this.rotator = new LogRotator(files, context, clock, daily);
    this.retention = new LogRetention(files, policy, context, clock);
    this.schedule = new TickSchedule(policy, context.growth());
    this.identity = new ActiveFileIdentity(files);
    this.timeIndex = new TimeIndexWriter(files, indexFile, context.time());
    this.lock = new LockFile(files.lockFile());
  }

  /** A part of a tick that can fail by itself; its failure is logged once until it succeeds. */
  private enum MaintenanceStep {
    RECOVER,
    LOOK,
    VERIFY,
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
    return open(files, policy, context, OptionalLong.empty());
  }

  /**
   * Opens a maintainer.
   *
   * @param emptyNanos when the active file was known to be empty
   */
  static LogMaintainer open(
      LogFiles files, LogPolicy policy, MaintenanceContext context, OptionalLong emptyNanos) {
    LogMaintainer maintainer = new LogMaintainer(files, policy, context, emptyNanos);
    try {
      maintainer.runStep(MaintenanceStep.RECOVER);
      return maintainer;
    } catch (RuntimeException | Error e) {
      maintainer.lock.close();
      throw e;
    }
  }

  /**
   * Rotates, deletes, compresses and indexes as far as due. An I/O failure is logged, once until
   * the step succeeds again, and retried by the next call.
   *
   * <p>A call less than a second after the last one costs only a stat(2) unless the active file is
   * full.
   *
   * @return the delay before the next call: 1 s if the stream does not grow, down to 1 ms while it
   *     grows fast
   */
  public Duration tick() {
    if (header == null) {
      runStep(MaintenanceStep.RECOVER);
    }
    if (header == null) {
      return TickSchedule.QUIET_DELAY;
    }
    runStep(MaintenanceStep.LOOK);
    if (isFullTickDue()) {
      lastFullNanos = context.time().nanoTime();
      runStep(MaintenanceStep.VERIFY);
      runDueSteps();
    }
    return nextDelay();
  }

  private void runDueSteps() {
    for (MaintenanceStep step : DUE_STEPS) {
      if (header == null) {
        return;
      }
      runStep(step);
    }
  }

  private boolean isFullTickDue() {
    return rotationPending
        || compressionPending
        || isFailing()
        || context.time().nanoTime() - lastFullNanos >= TickSchedule.QUIET_DELAY.toNanos();
  }

  /** Returns whether a step failed and must be retried. */
  boolean isFailing() {
    return !failingSteps.isEmpty();
  }

  /** Returns whether a tick has work even if the process writes nothing. */
  boolean hasPendingWork() {
    return rotationPending || compressionPending || timeIndex.isPending() || isFailing();
  }

  /** Returns the longest delay to the next tick of a stream that grows. */
  Duration busyDelay() {
    return schedule.busyDelay();
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
      case LOOK -> look();
      case VERIFY -> verify();
      case ROTATE -> rotate();
      case EXPIRE -> expire();
      case COMPRESS ->
          compressionPending =
              policy.gzip() && (!schedule.allowsCompression() || retention.compressOne());
      case INDEX -> timeIndex.update(requireHeader(), identity, closing);
    }
  }

  private void recover() throws IOException {
    if (!Files.isDirectory(files.directory())) {
      return;
    }
    lock.acquire();
    IndexHeader found = indexFile.readHeader();
    if (found.isAbsent()) {
      found = restoreIndex();
    }
    found = rotator.resume(found);
    retention.deleteLeftovers();
    timeIndex.open();
    if (!isFrontIntact(found.punchedBytes())) {
      // Truncated while there was no maintainer.
      long newBase = Math.max(found.baseOffset() + found.punchedBytes(), timeIndex.lastOffset());
      found = rotator.writeHeader(found.committed(newBase, 0));
    }
    header = found;
    boolean ignored = identity.refresh();
    lastEndOffset = Math.max(found.baseOffset() + files.activeSize(), lastEndOffset);
    schedule.start(lastEndOffset, context.time().nanoTime());
    lastFullNanos = context.time().nanoTime() - TickSchedule.QUIET_DELAY.toNanos();
  }

  private boolean isFrontIntact(long punchedBytes) throws IOException {
    if (punchedBytes == 0) {
      return true;
    }
    try (FileChannel active = files.openActive(READ)) {
      return LogFiles.canBeginWithHole(active, punchedBytes);
    } catch (NoSuchFileException expected) {
      return false;
    }
  }

  /** Writes the index again as it was if it was lost; creates one for another active file. */
  private IndexHeader restoreIndex() throws IOException {
    IndexHeader last = rotator.lastHeader();
    if (last == null || !identity.isSameFile()) {
      lastEndOffset = 0;
      return new LostIndex(files, indexFile).initialize();
    }
    indexFile.rewrite(last, List.of());
    return last;
  }

  /** Measures the growth of the stream; a file that became shorter was truncated. */
  private void look() throws IOException {
    IndexHeader current = requireHeader();
    long size = files.activeSize();
    long end = current.baseOffset() + size;
    schedule.measure(end, context.time().nanoTime());
    rotationPending = size - current.punchedBytes() > policy.maxBytes() || end < lastEndOffset;
    timeIndex.onEndOffset(end);
    lastEndOffset = Math.max(lastEndOffset, end);
  }

  /** Recovers if the index was lost or changed by another maintainer, or the lock was lost. */
  private void verify() throws IOException {
    if (indexFile.readHeader().equals(header)) {
      lock.acquire();
    } else {
      header = null;
      recover();
    }
  }

  private void rotate() throws IOException {
    IndexHeader current = rotator.skipHole(detectTruncation(requireHeader()));
    if (!current.equals(header)) {
      header = current;
      lastEndOffset = current.baseOffset() + files.activeSize();
      boolean ignored = identity.refresh();
    }
    boolean dropped = false;
    long due = bytesToRotate(current);
    for (int i = 0; i < ROTATIONS_PER_TICK && due > 0; i++) {
      current = dropSurplus(current);
      dropped |= !current.equals(header);
      header = current;
      // Before the copy, so that both together do not exceed the policy.
      retention.keepNewest(policy.maxBackups() - 1);
      current = rotator.rotate(current, due, mustSync(), !isFlood(dropped));
      header = current;
      oldestByteNanos = OptionalLong.of(context.time().nanoTime());
      boolean ignored = identity.refresh();
      lastExpireTime = null;
      due = bytesToRotate(current);
    }
    dropping = dropped;
    if (!isFlood(dropped) && current.punchedBytes() > maxHoleBytes()) {
      header = rotator.collapseHole(current);
      boolean ignored = identity.refresh();
    }
    rotationPending = activeBytes(requireHeader()) > policy.maxBytes();
  }

  /** Returns how much of the front is full or of an earlier day, at most a file; 0 if none is. */
  private long bytesToRotate(IndexHeader current) throws IOException {
    if (daily.isDue()) {
      timeIndex.update(current, identity, true);
      long past = daily.pastBytes(current);
      if (past > 0) {
        return Math.min(past, policy.maxBytes());
      }
    }
    return activeBytes(current) > policy.maxBytes() ? policy.maxBytes() : 0;
  }

  /** A file that is rotated as a whole when a day is over cannot be collapsed at once. */
  private long maxHoleBytes() {
    return policy.name().isPresent() ? DAILY_HOLE_BYTES : policy.maxBytes();
  }

  private boolean isFlood(boolean dropped) {
    return dropped || schedule.isFlood();
  }

  /** A sync protects bytes that are on the disk already from being lost with the machine. */
  private boolean mustSync() {
    return oldestByteNanos.isEmpty()
        || context.time().nanoTime() - oldestByteNanos.getAsLong() >= UNSAFE_AGE.toNanos();
  }

  /** Drops the bytes that retention would delete once the rest of the active file is rotated. */
  private IndexHeader dropSurplus(IndexHeader current) throws IOException {
    double parts = (double) activeBytes(current) / policy.maxBytes();
    if (parts <= policy.maxBackups() + 1) {
      return current;
    }
    long surplus = activeBytes(current) - policy.maxBackups() * policy.maxBytes();
    retention.keepNewest(0);
    IndexHeader dropped = rotator.drop(current, surplus);
    if (!dropping) {
      dropping = true;
      LoggerFactory.getLogger(LogMaintainer.class)
          .warn(
              "{}: dropped {} bytes, because the process writes faster than they can be rotated",
              files.activeFile(),
              rotator.droppedInTotal());
    }
    return dropped;
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
    boolean shortened = current.baseOffset() + files.activeSize() < lastEndOffset;
    boolean replaced = identity.refresh();
    if (!shortened && !replaced) {
      return current;
    }
    LoggerFactory.getLogger(LogMaintainer.class)
        .warn("{} was truncated by another program; its content is lost", files.activeFile());
    header = rotator.writeHeader(current.committed(lastEndOffset, 0));
    return requireHeader();
  }

  private void expire() throws IOException {
    Instant now = clock.now();
    if (lastExpireTime == null || !now.isBefore(lastExpireTime.plus(EXPIRE_INTERVAL))) {
      retention.deleteExpired();
      lastExpireTime = now;
    }
  }

  private Duration nextDelay() {
    IndexHeader current = header;
    if (current == null || isFailing()) {
      return TickSchedule.QUIET_DELAY;
    }
    if (rotationPending) {
      return TickSchedule.MIN_DELAY;
    }
    return schedule.nextDelay(lastEndOffset - current.baseOffset() - current.punchedBytes());
  }

  /** Indexes the last lines and releases the lock. */
  @Override
  public void close() {
    if (header != null) {
      closing = true;
      runStep(MaintenanceStep.INDEX);
    }
    lock.close();
  }

  /** Releases the lock without a last entry of the index: the directory was deleted. */
  void releaseLock() {
    lock.close();
  }
}
