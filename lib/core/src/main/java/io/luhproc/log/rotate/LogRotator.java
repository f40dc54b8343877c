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
import io.luhproc.log.file.TruncationDetector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Moves the front of the active file to a rotated file without involving the writer.
 *
 * <p>The steps are such that the next maintainer can complete them wherever this one is killed:
 *
 * <ol>
 *   <li>copy the bytes to a temporary file;
 *   <li>header: COPIED, with the rotated file and the split offset;
 *   <li>zero the bytes in the active file (punch a hole);
 *   <li>publish the copy by rename;
 *   <li>header: PUBLISHED;
 *   <li>remove whole blocks of NULs from the front of the active file (collapse);
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
 * <p>Collapse and truncation move the end of the file, so the process must append ({@code
 * O_APPEND}); see the package description.
 */
final class LogRotator {
  private static final long BLOCK_BYTES = 4096;
  private static final int WINDOW_BYTES = 64 << 10;
  private static final int MAX_CATCH_UP_COPIES = 16;

  private final LogFiles files;
  private final IndexFile indexFile;
  private final MaintenanceContext context;
  private boolean canPunch = true;
  private boolean canCollapse = true;

  LogRotator(LogFiles files, MaintenanceContext context) {
    this.files = files;
    this.indexFile = new IndexFile(files);
    this.context = context;
  }

  /**
   * Rotates about {@code bytes} bytes from the front, split at the end of a line if there is one.
   */
  IndexHeader rotate(IndexHeader header, long bytes) throws IOException {
    long rotatedAt = nextRotationTime();
    if (!canPunch) {
      return copyAndTruncate(header, rotatedAt);
    }
    RotationIntent intent;
    try (FileChannel active = files.openActive(READ)) {
      long splitOffset =
          findSplitOffset(active, header.punchedBytes(), header.punchedBytes() + bytes);
      intent =
          new RotationIntent(
              RotationIntent.Phase.COPIED, rotatedAt, splitOffset, collapse(active, splitOffset));
      copyFront(active, header.punchedBytes(), intent);
    }
    context.onCheckpoint().accept(RotationCheckpoint.COPY_WRITTEN);
    IndexHeader copied = writeHeader(header.withIntent(intent));
    context.onCheckpoint().accept(RotationCheckpoint.INTENT_WRITTEN);
    return punchAndPublish(copied);
  }

  /** Completes or undoes the rotation that is in progress according to a header. */
  IndexHeader resume(IndexHeader header) throws IOException {
    return switch (header.intent().phase()) {
      case IDLE -> header;
      case COPIED ->
          hasCopy(header) ? punchAndPublish(header) : commit(header, 0, header.punchedBytes());
      case PUBLISHED -> collapse(header);
      case TRUNCATING -> resumeTruncation(header);
    };
  }

  private boolean hasCopy(IndexHeader header) throws IOException {
    RotationIntent intent = header.intent();
    long length = intent.splitOffset() - header.punchedBytes();
    Path temp = files.plainTempFile(intent.rotatedAt());
    return (Files.exists(temp) && Files.size(temp) == length)
        || Files.exists(files.plainFile(intent.rotatedAt()));
  }

  /** Returns the time of the next rotated file: now, but after that of every other one. */
  private long nextRotationTime() throws IOException {
    long now = context.time().now().toEpochMilli();
    List<RotatedFile> rotatedFiles = files.rotatedFiles();
    return rotatedFiles.isEmpty()
        ? now
        : Math.max(now, rotatedFiles.get(rotatedFiles.size() - 1).rotatedAt() + 1);
  }

  private static long findSplitOffset(FileChannel active, long from, long to) throws IOException {
    ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES);
    for (long high = to; high > from; high -= WINDOW_BYTES) {
      long low = Math.max(from, high - WINDOW_BYTES);
      active.read(window.clear().limit((int) (high - low)), low);
      for (int i = window.position() - 1; i >= 0; i--) {
        if (window.get(i) == '\n') {
          return low + i + 1;
        }
      }
    }
    return to;
  }

  /** Returns no collapse if there is no byte that could tell later whether it was done. */
  private RotationIntent.Collapse collapse(FileChannel active, long splitOffset)
      throws IOException {
    long length = splitOffset / BLOCK_BYTES * BLOCK_BYTES;
    if (!canCollapse || length == 0) {
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

  private void copyFront(FileChannel active, long from, RotationIntent intent) throws IOException {
    Path temp = files.plainTempFile(intent.rotatedAt());
    try (FileChannel target = createTempFile(temp)) {
      transfer(active, from, intent.splitOffset(), target);
    } catch (IOException e) {
      // The disk may be full: release the space.
      Files.deleteIfExists(temp);
      throw e;
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
    if (!context
        .posix()
        .punchHole(
            files.activeFile(),
            header.punchedBytes(),
            intent.splitOffset() - header.punchedBytes())) {
      canPunch = false;
      IndexHeader untouched = commit(header, 0, header.punchedBytes());
      Files.deleteIfExists(temp);
      return untouched;
    }
    context.onCheckpoint().accept(RotationCheckpoint.PUNCHED);
    if (Files.exists(temp)) {
      Files.move(temp, files.plainFile(intent.rotatedAt()), ATOMIC_MOVE);
    }
    context.onCheckpoint().accept(RotationCheckpoint.PUBLISHED);
    if (intent.collapse().length() == 0) {
      return commit(header, 0, intent.splitOffset());
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
      context.onCheckpoint().accept(RotationCheckpoint.COLLAPSED);
    }
    return isCollapsed(intent)
        ? commit(header, length, intent.splitOffset() - length)
        : commit(header, 0, intent.splitOffset());
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
      active.truncate(0);
      context.onCheckpoint().accept(RotationCheckpoint.TRUNCATED);
      return publishTruncatedCopy(truncating, size);
    }
  }

  private IndexHeader publishTruncatedCopy(IndexHeader header, long size) throws IOException {
    long rotatedAt = header.intent().rotatedAt();
    Files.move(files.plainTempFile(rotatedAt), files.plainFile(rotatedAt), ATOMIC_MOVE);
    context.onCheckpoint().accept(RotationCheckpoint.PUBLISHED);
    return commit(header, size, 0);
  }

  private IndexHeader resumeTruncation(IndexHeader header) throws IOException {
    Path temp = files.plainTempFile(header.intent().rotatedAt());
    long truncatedBytes;
    try (FileChannel active = files.openActive(READ)) {
      truncatedBytes = new TruncationDetector(files).truncatedBytes(header, active);
    }
    if (truncatedBytes > 0 && Files.exists(temp)) {
      Files.move(temp, files.plainFile(header.intent().rotatedAt()), ATOMIC_MOVE);
    }
    IndexHeader committed =
        truncatedBytes > 0
            ? commit(header, header.punchedBytes() + truncatedBytes, 0)
            : commit(header, 0, header.punchedBytes());
    Files.deleteIfExists(temp);
    return committed;
  }
}
