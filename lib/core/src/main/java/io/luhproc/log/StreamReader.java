package io.luhproc.log;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The bytes of a stream at absolute offsets, from its oldest part to the end of its live file, as
 * one; read from a position that moves on.
 */
final class StreamReader implements Closeable {

  private final LogFiles files;
  private final LiveFile live;
  private long position;
  private long limit = Long.MAX_VALUE;
  private @Nullable Segment segment;
  private @Nullable InputStream input;
  private Instant writtenBy = Instant.EPOCH;

  StreamReader(LogFiles files) {
    this.files = files;
    this.live = new LiveFile(files);
  }

  /** The bytes from {@code start} to {@code end}, absolute, which are in a part. */
  record Segment(long start, long end, Part part) {}

  LogFiles files() {
    return files;
  }

  long position() {
    return position;
  }

  /** Makes the next read begin at an absolute offset. */
  void seek(long offset) throws IOException {
    closeSegment();
    position = offset;
  }

  /** Makes the stream end at an absolute offset, for reading no more than what is there now. */
  void limit(long offset) {
    limit = offset;
  }

  long end() throws IOException {
    return Math.min(limit, live.end());
  }

  /** Returns the offset of the oldest byte that is kept. */
  long first() throws IOException {
    List<Segment> segments = segments();
    return segments.isEmpty() ? live.look().start() : segments.get(0).start();
  }

  /** Returns a time by which what was read last had been written. */
  Instant writtenBy() {
    return writtenBy;
  }

  /**
   * Reads on, at most to the end of the part. What expired before it was read is skipped, which
   * shows in {@link #position()}.
   *
   * @return how many bytes, 0 when there are no more for now
   */
  int read(byte[] target, int offset, int length) throws IOException {
    while (position < limit) {
      int room = (int) Math.min(length, limit - position);
      int count = segment == null ? readLive(target, offset, room) : readPart(target, offset, room);
      if (count >= 0) {
        position += count;
        return count;
      }
    }
    return 0;
  }

  /** Fills an array from an absolute offset; returns how many bytes there were. */
  int readFrom(long offset, byte[] target) throws IOException {
    seek(offset);
    int filled = 0;
    int count = 1;
    while (filled < target.length && count > 0) {
      count = read(target, filled, target.length - filled);
      filled += count;
    }
    return filled;
  }

  private int readLive(byte[] target, int offset, int length) throws IOException {
    int count = live.read(position, ByteBuffer.wrap(target, offset, length));
    if (count > 0) {
      writtenBy = lastModified();
    } else if (count < 0) {
      leaveLive();
    }
    return count;
  }

  private Instant lastModified() throws IOException {
    try {
      return files.liveAttributes().lastModifiedTime().toInstant();
    } catch (NoSuchFileException ignored) {
      // The directory was removed while we still have the file: the last time we know is close.
      return writtenBy;
    }
  }

  /** The position is not in the live file: finds it in a part, or else the nearest after it. */
  private void leaveLive() throws IOException {
    for (Segment candidate : segments()) {
      if (candidate.end() > position && enter(candidate)) {
        return;
      }
    }
    long start = live.look().start();
    if (start != position) {
      LoggerFactory.getLogger(StreamReader.class)
          .warn(
              "{}: what was to be read next is gone; reading on at offset {}", files.live(), start);
    }
    position = start;
  }

  private boolean enter(Segment candidate) throws IOException {
    long from = Math.max(position, candidate.start());
    try {
      input = open(candidate.part(), from - candidate.start());
    } catch (NoSuchFileException ignored) {
      // Expired since we looked; the next one may still be there.
      return false;
    }
    if (from != position) {
      LoggerFactory.getLogger(StreamReader.class)
          .warn("{}: {} bytes expired before they were read", files.live(), from - position);
    }
    position = from;
    segment = candidate;
    writtenBy = Instant.ofEpochMilli(candidate.part().stamp());
    return true;
  }

  /** A part may have got its name or been compressed since it was listed. */
  private InputStream open(Part part, long skip) throws IOException {
    try {
      return part.open(skip);
    } catch (NoSuchFileException ignored) {
      return current(part).open(skip);
    }
  }

  private Part current(Part part) {
    boolean plain = Files.exists(files.plain(part.stamp()));
    return plain
        ? new Part(part.stamp(), files.plain(part.stamp()), false)
        : new Part(part.stamp(), files.gzip(part.stamp()), true);
  }

  private int readPart(byte[] target, int offset, int length) throws IOException {
    Segment current = segment;
    InputStream bytes = input;
    if (current == null || bytes == null) {
      return -1;
    }
    int room = (int) Math.min(length, current.end() - position);
    int count = room == 0 ? -1 : readOrEnd(bytes, target, offset, room);
    if (count <= 0) {
      position = current.end();
      closeSegment();
      return -1;
    }
    return count;
  }

  private int readOrEnd(InputStream bytes, byte[] target, int offset, int length)
      throws IOException {
    try {
      return bytes.read(target, offset, length);
    } catch (EOFException | ZipException e) {
      LoggerFactory.getLogger(StreamReader.class)
          .warn(
              "{}: skipping the rest of a part, which is no gzip: {}", files.live(), e.toString());
      return -1;
    }
  }

  /** Returns the parts with their place in the stream, oldest first, from one consistent look. */
  List<Segment> segments() throws IOException {
    while (true) {
      LiveFile.View before = live.look();
      List<Part> parts = files.parts();
      boolean complete = addTemp(parts, before);
      List<Segment> segments = placed(parts, before.start());
      if (complete && before.equals(live.look())) {
        return segments;
      }
    }
  }

  /** While a copy has no name yet, it is read under its temporary one. */
  private boolean addTemp(List<Part> parts, LiveFile.View view) {
    Move move = view.header().move();
    if (!view.isCopyRead() || hasStamp(parts, move.stamp())) {
      return true;
    }
    Part temp = new Part(move.stamp(), files.plainTemp(move.stamp()), false);
    if (Files.exists(temp.path())) {
      parts.add(temp);
      return true;
    }
    // It got its name after we listed; or somebody removed both, and nothing can be done.
    return Files.notExists(files.plain(move.stamp()));
  }

  private static boolean hasStamp(List<Part> parts, long stamp) {
    return !parts.isEmpty() && parts.get(parts.size() - 1).stamp() == stamp;
  }

  private List<Segment> placed(List<Part> parts, long end) throws IOException {
    List<Segment> segments = new ArrayList<>();
    long start = end;
    for (int i = parts.size() - 1; i >= 0; i--) {
      long length = lengthOf(parts.get(i));
      if (length < 0) {
        break;
      }
      segments.add(new Segment(start - length, start, parts.get(i)));
      start -= length;
    }
    Collections.reverse(segments);
    return segments;
  }

  private long lengthOf(Part part) throws IOException {
    try {
      return part.length();
    } catch (NoSuchFileException ignored) {
      // Got its name, was compressed or expired since it was listed.
    }
    try {
      return current(part).length();
    } catch (NoSuchFileException ignored) {
      // Expired: and so is all before it.
      return -1;
    }
  }

  /** Goes on with the file that the live path leads to now, if that is another than before. */
  void reopenIfReplaced() throws IOException {
    if (live.reopenIfReplaced()) {
      seek(live.look().start());
    }
  }

  /** Reads on only from the live file that is open, see {@link LiveFile#freeze()}. */
  void freeze() {
    live.freeze();
  }

  private void closeSegment() throws IOException {
    if (input != null) {
      input.close();
    }
    input = null;
    segment = null;
  }

  @Override
  public void close() throws IOException {
    try (live) {
      closeSegment();
    }
  }
}
