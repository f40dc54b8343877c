package io.luhproc.log.file;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a stream from its oldest rotated file to the end of its active file as one sequence of
 * bytes, addressed by absolute offsets.
 *
 * <p>A position is remembered as the last rotated file that is before it and the number of bytes
 * after that file, because absolute offsets change if another program truncates the active file or
 * if the index is lost. A file that does not continue the bytes that were read is read from its
 * beginning: it was truncated, so none of its bytes was read.
 */
public final class LogStreamReader implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(LogStreamReader.class);
  private static final long UNKNOWN = StreamSnapshot.UNKNOWN;
  private static final int HEAD_BYTES = 64;
  private static final byte[] NO_BYTES = {};

  private final LogFiles files;
  private final ActiveLogFile activeFile;
  private final RecentBytes recent = new RecentBytes();
  private long position;
  private long limit = Long.MAX_VALUE;
  private @Nullable Segment segment;
  private @Nullable InputStream input;
  private Instant latestWriteTime = Instant.EPOCH;
  private int gaps;
  private long lostBytes;

  // Where the position is: contentStart is the offset after the rotated file lastRotatedAt,
  // according to the header of knownSequence, and contentHead are the first bytes there.
  private long lastRotatedAt = UNKNOWN;
  private long contentStart;
  private long knownSequence = UNKNOWN;
  private byte[] contentHead = NO_BYTES;

  /** Creates a reader at offset 0. */
  public LogStreamReader(LogFiles files) {
    this.files = files;
    this.activeFile = new ActiveLogFile(files);
  }

  /**
   * A rotated file and its position in the stream.
   *
   * @param startOffset absolute offset of its first byte
   * @param endOffset absolute offset after its last byte
   * @param file the file
   */
  public record Segment(long startOffset, long endOffset, RotatedFile file) {}

  /** Returns the absolute offset of the next byte to read. */
  public long position() {
    return position;
  }

  /** Sets the absolute offset of the next byte to read, and remembers the bytes before it. */
  public void seek(long offset) throws IOException {
    moveTo(offset);
    if (activeFile.read(position, ByteBuffer.allocate(0), recent) == 0) {
      boolean ignored = updateKnownPosition();
    }
  }

  /** Continues at a saved position. */
  public void seek(StreamPosition saved) throws IOException {
    moveTo(saved.offset());
    setContent(saved.rotatedAt(), saved.contentStart());
    byte[] before = saved.recentBytes();
    recent.append(before, 0, before.length);
  }

  /**
   * Returns a position before the next byte to read, to be saved.
   *
   * @param back number of bytes before the next byte
   * @param before the last bytes before the position
   */
  public StreamPosition positionBefore(int back, byte[] before) throws IOException {
    long offset = position - back;
    if (lastRotatedAt != UNKNOWN && offset >= contentStart) {
      return StreamPosition.of(lastRotatedAt, contentStart, offset, before);
    }
    StreamSnapshot now = snapshot();
    long after = now.newestBefore(offset, StreamSnapshot.NONE);
    long start = now.offsetAfter(after);
    return StreamPosition.of(after, start, Math.max(offset, start), before);
  }

  private void moveTo(long offset) throws IOException {
    closeSegment();
    position = offset;
    setContent(UNKNOWN, offset);
    knownSequence = UNKNOWN;
    recent.clear();
  }

  /** Sets the absolute offset at which the stream ends for this reader. */
  public void limit(long offset) {
    limit = offset;
  }

  /** Returns the absolute offset of the end of the stream, at most the limit. */
  public long endOffset() throws IOException {
    return Math.min(limit, activeFile.endOffset());
  }

  /** Returns the absolute offset of the oldest retained byte. */
  public long oldestOffset() throws IOException {
    return snapshot().offsetAfter(StreamSnapshot.NONE);
  }

  /** Returns a time by which the bytes of the last read had been written. */
  public Instant latestWriteTime() {
    return latestWriteTime;
  }

  /** Returns when the active file was last written, empty if it does not exist. */
  public Optional<Instant> activeWriteTime() throws IOException {
    try {
      return Optional.of(files.activeAttributes().lastModifiedTime().toInstant());
    } catch (NoSuchFileException ignored) {
      // Not created yet, or deleted while it is still open.
      return Optional.empty();
    }
  }

  /**
   * Returns how often the bytes before the position were not those that precede it in the stream,
   * because they were deleted, damaged or truncated.
   */
  public int gaps() {
    return gaps;
  }

  /** Returns the number of bytes that were deleted before they were read, as far as known. */
  public long lostBytes() {
    return lostBytes;
  }

  /**
   * Reads the next bytes, at most to the end of the current file. Bytes that were deleted or
   * damaged are skipped; {@link #gaps()} tells of it.
   *
   * @return the number of bytes read, 0 at the current end of the stream
   */
  public int read(byte[] target, int offset, int length) throws IOException {
    while (position < limit) {
      // Offsets are negative after the index was lost.
      int room = position > limit - length ? (int) (limit - position) : length;
      int count =
          segment == null ? readActive(target, offset, room) : readRotated(target, offset, room);
      if (count >= 0) {
        recent.append(target, offset, count);
        position += count;
        return count;
      }
    }
    return 0;
  }

  /**
   * Fills an array from an absolute offset; returns the number of bytes read. Bytes that were
   * deleted or damaged are 0 in the array.
   */
  public int readAt(long offset, byte[] target) throws IOException {
    moveTo(offset);
    int filled = 0;
    int count = 1;
    while (count > 0 && filled < target.length) {
      count = read(target, filled, target.length - filled);
      int end = (int) Math.max(filled, Math.min(target.length, position - offset));
      int start = (int) Math.max(filled, Math.min(end, position - count - offset));
      System.arraycopy(target, filled, target, start, end - start);
      Arrays.fill(target, filled, start, (byte) 0);
      filled = end;
    }
    return filled;
  }

  private int readActive(byte[] target, int offset, int length) throws IOException {
    int count = activeFile.read(position, ByteBuffer.wrap(target, offset, length), recent);
    switch (count) {
      case ActiveLogFile.BEFORE_START -> switchToRotatedFile();
      case ActiveLogFile.CHANGED -> resynchronize();
      default -> {
        if (!updateKnownPosition()) {
          return -1;
        }
        readContentHead();
        latestWriteTime = count == 0 ? latestWriteTime : activeWriteTime().orElse(latestWriteTime);
      }
    }
    return Math.max(-1, count);
  }

  /**
   * After each rotation, the files that it added are before the position. Returns false if that is
   * wrong, and moves the position.
   */
  private boolean updateKnownPosition() throws IOException {
    if (activeFile.sequence() == knownSequence) {
      return true;
    }
    StreamSnapshot now = snapshot();
    long start = now.layout().startOffset();
    if (position == start && position > contentStart && isRenumbered(now)) {
      // There are no bytes before the position that could differ.
      translate(now);
      return false;
    }
    if (position >= start) {
      setContent(Math.max(lastRotatedAt, now.newestRotatedAt()), start);
      knownSequence = now.sequence();
    }
    return true;
  }

  private void setContent(long after, long start) {
    lastRotatedAt = after;
    contentStart = start;
    contentHead = NO_BYTES;
  }

  private void readContentHead() throws IOException {
    int length = (int) Math.min(HEAD_BYTES, position - contentStart);
    if (length > contentHead.length) {
      byte[] head = new byte[length];
      if (activeFile.read(contentStart, ByteBuffer.wrap(head), new RecentBytes()) == length) {
        contentHead = head;
      }
    }
  }

  /**
   * The files do not continue the bytes that were read at the position: the offsets have changed,
   * or else the active file was truncated.
   */
  private void resynchronize() throws IOException {
    StreamSnapshot now = snapshot();
    if (isRenumbered(now)) {
      translate(now);
    } else {
      restart(now);
    }
  }

  private boolean isRenumbered(StreamSnapshot now) {
    return lastRotatedAt != UNKNOWN && now.offsetAfter(lastRotatedAt) != contentStart;
  }

  /** Moves to the same number of bytes after the last rotated file. */
  private void translate(StreamSnapshot now) {
    long shift = now.offsetAfter(lastRotatedAt) - contentStart;
    position += shift;
    contentStart += shift;
    limit = limit == Long.MAX_VALUE ? limit : limit + shift;
  }

  /** Moves to the first byte that was not read. */
  private void restart(StreamSnapshot now) throws IOException {
    closeSegment();
    recent.clear();
    boolean rotated = startsWithHead(now.after(lastRotatedAt));
    long after = rotated ? now.newestBefore(position, lastRotatedAt) : lastRotatedAt;
    setContent(Math.max(after, StreamSnapshot.NONE), now.offsetAfter(after));
    position = contentStart;
    gaps++;
    LOG.warn(
        "{}: output was truncated or deleted, perhaps before it was read; continuing at offset {}",
        files.activeFile(),
        position);
  }

  /** Returns whether the bytes that were read have been rotated, before a truncation. */
  private boolean startsWithHead(List<Segment> unread) throws IOException {
    if (unread.isEmpty() || contentHead.length == 0) {
      return false;
    }
    try (InputStream bytes = openRotatedFile(unread.get(0).file(), 0)) {
      return Arrays.equals(bytes.readNBytes(contentHead.length), contentHead);
    } catch (NoSuchFileException | EOFException | ZipException | LogFileRefusedException ignored) {
      // Expired or damaged: reading it reports it.
      return false;
    }
  }

  /** Opens the rotated file with the position, or else the nearest one after it. */
  private void switchToRotatedFile() throws IOException {
    StreamSnapshot now = snapshot();
    List<Segment> unread = now.after(lastRotatedAt);
    boolean comparable = position > now.offsetAfter(lastRotatedAt) && position > contentStart;
    for (Segment candidate : unread) {
      comparable &= candidate.startOffset() != position;
    }
    if (!comparable && isRenumbered(now)) {
      // If these are later files because the next ones expired, the bytes differ.
      lostBytes += Math.max(0, now.offsetAfter(lastRotatedAt) - position);
      translate(now);
      return;
    }
    for (Segment candidate : unread) {
      if (candidate.endOffset() > position && openSegment(candidate)) {
        return;
      }
    }
    long start = now.layout().startOffset();
    if (start > position) {
      LOG.warn(
          "{}: {} bytes were deleted before they were read", files.activeFile(), start - position);
      gaps++;
      lostBytes += start - position;
    }
    position = start;
    setContent(Math.max(lastRotatedAt, now.newestRotatedAt()), start);
  }

  /** Opens a rotated file at the position; returns whether it still exists. */
  private boolean openSegment(Segment candidate) throws IOException {
    long from = Math.max(position, candidate.startOffset());
    int compared = (int) Math.min(recent.length(), from - candidate.startOffset());
    InputStream opened;
    try {
      opened = openRotatedFile(candidate.file(), from - candidate.startOffset() - compared);
    } catch (NoSuchFileException ignored) {
      // Expired since it was listed; the next one may still exist.
      return false;
    } catch (EOFException | ZipException | LogFileRefusedException e) {
      skipDamaged(candidate, e);
      return true;
    }
    if (from == position && !recent.areNext(opened, compared)) {
      opened.close();
      resynchronize();
      return true;
    }
    if (from > position) {
      LOG.warn("{}: {} bytes expired before they were read", files.activeFile(), from - position);
      gaps++;
      lostBytes += from - position;
    }
    input = opened;
    segment = candidate;
    position = from;
    setContent(candidate.file().rotatedAt() - 1, candidate.startOffset());
    latestWriteTime = Instant.ofEpochMilli(candidate.file().rotatedAt());
    return true;
  }

  private void skipDamaged(Segment damaged, IOException cause) throws IOException {
    LOG.warn(
        "{}: skipping the rest of {}, which is damaged: {}",
        files.activeFile(),
        damaged.file().path().getFileName(),
        cause.toString());
    gaps++;
    finish(damaged);
  }

  private void finish(Segment finished) throws IOException {
    closeSegment();
    position = finished.endOffset();
    setContent(finished.file().rotatedAt(), position);
  }

  /** The file may have been published or compressed since it was listed. */
  private InputStream openRotatedFile(RotatedFile rotatedFile, long skip) throws IOException {
    try {
      return rotatedFile.open(skip);
    } catch (NoSuchFileException ignored) {
      return StreamSnapshot.currentPath(files, rotatedFile).open(skip);
    }
  }

  /** Reads to the end of the file: the length of a damaged one is wrong. */
  private int readRotated(byte[] target, int offset, int length) throws IOException {
    Segment current = segment;
    InputStream bytes = input;
    if (current == null || bytes == null) {
      return -1;
    }
    try {
      int count = bytes.read(target, offset, length);
      if (count > 0) {
        return count;
      }
      finish(current);
    } catch (EOFException | ZipException e) {
      skipDamaged(current, e);
    }
    return -1;
  }

  /** Returns the rotated files with their positions, oldest first, as one consistent snapshot. */
  public List<Segment> segments() throws IOException {
    return snapshot().segments();
  }

  private StreamSnapshot snapshot() throws IOException {
    return StreamSnapshot.read(files, activeFile);
  }

  /** Continues with the new active file if the path now names another file. */
  public void reopenIfReplaced() throws IOException {
    if (activeFile.reopenIfReplaced()) {
      restart(snapshot());
    }
  }

  /** Reads only the open active file from now on: the path may now name another process's file. */
  public void pinOpenFile() {
    activeFile.pinOpenFile();
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
    try (activeFile) {
      closeSegment();
    }
  }
}
