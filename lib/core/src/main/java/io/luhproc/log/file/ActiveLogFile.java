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
 * The live file as a reader sees it, at absolute offsets, while a keeper may be taking bytes from
 * its front.
 *
 * <p>The header of the index is used like a sequence lock: it is looked at before and after each
 * read, and what was read counts only when nothing moved meanwhile. No phase makes a reader wait:
 * each tells where the bytes are, also when the keeper was killed in it.
 */
public final class ActiveLogFile implements Closeable {
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
   * Where the live bytes are.
   *
   * @param header of the index
   * @param baseOffset absolute offset of physical byte 0
   * @param startOffset absolute offset of the first byte that is not in a part
   */
  record Layout(IndexHeader header, long baseOffset, long startOffset) {

    /** Returns whether the bytes that a move takes are to be read in its copy. */
    boolean readsFromCopy() {
      RotationIntent.Phase phase = header.intent().phase();
      boolean truncated =
          phase == RotationIntent.Phase.TRUNCATING && baseOffset > header.baseOffset();
      return phase == RotationIntent.Phase.COPIED || truncated;
    }
  }

  /** Looks at the header and, where it leaves that open, at the file. */
  Layout readLayout() throws IOException {
    IndexHeader header = readHeader();
    RotationIntent intent = header.intent();
    long collapsedBytes = intent.collapse().length();
    return switch (intent.phase()) {
      case IDLE -> layout(header, 0, punchedBytes(header));
      case COPIED -> layout(header, 0, intent.splitOffset());
      case PUBLISHED ->
          isCollapsed(openIfPresent(), intent)
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

  /** While a directory is being removed, what its index said last still holds. */
  private IndexHeader readHeader() throws IOException {
    IndexHeader header = pinned ? lastHeader : indexFile.readHeader();
    if (header.sequence() >= 0) {
      lastHeader = header;
    }
    return lastHeader;
  }

  private long punchedBytes(IndexHeader header) throws IOException {
    FileChannel file = openIfPresent();
    if (header.sequence() >= 0 || file == null || byteAt(file, 0) != 0) {
      return header.punchedBytes();
    }
    // The index was lost. NULs at the front are its doing if it ever moved something to a part.
    return files.rotatedFiles().isEmpty() ? 0 : countLeadingNuls(file);
  }

  /** Returns whether a collapse that a header of phase MOVED speaks of was done. */
  public static boolean isCollapsed(@Nullable FileChannel file, RotationIntent intent)
      throws IOException {
    RotationIntent.Collapse collapse = intent.collapse();
    return file != null && byteAt(file, collapse.probeOffset() - collapse.length()) > 0;
  }

  /** Returns how many NULs a file begins with. */
  public static long countLeadingNuls(FileChannel file) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    for (long at = 0; file.read(buffer.clear(), at) > 0; at += buffer.limit()) {
      buffer.flip();
      for (int i = 0; i < buffer.limit(); i++) {
        if (buffer.get(i) != 0) {
          return at + i;
        }
      }
    }
    return file.size();
  }

  /** Returns the byte at a physical offset, -1 at or after the end. */
  static int byteAt(FileChannel file, long at) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    return file.read(one, at) == 1 ? Byte.toUnsignedInt(one.get(0)) : -1;
  }

  /**
   * Reads at an absolute offset, at most what the buffer has room for.
   *
   * @return how many bytes, 0 when there are none yet, -1 when the offset is before or, as after a
   *     truncation by hand, beyond the live bytes
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

  private static boolean isIdle(Layout view) {
    return view.header().intent().phase() == RotationIntent.Phase.IDLE;
  }

  /** Returns the absolute offset of the end. */
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

  /** From now on reads only the file that is open: the path may lead to another process's. */
  void pinOpenFile() {
    pinned = true;
  }

  /** Returns whether the path now leads to another file than the one that was opened. */
  boolean reopenIfReplaced() throws IOException {
    if (channel == null) {
      return false;
    }
    try {
      if (Objects.equals(fileKey, currentFileKey())) {
        return false;
      }
    } catch (NoSuchFileException ignored) {
      // Removed and not made again: the writer still has the one that we have.
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
        // The process did not open it yet: empty for now.
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
