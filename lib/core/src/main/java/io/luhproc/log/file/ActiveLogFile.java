package io.luhproc.log.file;

import static java.nio.file.StandardOpenOption.READ;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the active file at absolute offsets while a maintainer may remove bytes from its front.
 *
 * <p>The header of the index serves as a sequence lock: it is read before and after each read of
 * the file, and the read is repeated if the layout changed. Readers never wait: every phase defines
 * where the bytes are, also if the maintainer was killed in that phase.
 */
final class ActiveLogFile implements Closeable {
  private final LogFiles files;
  private final IndexFile indexFile;
  private final TruncationDetector truncationDetector;
  private @Nullable FileChannel channel;
  private @Nullable Object fileKey;
  private IndexHeader lastHeader = IndexHeader.ABSENT;
  private boolean pinned;

  ActiveLogFile(LogFiles files) {
    this.files = files;
    this.indexFile = new IndexFile(files);
    this.truncationDetector = new TruncationDetector(files);
  }

  /**
   * Position of the active file in the stream.
   *
   * @param header the header of the index
   * @param baseOffset absolute offset of the first byte of the file
   * @param startOffset absolute offset of the first byte that is not in a rotated file
   */
  record Layout(IndexHeader header, long baseOffset, long startOffset) {

    /** Returns whether the bytes being rotated must be read from their copy. */
    boolean readsFromCopy() {
      RotationIntent.Phase phase = header.intent().phase();
      boolean truncated =
          phase == RotationIntent.Phase.TRUNCATING && baseOffset > header.baseOffset();
      return phase == RotationIntent.Phase.COPIED || truncated;
    }
  }

  /** Determines the layout from the header and, if a rotation is in progress, from the file. */
  Layout readLayout() throws IOException {
    IndexHeader header = readHeader();
    RotationIntent intent = header.intent();
    long collapsedBytes = intent.collapse().length();
    return switch (intent.phase()) {
      case IDLE -> layout(header, 0, punchedBytes(header));
      case COPIED -> {
        long hole = Math.max(0, -collapsedBytes);
        yield layout(header, -hole, intent.splitOffset() + hole);
      }
      case PUBLISHED ->
          intent.isCollapsed(openIfPresent())
              ? layout(header, collapsedBytes, intent.splitOffset() - collapsedBytes)
              : layout(header, 0, intent.splitOffset());
      case TRUNCATING -> truncatingLayout(header);
    };
  }

  private Layout truncatingLayout(IndexHeader header) throws IOException {
    long truncatedBytes = truncationDetector.truncatedBytes(header, openIfPresent());
    return truncatedBytes > 0
        ? layout(header, header.punchedBytes() + truncatedBytes, 0)
        : layout(header, 0, header.punchedBytes());
  }

  private static Layout layout(IndexHeader header, long collapsedBytes, long punchedBytes) {
    long base = header.baseOffset() + collapsedBytes;
    return new Layout(header, base, base + punchedBytes);
  }

  /** Returns the last valid header if the index is gone: the directory may be being deleted. */
  private IndexHeader readHeader() throws IOException {
    IndexHeader header = pinned ? lastHeader : indexFile.readHeader();
    if (!header.isAbsent()) {
      lastHeader = header;
    }
    return lastHeader;
  }

  private long punchedBytes(IndexHeader header) throws IOException {
    FileChannel file = openIfPresent();
    if (!header.isAbsent() || file == null || !RotationNotice.isFrontIntact(file)) {
      return header.punchedBytes();
    }
    // The index was lost. The front comes from a rotation if there are rotated files.
    return files.rotatedFiles().isEmpty() ? 0 : RotationNotice.frontLength(file);
  }

  /**
   * Reads at an absolute offset into the remaining space of a buffer.
   *
   * @return the number of bytes read; 0 at the end of the file; -1 if the offset is before the
   *     active bytes or, after an external truncation, beyond them
   */
  int read(long position, ByteBuffer target) throws IOException {
    int startPosition = target.position();
    while (true) {
      Layout before = readLayout();
      FileChannel file = openIfPresent();
      int count = 0;
      boolean beyond = false;
      if (file != null && position >= before.startOffset()) {
        count = Math.max(0, file.read(target, position - before.baseOffset()));
        beyond = count == 0 && position > before.baseOffset() + file.size();
      }
      if (before.equals(readLayout())) {
        return position < before.startOffset() || (beyond && isIdle(before)) ? -1 : count;
      }
      target.position(startPosition);
    }
  }

  private static boolean isIdle(Layout layout) {
    return layout.header().intent().phase() == RotationIntent.Phase.IDLE;
  }

  /** Returns the absolute offset of the end of the stream. */
  long endOffset() throws IOException {
    while (true) {
      Layout before = readLayout();
      FileChannel file = openIfPresent();
      long end = file == null ? before.startOffset() : before.baseOffset() + file.size();
      if (before.equals(readLayout())) {
        return Math.max(end, before.startOffset());
      }
    }
  }

  /** Reads only the open file from now on: the path may now name another process's file. */
  void pinOpenFile() {
    pinned = true;
  }

  /** Closes the open file if the path now names another one; returns whether it did. */
  boolean reopenIfReplaced() throws IOException {
    if (channel == null) {
      return false;
    }
    try {
      if (Objects.equals(fileKey, currentFileKey())) {
        return false;
      }
    } catch (NoSuchFileException ignored) {
      // Deleted and not recreated: the writer still writes to the open file.
      return false;
    }
    close();
    return true;
  }

  private @Nullable FileChannel openIfPresent() throws IOException {
    if (channel == null && !pinned) {
      try {
        fileKey = currentFileKey();
        channel = files.openActive(READ);
      } catch (NoSuchFileException ignored) {
        // The process has not created it yet.
        return null;
      }
    }
    return channel;
  }

  private @Nullable Object currentFileKey() throws IOException {
    return files.activeAttributes().fileKey();
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
      channel = null;
    }
  }
}
