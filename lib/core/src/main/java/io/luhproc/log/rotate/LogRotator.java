package io.luhproc.log.rotate;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.luhproc.log.file.IndexFile;
import io.luhproc.log.file.IndexHeader;
import io.luhproc.log.file.LogFiles;
import io.luhproc.log.file.RotatedFile;
import io.luhproc.log.file.RotationIntent;
import io.luhproc.log.file.RotationNotice;
import io.luhproc.log.file.TruncationDetector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Moves the front of the active file to a rotated file without involving the writer.
 *
 * <p>The steps are such that the next maintainer can complete them wherever this one is killed:
 *
 * <ol>
 *   <li>copy the bytes to a temporary file and sync it;
 *   <li>header: COPIED, with the rotated file and the split offset;
 *   <li>zero the front of the active file (punch a hole);
 *   <li>publish the copy by rename;
 *   <li>header: PUBLISHED;
 *   <li>remove whole blocks of NULs from the front of the active file (collapse), and fill the rest
 *       of the first block with a {@link RotationNotice};
 *   <li>header: IDLE, with the new base offset and number of punched bytes.
 * </ol>
 *
 * <p>Before step 2, recovery discards the copy. From step 2 on, it keeps the copy and discards the
 * bytes of the active file. Punching twice is harmless, and one byte tells whether the collapse was
 * done ({@link RotationIntent.Collapse}). If the file system cannot collapse (tmpfs, btrfs), steps
 * 5 and 6 are skipped and the hole at the front grows. If it cannot punch, the whole file is copied
 * and truncated; bytes written between the last read and the truncation, some microseconds, are
 * lost.
 *
 * <p>Collapse and truncation move the end of the file, so the file is not collapsed while a {@link
 * PositionalWriterDetector positional writer} is seen; see the package description.
 */
final class LogRotator {
  private static final long BLOCK_BYTES = 4096;
  private static final int WINDOW_BYTES = 64 << 10;
  private static final int MAX_CATCH_UP_COPIES = 16;

  private final LogFiles files;
  private final IndexFile indexFile;
  private final MaintenanceContext context;
  private final SteadyClock clock;
  private final DailyRotation daily;
  private final PositionalWriterDetector positionalWriters;
  private boolean canPunch = true;
  private boolean canCollapse = true;
  private @Nullable IndexHeader lastHeader;
  private long removedBytes;
  private long sizeAfterRemoval;
  private long droppedBytes;
  private long droppedInTotal;

  LogRotator(LogFiles files, MaintenanceContext context, SteadyClock clock, DailyRotation daily) {
    this.daily = daily;
    this.files = files;
    this.indexFile = new IndexFile(files);
    this.context = context;
    this.clock = clock;
    this.positionalWriters = new PositionalWriterDetector(files, context.time());
  }

  /**
   * Rotates about {@code bytes} bytes from the front, split at the end of a line if there is one.
   *
   * @param sync whether to write the copy to the disk before the bytes are removed
   * @param collapse whether to collapse the file: fallocate(2) writes out what the process adds,
   *     and does not catch up with one that writes fast
   */
  IndexHeader rotate(IndexHeader header, long bytes, boolean sync, boolean collapse)
      throws IOException {
    long rotatedAt = nextRotationTime();
    if (!canPunch) {
      return copyAndTruncate(header, rotatedAt);
    }
    RotationIntent intent;
    try (FileChannel active = files.openActive(READ)) {
      long splitOffset =
          ByteScanner.findSplitOffset(active, header.punchedBytes(), header.punchedBytes() + bytes);
      intent =
          new RotationIntent(
              RotationIntent.Phase.COPIED,
              rotatedAt,
              splitOffset,
              collapse ? collapse(active, splitOffset) : RotationIntent.Collapse.NONE);
      copyFront(active, header.punchedBytes(), intent, sync);
    }
    context.onCheckpoint().accept(RotationCheckpoint.COPY_WRITTEN);
    IndexHeader copied = writeHeader(header.withIntent(intent));
    context.onCheckpoint().accept(RotationCheckpoint.INTENT_WRITTEN);
    return punchAndPublish(copied);
  }

  /** Collapses the hole that rotations during a flood left at the front. */
  IndexHeader collapseHole(IndexHeader header) throws IOException {
    List<RotatedFile> rotatedFiles = files.rotatedFiles();
    if (!canCollapse || rotatedFiles.isEmpty()) {
      return header;
    }
    RotationIntent.Collapse collapse;
    try (FileChannel active = files.openActive(READ)) {
      collapse = collapse(active, header.punchedBytes());
    }
    if (collapse.length() == 0) {
      return header;
    }
    long rotatedAt = rotatedFiles.get(rotatedFiles.size() - 1).rotatedAt();
    return collapse(
        writeHeader(
            header.withIntent(
                new RotationIntent(
                    RotationIntent.Phase.PUBLISHED, rotatedAt, header.punchedBytes(), collapse))));
  }

  /**
   * Leaves the hole out of the stream that a positional writer made with its first write after a
   * collapse or a truncation. The bytes before it are rotated; the file is not collapsed again.
   */
  IndexHeader skipHole(IndexHeader header) throws IOException {
    long start = sizeAfterRemoval;
    if (removedBytes == 0 || files.activeSize() <= start) {
      return header;
    }
    long hole = Math.min(removedBytes, files.activeSize() - start);
    boolean found = hole == removedBytes && isHole(start, hole);
    removedBytes = 0;
    if (!found || start < header.punchedBytes()) {
      return header;
    }
    canCollapse = false;
    if (start == header.punchedBytes()) {
      return commit(header, -hole, start + hole);
    }
    RotationIntent intent =
        new RotationIntent(
            RotationIntent.Phase.COPIED,
            nextRotationTime(),
            start,
            new RotationIntent.Collapse(-hole, 0));
    try (FileChannel active = files.openActive(READ)) {
      copyFront(active, header.punchedBytes(), intent, true);
    }
    return punchAndPublish(writeHeader(header.withIntent(intent)));
  }

  private boolean isHole(long from, long length) throws IOException {
    try (FileChannel active = files.openActive(READ)) {
      return ByteScanner.isNul(active, from, length);
    }
  }

  /** Remembers where a positional writer would leave a hole. */
  private void expectHole(long removed) throws IOException {
    removedBytes = removed;
    sizeAfterRemoval = files.activeSize();
  }

  /**
   * Discards about {@code bytes} bytes from the front, without a copy. The next rotated file begins
   * with a notice of it. There must be no rotated file, since all are older.
   */
  IndexHeader drop(IndexHeader header, long bytes) throws IOException {
    long splitOffset;
    try (FileChannel active = files.openActive(READ)) {
      splitOffset =
          ByteScanner.findSplitOffset(active, header.punchedBytes(), header.punchedBytes() + bytes);
    }
    RotationIntent intent =
        new RotationIntent(
            RotationIntent.Phase.PUBLISHED, 0, splitOffset, RotationIntent.Collapse.NONE);
    IndexHeader dropping = writeHeader(header.withIntent(intent));
    context.onCheckpoint().accept(RotationCheckpoint.DROP_INTENT_WRITTEN);
    droppedBytes += splitOffset - header.punchedBytes();
    droppedInTotal += splitOffset - header.punchedBytes();
    return punchDropped(dropping);
  }

  private IndexHeader punchDropped(IndexHeader header) throws IOException {
    long splitOffset = header.intent().splitOffset();
    canPunch = canPunch && context.posix().punchHole(files.activeFile(), 0, splitOffset);
    return commit(header, 0, splitOffset);
  }

  /** Returns the number of bytes that this rotator dropped. */
  long droppedInTotal() {
    return droppedInTotal;
  }

  /** Returns the header that was written or resumed last, null if none was. */
  @Nullable IndexHeader lastHeader() {
    return lastHeader;
  }

  /** Completes or undoes the rotation that is in progress according to a header. */
  IndexHeader resume(IndexHeader header) throws IOException {
    lastHeader = header;
    return switch (header.intent().phase()) {
      case IDLE -> header;
      case COPIED ->
          hasCopy(header) ? punchAndPublish(header) : commit(header, 0, header.punchedBytes());
      case PUBLISHED ->
          header.intent().collapse().length() == 0 ? punchDropped(header) : collapse(header);
      case TRUNCATING -> resumeTruncation(header);
    };
  }

  private boolean hasCopy(IndexHeader header) throws IOException {
    RotationIntent intent = header.intent();
    long length = intent.splitOffset() - header.punchedBytes();
    Path temp = files.plainTempFile(intent.rotatedAt());
    return (Files.exists(temp) && isComplete(temp, length))
        || Files.exists(files.plainFile(intent.rotatedAt()));
  }

  /** A copy with a notice of dropped bytes is longer than the bytes that were copied. */
  private static boolean isComplete(Path copy, long length) throws IOException {
    try (FileChannel file = FileChannel.open(copy)) {
      return file.size() == length
          || (file.size() > length && RotationNotice.startsWithNotice(file));
    }
  }

  /** Returns the time of the next rotated file: now, but after that of every other one. */
  private long nextRotationTime() throws IOException {
    long now = clock.now().toEpochMilli();
    List<RotatedFile> rotatedFiles = files.rotatedFiles();
    return rotatedFiles.isEmpty()
        ? now
        : Math.max(now, rotatedFiles.get(rotatedFiles.size() - 1).rotatedAt() + 1);
  }

  /** Returns no collapse if there is no byte that could tell later whether it was done. */
  private RotationIntent.Collapse collapse(FileChannel active, long splitOffset)
      throws IOException {
    // The rest of the first block must have space for a notice.
    long length =
        Math.max(0, splitOffset - RotationNotice.MIN_FRONT_BYTES) / BLOCK_BYTES * BLOCK_BYTES;
    if (!canCollapse || length == 0 || positionalWriters.isDetected()) {
      return RotationIntent.Collapse.NONE;
    }
    ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES);
    active.read(window, splitOffset);
    for (int i = 0; i < window.position(); i++) {
      if (window.get(i) != 0) {
        return new RotationIntent.Collapse(length, splitOffset + i);
      }
    }
    return RotationIntent.Collapse.NONE;
  }

  private void copyFront(FileChannel active, long from, RotationIntent intent, boolean sync)
      throws IOException {
    Path temp = files.plainTempFile(intent.rotatedAt());
    try (FileChannel target = createTempFile(temp)) {
      writeDropNotice(target);
      transfer(active, from, intent.splitOffset(), target);
      if (sync) {
        target.force(false);
      }
    } catch (IOException e) {
      // The disk may be full: release the space.
      Files.deleteIfExists(temp);
      throw e;
    }
  }

  private void writeDropNotice(FileChannel target) throws IOException {
    if (droppedBytes > 0) {
      writeAll(target, RotationNotice.dropped(droppedBytes, droppedInTotal), 0);
      target.position(target.size());
    }
  }

  private static void writeAll(FileChannel target, byte[] bytes, long at) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      target.write(buffer, at + buffer.position());
    }
  }

  private static FileChannel createTempFile(Path temp) throws IOException {
    return FileChannel.open(
        temp, Set.of(CREATE, TRUNCATE_EXISTING, WRITE), LogFiles.ownerOnlyPermissions());
  }

  private static void transfer(FileChannel active, long from, long to, FileChannel target)
      throws IOException {
    long at = from;
    while (at < to) {
      long count = active.transferTo(at, to - at, target);
      if (count <= 0) {
        throw new IOException("the active file was truncated while its front was copied");
      }
      at += count;
    }
  }

  private IndexHeader punchAndPublish(IndexHeader header) throws IOException {
    RotationIntent intent = header.intent();
    Path temp = files.plainTempFile(intent.rotatedAt());
    // From 0, because a notice may be there: all bytes before the split must be NUL.
    if (!context.posix().punchHole(files.activeFile(), 0, intent.splitOffset())) {
      canPunch = false;
      IndexHeader untouched = commit(header, 0, header.punchedBytes());
      Files.deleteIfExists(temp);
      return untouched;
    }
    context.onCheckpoint().accept(RotationCheckpoint.PUNCHED);
    if (Files.exists(temp)) {
      publish(intent.rotatedAt(), header.baseOffset() + intent.splitOffset());
    }
    droppedBytes = 0;
    context.onCheckpoint().accept(RotationCheckpoint.PUBLISHED);
    long length = intent.collapse().length();
    if (length <= 0) {
      return commit(header, length, intent.splitOffset() - length);
    }
    IndexHeader published =
        writeHeader(header.withIntent(intent.withPhase(RotationIntent.Phase.PUBLISHED)));
    context.onCheckpoint().accept(RotationCheckpoint.COLLAPSE_INTENT_WRITTEN);
    return collapse(published);
  }

  private IndexHeader collapse(IndexHeader header) throws IOException {
    RotationIntent intent = header.intent();
    long length = intent.collapse().length();
    if (!isCollapsed(intent)) {
      canCollapse = context.posix().collapseRange(files.activeFile(), 0, length);
      expectHole(length);
      context.onCheckpoint().accept(RotationCheckpoint.COLLAPSED);
    }
    if (!isCollapsed(intent)) {
      return commit(header, 0, intent.splitOffset());
    }
    long front = intent.splitOffset() - length;
    try (FileChannel active = files.openActive(WRITE)) {
      writeAll(active, RotationNotice.front(files, intent.rotatedAt(), (int) front), 0);
    }
    return commit(header, length, front);
  }

  private boolean isCollapsed(RotationIntent intent) throws IOException {
    try (FileChannel active = files.openActive(READ)) {
      return intent.isCollapsed(active);
    }
  }

  private IndexHeader commit(IndexHeader header, long collapsedBytes, long punchedBytes)
      throws IOException {
    IndexHeader committed =
        writeHeader(header.committed(header.baseOffset() + collapsedBytes, punchedBytes));
    context.onCheckpoint().accept(RotationCheckpoint.COMMITTED);
    return committed;
  }

  IndexHeader writeHeader(IndexHeader header) throws IOException {
    indexFile.writeHeader(header);
    lastHeader = header;
    return header;
  }

  private IndexHeader copyAndTruncate(IndexHeader header, long rotatedAt) throws IOException {
    Path temp = files.plainTempFile(rotatedAt);
    RotationIntent intent =
        new RotationIntent(
            RotationIntent.Phase.TRUNCATING,
            rotatedAt,
            header.punchedBytes(),
            RotationIntent.Collapse.NONE);
    long copied = header.punchedBytes();
    try (FileChannel active = files.openActive(READ, WRITE);
        FileChannel target = createTempFile(temp)) {
      for (int i = 0; i < MAX_CATCH_UP_COPIES && active.size() > copied; i++) {
        long size = active.size();
        transfer(active, copied, size, target);
        copied = size;
      }
      context.onCheckpoint().accept(RotationCheckpoint.COPY_WRITTEN);
      IndexHeader truncating = writeHeader(header.withIntent(intent));
      context.onCheckpoint().accept(RotationCheckpoint.INTENT_WRITTEN);
      long size = active.size();
      transfer(active, copied, size, target);
      target.force(false);
      active.truncate(0);
      expectHole(size);
      context.onCheckpoint().accept(RotationCheckpoint.TRUNCATED);
      return publishTruncatedCopy(truncating, size);
    }
  }

  private IndexHeader publishTruncatedCopy(IndexHeader header, long size) throws IOException {
    publishWhole(header);
    context.onCheckpoint().accept(RotationCheckpoint.PUBLISHED);
    return commit(header, size, 0);
  }

  /** The whole file was rotated, so it has the day of its first byte. */
  private void publishWhole(IndexHeader header) throws IOException {
    publish(header.intent().rotatedAt(), header.baseOffset() + header.punchedBytes() + 1);
  }

  /** Gives a copy its final name, which has the day of the last of the bytes before an offset. */
  private void publish(long rotatedAt, long endOffset) throws IOException {
    daily.assignName(rotatedAt, endOffset);
    Files.move(files.plainTempFile(rotatedAt), files.plainFile(rotatedAt), ATOMIC_MOVE);
  }

  private IndexHeader resumeTruncation(IndexHeader header) throws IOException {
    Path temp = files.plainTempFile(header.intent().rotatedAt());
    long truncatedBytes;
    try (FileChannel active = files.openActive(READ)) {
      truncatedBytes = new TruncationDetector(files).truncatedBytes(header, active);
    }
    if (truncatedBytes > 0 && Files.exists(temp)) {
      publishWhole(header);
    }
    IndexHeader committed =
        truncatedBytes > 0
            ? commit(header, header.punchedBytes() + truncatedBytes, 0)
            : commit(header, 0, header.punchedBytes());
    Files.deleteIfExists(temp);
    return committed;
  }
}
