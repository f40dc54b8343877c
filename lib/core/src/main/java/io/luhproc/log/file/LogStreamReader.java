package io.luhproc.log.file;

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
public final class LogStreamReader implements Closeable {

  private final LogFiles files;
  private final ActiveLogFile activeFile;
  private long position;
  private long limit = Long.MAX_VALUE;
  private @Nullable Segment segment;
  private @Nullable InputStream input;
  private Instant latestWriteTime = Instant.EPOCH;

  public LogStreamReader(LogFiles files) {
    this.files = files;
    this.activeFile = new ActiveLogFile(files);
  }

  /** The bytes from {@code startOffset} to {@code endOffset}, absolute, which are in a part. */
  public record Segment(long startOffset, long endOffset, RotatedFile file) {}

  public LogFiles files() {
    return files;
  }

  public long position() {
    return position;
  }

  /** Makes the next read begin at an absolute offset. */
  public void seek(long offset) throws IOException {
    closeSegment();
    position = offset;
  }

  /** Makes the stream end at an absolute offset, for reading no more than what is there now. */
  public void limit(long offset) {
    limit = offset;
  }

  public long endOffset() throws IOException {
    return Math.min(limit, activeFile.endOffset());
  }

  /** Returns the offset of the oldest byte that is kept. */
  public long oldestOffset() throws IOException {
    List<Segment> segments = segments();
    return segments.isEmpty()
        ? activeFile.readLayout().startOffset()
        : segments.get(0).startOffset();
  }

  /** Returns a time by which what was read last had been written. */
  public Instant latestWriteTime() {
    return latestWriteTime;
  }

  /**
   * Reads on, at most to the end of the part. What expired before it was read is skipped, which
   * shows in {@link #position()}.
   *
   * @return how many bytes, 0 when there are no more for now
   */
  public int read(byte[] target, int offset, int length) throws IOException {
    while (position < limit) {
      int room = (int) Math.min(length, limit - position);
      int count =
          segment == null ? readActive(target, offset, room) : readRotated(target, offset, room);
      if (count >= 0) {
        position += count;
        return count;
      }
    }
    return 0;
  }

  /** Fills an array from an absolute offset; returns how many bytes there were. */
  public int readAt(long offset, byte[] target) throws IOException {
    seek(offset);
    int filled = 0;
    int count = 1;
    while (filled < target.length && count > 0) {
      count = read(target, filled, target.length - filled);
      filled += count;
    }
    return filled;
  }

  private int readActive(byte[] target, int offset, int length) throws IOException {
    int count = activeFile.read(position, ByteBuffer.wrap(target, offset, length));
    if (count > 0) {
      latestWriteTime = lastModified();
    } else if (count < 0) {
      switchToRotatedFile();
    }
    return count;
  }

  private Instant lastModified() throws IOException {
    try {
      return files.activeAttributes().lastModifiedTime().toInstant();
    } catch (NoSuchFileException ignored) {
      // The directory was removed while we still have the file: the last time we know is close.
      return latestWriteTime;
    }
  }

  /** The position is not in the live file: finds it in a part, or else the nearest after it. */
  private void switchToRotatedFile() throws IOException {
    for (Segment candidate : segments()) {
      if (candidate.endOffset() > position && openSegment(candidate)) {
        return;
      }
    }
    long start = activeFile.readLayout().startOffset();
    if (start != position) {
      LoggerFactory.getLogger(LogStreamReader.class)
          .warn(
              "{}: what was to be read next is gone; reading on at offset {}",
              files.activeFile(),
              start);
    }
    position = start;
  }

  private boolean openSegment(Segment candidate) throws IOException {
    long from = Math.max(position, candidate.startOffset());
    try {
      input = openRotatedFile(candidate.file(), from - candidate.startOffset());
    } catch (NoSuchFileException ignored) {
      // Expired since we looked; the next one may still be there.
      return false;
    }
    if (from != position) {
      LoggerFactory.getLogger(LogStreamReader.class)
          .warn("{}: {} bytes expired before they were read", files.activeFile(), from - position);
    }
    position = from;
    segment = candidate;
    latestWriteTime = Instant.ofEpochMilli(candidate.file().rotatedAt());
    return true;
  }

  /** A part may have got its name or been compressed since it was listed. */
  private InputStream openRotatedFile(RotatedFile rotatedFile, long skip) throws IOException {
    try {
      return rotatedFile.open(skip);
    } catch (NoSuchFileException ignored) {
      return resolveCurrentPath(rotatedFile).open(skip);
    }
  }

  private RotatedFile resolveCurrentPath(RotatedFile file) {
    boolean isPlain = Files.exists(files.plainFile(file.rotatedAt()));
    return isPlain
        ? new RotatedFile(file.rotatedAt(), files.plainFile(file.rotatedAt()), false)
        : new RotatedFile(file.rotatedAt(), files.gzipFile(file.rotatedAt()), true);
  }

  private int readRotated(byte[] target, int offset, int length) throws IOException {
    Segment current = segment;
    InputStream bytes = input;
    if (current == null || bytes == null) {
      return -1;
    }
    int room = (int) Math.min(length, current.endOffset() - position);
    int count = room == 0 ? -1 : readUntilCorruption(bytes, target, offset, room);
    if (count <= 0) {
      position = current.endOffset();
      closeSegment();
      return -1;
    }
    return count;
  }

  private int readUntilCorruption(InputStream bytes, byte[] target, int offset, int length)
      throws IOException {
    try {
      return bytes.read(target, offset, length);
    } catch (EOFException | ZipException e) {
      LoggerFactory.getLogger(LogStreamReader.class)
          .warn(
              "{}: skipping the rest of a part, which is no gzip: {}",
              files.activeFile(),
              e.toString());
      return -1;
    }
  }

  /** Returns the parts with their place in the stream, oldest first, from one consistent look. */
  public List<Segment> segments() throws IOException {
    while (true) {
      ActiveLogFile.Layout before = activeFile.readLayout();
      List<RotatedFile> rotatedFiles = files.rotatedFiles();
      boolean complete = addUnpublishedCopy(rotatedFiles, before);
      List<Segment> segments = toSegments(rotatedFiles, before.startOffset());
      if (complete && before.equals(activeFile.readLayout())) {
        return segments;
      }
    }
  }

  /** While a copy has no name yet, it is read under its temporary one. */
  private boolean addUnpublishedCopy(List<RotatedFile> rotatedFiles, ActiveLogFile.Layout view) {
    RotationIntent intent = view.header().intent();
    if (!view.readsFromCopy() || endsWithRotation(rotatedFiles, intent.rotatedAt())) {
      return true;
    }
    RotatedFile copy =
        new RotatedFile(intent.rotatedAt(), files.plainTempFile(intent.rotatedAt()), false);
    if (Files.exists(copy.path())) {
      rotatedFiles.add(copy);
      return true;
    }
    // It got its name after we listed; or somebody removed both, and nothing can be done.
    return Files.notExists(files.plainFile(intent.rotatedAt()));
  }

  private static boolean endsWithRotation(List<RotatedFile> rotatedFiles, long rotatedAt) {
    return !rotatedFiles.isEmpty()
        && rotatedFiles.get(rotatedFiles.size() - 1).rotatedAt() == rotatedAt;
  }

  private List<Segment> toSegments(List<RotatedFile> rotatedFiles, long end) throws IOException {
    List<Segment> segments = new ArrayList<>();
    long start = end;
    for (int i = rotatedFiles.size() - 1; i >= 0; i--) {
      long length = lengthOf(rotatedFiles.get(i));
      if (length < 0) {
        break;
      }
      segments.add(new Segment(start - length, start, rotatedFiles.get(i)));
      start -= length;
    }
    Collections.reverse(segments);
    return segments;
  }

  private long lengthOf(RotatedFile rotatedFile) throws IOException {
    try {
      return rotatedFile.uncompressedLength();
    } catch (NoSuchFileException ignored) {
      // Got its name, was compressed or expired since it was listed.
    }
    try {
      return resolveCurrentPath(rotatedFile).uncompressedLength();
    } catch (NoSuchFileException ignored) {
      // Expired: and so is all before it.
      return -1;
    }
  }

  /** Goes on with the file that the live path leads to now, if that is another than before. */
  public void reopenIfReplaced() throws IOException {
    if (activeFile.reopenIfReplaced()) {
      seek(activeFile.readLayout().startOffset());
    }
  }

  /** Reads on only from the live file that is open, see {@link ActiveLogFile#pinOpenFile()}. */
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
