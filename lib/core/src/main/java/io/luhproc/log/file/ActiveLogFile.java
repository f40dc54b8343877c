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
 *
 * <p>If another program truncates the file, its content begins anew at the offset at which the
 * active bytes began, until the maintainer notices and writes a new header.
 */
final class ActiveLogFile implements Closeable {
  /** Result of {@link #read}: the offset is before the active bytes. */
  static final int BEFORE_START = -1;

  /** Result of {@link #read}: the file does not continue the bytes that were read before. */
  static final int CHANGED = -2;

  private final LogFiles files;
  private final IndexFile indexFile;
  private final TruncationDetector truncationDetector;
  private @Nullable FileChannel channel;
  private @Nullable Object fileKey;
  private IndexHeader lastHeader = IndexHeader.ABSENT;
  private boolean indexLost;
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
      case IDLE -> idleLayout(header);
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

  private Layout idleLayout(IndexHeader header) throws IOException {
    long punchedBytes = punchedBytes(header);
    FileChannel file = openIfPresent();
    boolean truncated = file != null && !LogFiles.canBeginWithHole(file, punchedBytes);
    // A rotation since the header was read also moves the bytes.
    return truncated && header.equals(readHeader())
        ? layout(header, punchedBytes, 0)
        : layout(header, 0, punchedBytes);
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
    if (!pinned) {
      IndexHeader header = indexFile.readHeader();
      indexLost = header.isAbsent();
      lastHeader = indexLost ? lastHeader : header;
    }
    return lastHeader;
  }

  /** If the index was lost, the front comes from a rotation if there are rotated files. */
  private long punchedBytes(IndexHeader header) throws IOException {
    FileChannel file = openIfPresent();
    if (!indexLost || file == null || !RotationNotice.isFrontIntact(file)) {
      return header.punchedBytes();
    }
    return files.rotatedFiles().isEmpty()
        ? header.punchedBytes()
        : RotationNotice.frontLength(file);
  }

  /**
   * Reads at an absolute offset into the remaining space of a buffer.
   *
   * @param recent the bytes that were read before the offset
   * @return the number of bytes read; 0 at the end of the file; {@link #BEFORE_START} or {@link
   *     #CHANGED}
   */
  int read(long position, ByteBuffer target, RecentBytes recent) throws IOException {
    int startPosition = target.position();
    boolean unknown = recent.length() == 0;
    while (true) {
      Layout before = readLayout();
      int count = readOnce(before, position, target, recent);
      if (before.equals(readLayout())) {
        return count;
      }
      target.position(startPosition);
      if (unknown) {
        recent.clear();
      }
    }
  }

  private int readOnce(Layout layout, long position, ByteBuffer target, RecentBytes recent)
      throws IOException {
    if (position < layout.startOffset()) {
      return BEFORE_START;
    }
    FileChannel file = openIfPresent();
    if (file == null) {
      return 0;
    }
    long offset = position - layout.baseOffset();
    int count = Math.max(0, file.read(target, offset));
    // Compared after the read: a truncation before it is noticed.
    boolean continued =
        (count > 0 || file.size() >= offset)
            && recent.precede(file, offset, position - layout.startOffset());
    if (continued) {
      return count;
    }
    // The next maintainer completes the rotation first.
    return layout.header().intent().phase() == RotationIntent.Phase.IDLE ? CHANGED : 0;
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

  /** Returns the sequence of the header that was read last. */
  long sequence() {
    return lastHeader.sequence();
  }

  boolean isPinned() {
    return pinned;
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
        open();
      } catch (NoSuchFileException ignored) {
        // The process has not created it yet.
        close();
      }
    }
    return channel;
  }

  /** Opens the file that the path names before and after. */
  private void open() throws IOException {
    Object before = currentFileKey();
    channel = files.openActive(READ);
    fileKey = currentFileKey();
    while (!Objects.equals(before, fileKey)) {
      close();
      before = fileKey;
      channel = files.openActive(READ);
      fileKey = currentFileKey();
    }
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
