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
 * Reads a stream from its oldest rotated file to the end of its active file as one sequence of
 * bytes, addressed by absolute offsets.
 */
public final class LogStreamReader implements Closeable {
  private final LogFiles files;
  private final ActiveLogFile activeFile;
  private long position;
  private long limit = Long.MAX_VALUE;
  private @Nullable Segment segment;
  private @Nullable InputStream input;
  private Instant latestWriteTime = Instant.EPOCH;

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

  /** Sets the absolute offset of the next byte to read. */
  public void seek(long offset) throws IOException {
    closeSegment();
    position = offset;
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
    List<Segment> segments = segments();
    return segments.isEmpty()
        ? activeFile.readLayout().startOffset()
        : segments.get(0).startOffset();
  }

  /** Returns a time by which the bytes of the last read had been written. */
  public Instant latestWriteTime() {
    return latestWriteTime;
  }

  /**
   * Reads the next bytes, at most to the end of the current file. Bytes that expired are skipped;
   * {@link #position()} shows by how much.
   *
   * @return the number of bytes read, 0 at the current end of the stream
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

  /** Fills an array from an absolute offset; returns the number of bytes read. */
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
      // The directory was deleted while the file is still open: use the last known time.
      return latestWriteTime;
    }
  }

  /** Opens the rotated file with the position, or else the nearest one after it. */
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
              "{}: the next bytes were deleted; continuing at offset {}",
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
      // Expired since it was listed; the next one may still exist.
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

  /** The file may have been published or compressed since it was listed. */
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
              "{}: skipping the rest of a rotated file, which is no valid gzip: {}",
              files.activeFile(),
              e.toString());
      return -1;
    }
  }

  /** Returns the rotated files with their positions, oldest first, as one consistent snapshot. */
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

  /** Adds the copy of a rotation in progress; returns whether the list is complete. */
  private boolean addUnpublishedCopy(List<RotatedFile> rotatedFiles, ActiveLogFile.Layout layout) {
    RotationIntent intent = layout.header().intent();
    if (!layout.readsFromCopy() || endsWithRotation(rotatedFiles, intent.rotatedAt())) {
      return true;
    }
    RotatedFile copy =
        new RotatedFile(intent.rotatedAt(), files.plainTempFile(intent.rotatedAt()), false);
    if (Files.exists(copy.path())) {
      rotatedFiles.add(copy);
      return true;
    }
    // Published since the files were listed; if neither file exists, the bytes are lost.
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
      // Published, compressed or expired since it was listed.
    }
    try {
      return resolveCurrentPath(rotatedFile).uncompressedLength();
    } catch (NoSuchFileException ignored) {
      // Expired, and so are all older files.
      return -1;
    }
  }

  /** Continues with the new active file if the path now names another file. */
  public void reopenIfReplaced() throws IOException {
    if (activeFile.reopenIfReplaced()) {
      seek(activeFile.readLayout().startOffset());
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
