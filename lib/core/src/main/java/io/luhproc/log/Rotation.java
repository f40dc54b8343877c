package io.luhproc.log;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Moves the front of a live file to a part, without touching the writer, in steps that the next
 * keeper can finish wherever this one is killed:
 *
 * <ol>
 *   <li>copy the bytes to a temporary file;
 *   <li>header: COPIED, which part, up to where;
 *   <li>zero the live bytes (punch a hole);
 *   <li>give the copy its name;
 *   <li>header: MOVED;
 *   <li>take the whole blocks of NULs out of the front (collapse);
 *   <li>header: STEADY, with the new base and hole.
 * </ol>
 *
 * <p>Before step 2 a left-over copy is thrown away; from then on, it is what counts and the live
 * bytes are thrown away. Punching twice does no harm, and one byte tells whether the collapse was
 * done ({@link Move.Collapse}). Where the file system cannot collapse (tmpfs, btrfs), steps 5 and 6
 * fall away and the hole at the front grows. Where it cannot punch, the file is copied as a whole
 * and truncated; what is written between the last read and the truncation, some microseconds, is
 * lost.
 */
final class Rotation {
  private static final long BLOCK = 4096;
  private static final int WINDOW = 64 << 10;
  private static final int CATCH_UPS = 16;

  private final LogFiles files;
  private final IndexFile index;
  private final KeeperTools tools;
  private boolean punches = true;
  private boolean collapses = true;

  Rotation(LogFiles files, KeeperTools tools) {
    this.files = files;
    this.index = new IndexFile(files);
    this.tools = tools;
  }

  /**
   * Moves about {@code bytes} bytes from the front, cut at the end of a line where there is one.
   */
  IndexHeader moveFront(IndexHeader header, long bytes) throws IOException {
    long stamp = nextStamp();
    if (!punches) {
      return truncate(header, stamp);
    }
    Move move;
    try (FileChannel live = files.openLive(READ)) {
      long cut = cut(live, header.hole(), header.hole() + bytes);
      move = new Move(Move.Phase.COPIED, stamp, cut, collapse(live, cut));
      copy(live, header.hole(), move);
    }
    tools.reached().accept(Step.COPY_WRITTEN);
    IndexHeader copied = write(header.with(move));
    tools.reached().accept(Step.INTENT_WRITTEN);
    return zeroAndName(copied);
  }

  /** Finishes what a header says is going on. */
  IndexHeader finish(IndexHeader header) throws IOException {
    return switch (header.move().phase()) {
      case STEADY -> header;
      case COPIED -> hasCopy(header) ? zeroAndName(header) : settle(header, 0, header.hole());
      case MOVED -> collapse(header);
      case TRUNCATING -> finishTruncation(header);
    };
  }

  private boolean hasCopy(IndexHeader header) throws IOException {
    Move move = header.move();
    long length = move.cut() - header.hole();
    Path temp = files.plainTemp(move.stamp());
    return (Files.exists(temp) && Files.size(temp) == length)
        || Files.exists(files.plain(move.stamp()));
  }

  /** A time for the next part: after all it holds, and after that of every other part. */
  private long nextStamp() throws IOException {
    long now = tools.time().now().toEpochMilli();
    List<Part> parts = files.parts();
    return parts.isEmpty() ? now : Math.max(now, parts.get(parts.size() - 1).stamp() + 1);
  }

  private static long cut(FileChannel live, long from, long to) throws IOException {
    ByteBuffer window = ByteBuffer.allocate(WINDOW);
    for (long high = to; high > from; high -= WINDOW) {
      long low = Math.max(from, high - WINDOW);
      live.read(window.clear().limit((int) (high - low)), low);
      for (int i = window.position() - 1; i >= 0; i--) {
        if (window.get(i) == '\n') {
          return low + i + 1;
        }
      }
    }
    return to;
  }

  /** Without a byte to tell later whether the collapse was done, there is none this time. */
  private Move.Collapse collapse(FileChannel live, long cut) throws IOException {
    long length = cut / BLOCK * BLOCK;
    if (!collapses || length == 0) {
      return Move.Collapse.NONE;
    }
    ByteBuffer window = ByteBuffer.allocate(WINDOW);
    live.read(window, cut);
    for (int i = 0; i < window.position(); i++) {
      if (window.get(i) != 0) {
        return new Move.Collapse(length, cut + i);
      }
    }
    return Move.Collapse.NONE;
  }

  private void copy(FileChannel live, long from, Move move) throws IOException {
    Path temp = files.plainTemp(move.stamp());
    try (FileChannel part = create(temp)) {
      transfer(live, from, move.cut(), part);
    } catch (IOException e) {
      // As when the disk is full: give the space back and leave all as it was.
      Files.deleteIfExists(temp);
      throw e;
    }
  }

  private static FileChannel create(Path temp) throws IOException {
    return FileChannel.open(temp, Set.of(CREATE, TRUNCATE_EXISTING, WRITE), LogFiles.ownerOnly());
  }

  private static void transfer(FileChannel live, long from, long to, FileChannel part)
      throws IOException {
    long at = from;
    while (at < to) {
      long count = live.transferTo(at, to - at, part);
      if (count <= 0) {
        throw new IOException("the live file was shortened while its front was copied");
      }
      at += count;
    }
  }

  private IndexHeader zeroAndName(IndexHeader header) throws IOException {
    Move move = header.move();
    Path temp = files.plainTemp(move.stamp());
    if (!tools.posix().punchHole(files.live(), header.hole(), move.cut() - header.hole())) {
      punches = false;
      IndexHeader untouched = settle(header, 0, header.hole());
      Files.deleteIfExists(temp);
      return untouched;
    }
    tools.reached().accept(Step.PUNCHED);
    if (Files.exists(temp)) {
      Files.move(temp, files.plain(move.stamp()), ATOMIC_MOVE);
    }
    tools.reached().accept(Step.NAMED);
    if (move.collapse().length() == 0) {
      return settle(header, 0, move.cut());
    }
    IndexHeader moved = write(header.with(move.to(Move.Phase.MOVED)));
    tools.reached().accept(Step.MOVE_WRITTEN);
    return collapse(moved);
  }

  private IndexHeader collapse(IndexHeader header) throws IOException {
    Move move = header.move();
    long length = move.collapse().length();
    if (!isCollapsed(move)) {
      collapses = tools.posix().collapseRange(files.live(), 0, length);
      tools.reached().accept(Step.COLLAPSED);
    }
    return isCollapsed(move)
        ? settle(header, length, move.cut() - length)
        : settle(header, 0, move.cut());
  }

  private boolean isCollapsed(Move move) throws IOException {
    try (FileChannel live = files.openLive(READ)) {
      return LiveFile.isCollapsed(live, move);
    }
  }

  private IndexHeader settle(IndexHeader header, long collapsed, long hole) throws IOException {
    IndexHeader steady = write(header.steady(header.base() + collapsed, hole));
    tools.reached().accept(Step.SETTLED);
    return steady;
  }

  IndexHeader write(IndexHeader header) throws IOException {
    index.write(header);
    return header;
  }

  private IndexHeader truncate(IndexHeader header, long stamp) throws IOException {
    Path temp = files.plainTemp(stamp);
    Move move = new Move(Move.Phase.TRUNCATING, stamp, header.hole(), Move.Collapse.NONE);
    long copied = header.hole();
    try (FileChannel live = files.openLive(READ, WRITE);
        FileChannel part = create(temp)) {
      for (int i = 0; i < CATCH_UPS && live.size() > copied; i++) {
        long size = live.size();
        transfer(live, copied, size, part);
        copied = size;
      }
      tools.reached().accept(Step.COPY_WRITTEN);
      IndexHeader truncating = write(header.with(move));
      tools.reached().accept(Step.INTENT_WRITTEN);
      long size = live.size();
      transfer(live, copied, size, part);
      live.truncate(0);
      tools.reached().accept(Step.TRUNCATED);
      return nameTruncated(truncating, size);
    }
  }

  private IndexHeader nameTruncated(IndexHeader header, long size) throws IOException {
    long stamp = header.move().stamp();
    Files.move(files.plainTemp(stamp), files.plain(stamp), ATOMIC_MOVE);
    tools.reached().accept(Step.NAMED);
    return settle(header, size, 0);
  }

  private IndexHeader finishTruncation(IndexHeader header) throws IOException {
    Path temp = files.plainTemp(header.move().stamp());
    long taken;
    try (FileChannel live = files.openLive(READ)) {
      taken = new Truncation(files).taken(header, live);
    }
    if (taken > 0 && Files.exists(temp)) {
      Files.move(temp, files.plain(header.move().stamp()), ATOMIC_MOVE);
    }
    IndexHeader steady =
        taken > 0 ? settle(header, header.hole() + taken, 0) : settle(header, 0, header.hole());
    Files.deleteIfExists(temp);
    return steady;
  }
}
