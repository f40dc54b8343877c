package io.luhproc.log;

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
final class LiveFile implements Closeable {
  private final LogFiles files;
  private final IndexFile index;
  private final Truncation truncation;
  private @Nullable FileChannel channel;
  private @Nullable Object fileKey;
  private IndexHeader lastHeader = IndexHeader.ABSENT;
  private boolean frozen;

  LiveFile(LogFiles files) {
    this.files = files;
    this.index = new IndexFile(files);
    this.truncation = new Truncation(files);
  }

  /**
   * Where the live bytes are.
   *
   * @param header of the index
   * @param base absolute offset of physical byte 0
   * @param start absolute offset of the first byte that is not in a part
   */
  record View(IndexHeader header, long base, long start) {

    /** Returns whether the bytes that a move takes are to be read in its copy. */
    boolean isCopyRead() {
      Move.Phase phase = header.move().phase();
      boolean truncated = phase == Move.Phase.TRUNCATING && base > header.base();
      return phase == Move.Phase.COPIED || truncated;
    }
  }

  /** Looks at the header and, where it leaves that open, at the file. */
  View look() throws IOException {
    IndexHeader header = header();
    Move move = header.move();
    long collapsed = move.collapse().length();
    return switch (move.phase()) {
      case STEADY -> view(header, 0, hole(header));
      case COPIED -> view(header, 0, move.cut());
      case MOVED ->
          isCollapsed(open(), move)
              ? view(header, collapsed, move.cut() - collapsed)
              : view(header, 0, move.cut());
      case TRUNCATING -> truncating(header);
    };
  }

  private View truncating(IndexHeader header) throws IOException {
    long taken = truncation.taken(header, open());
    return taken > 0 ? view(header, header.hole() + taken, 0) : view(header, 0, header.hole());
  }

  private static View view(IndexHeader header, long collapsed, long hole) {
    long base = header.base() + collapsed;
    return new View(header, base, base + hole);
  }

  /** While a directory is being removed, what its index said last still holds. */
  private IndexHeader header() throws IOException {
    IndexHeader header = frozen ? lastHeader : index.header();
    if (header.sequence() >= 0) {
      lastHeader = header;
    }
    return lastHeader;
  }

  private long hole(IndexHeader header) throws IOException {
    FileChannel file = open();
    if (header.sequence() >= 0 || file == null || byteAt(file, 0) != 0) {
      return header.hole();
    }
    // The index was lost. NULs at the front are its doing if it ever moved something to a part.
    return files.parts().isEmpty() ? 0 : leadingNuls(file);
  }

  /** Returns whether a collapse that a header of phase MOVED speaks of was done. */
  static boolean isCollapsed(@Nullable FileChannel file, Move move) throws IOException {
    Move.Collapse collapse = move.collapse();
    return file != null && byteAt(file, collapse.mark() - collapse.length()) > 0;
  }

  /** Returns how many NULs a file begins with. */
  static long leadingNuls(FileChannel file) throws IOException {
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
    int room = target.position();
    while (true) {
      View before = look();
      FileChannel file = open();
      int count = 0;
      boolean beyond = false;
      if (file != null && position >= before.start()) {
        count = Math.max(0, file.read(target, position - before.base()));
        beyond = count == 0 && position > before.base() + file.size();
      }
      if (before.equals(look())) {
        return position < before.start() || (beyond && isSteady(before)) ? -1 : count;
      }
      target.position(room);
    }
  }

  private static boolean isSteady(View view) {
    return view.header().move().phase() == Move.Phase.STEADY;
  }

  /** Returns the absolute offset of the end. */
  long end() throws IOException {
    while (true) {
      View before = look();
      FileChannel file = open();
      long end = file == null ? before.start() : before.base() + file.size();
      if (before.equals(look())) {
        return Math.max(end, before.start());
      }
    }
  }

  /** From now on reads only the file that is open: the path may lead to another process's. */
  void freeze() {
    frozen = true;
  }

  /** Returns whether the path now leads to another file than the one that was opened. */
  boolean reopenIfReplaced() throws IOException {
    if (channel == null) {
      return false;
    }
    try {
      if (Objects.equals(fileKey, keyOfPath())) {
        return false;
      }
    } catch (NoSuchFileException ignored) {
      // Removed and not made again: the writer still has the one that we have.
      return false;
    }
    close();
    return true;
  }

  private @Nullable FileChannel open() throws IOException {
    if (channel == null && !frozen) {
      try {
        fileKey = keyOfPath();
        channel = files.openLive(READ);
      } catch (NoSuchFileException ignored) {
        // The process did not open it yet: empty for now.
        return null;
      }
    }
    return channel;
  }

  private @Nullable Object keyOfPath() throws IOException {
    return files.liveAttributes().fileKey();
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
      channel = null;
    }
  }
}
