package io.luhproc.log.file;

import io.luhproc.log.file.LogStreamReader.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The rotated files of a stream, and the layout of its active file at the same time.
 *
 * @param segments the rotated files, oldest first
 * @param layout the layout of the active file
 */
record StreamSnapshot(List<Segment> segments, ActiveLogFile.Layout layout) {
  /** Stands for a rotated file that is not known. */
  static final long UNKNOWN = Long.MIN_VALUE;

  /** Stands for the rotated file before the oldest one. */
  static final long NONE = -1;

  /** Reads one consistent snapshot. */
  static StreamSnapshot read(LogFiles files, ActiveLogFile activeFile) throws IOException {
    while (true) {
      ActiveLogFile.Layout before = activeFile.readLayout();
      if (activeFile.isPinned()) {
        // The path may now name another process's directory.
        return new StreamSnapshot(List.of(), before);
      }
      List<RotatedFile> rotatedFiles = files.rotatedFiles();
      boolean complete = addUnpublishedCopy(files, rotatedFiles, before);
      List<Segment> segments = toSegments(files, rotatedFiles, before.startOffset());
      if (complete && before.equals(activeFile.readLayout())) {
        return new StreamSnapshot(segments, before);
      }
    }
  }

  long newestRotatedAt() {
    return segments.isEmpty() ? NONE : segments.get(segments.size() - 1).file().rotatedAt();
  }

  /** Returns the newest rotated file that ends at or before an offset, or else the given one. */
  long newestBefore(long offset, long rotatedAt) {
    long newest = Math.max(rotatedAt, NONE);
    for (Segment segment : segments) {
      boolean before = segment.endOffset() <= offset;
      newest = before ? Math.max(newest, segment.file().rotatedAt()) : newest;
    }
    return newest;
  }

  List<Segment> after(long rotatedAt) {
    return segments.stream().filter(it -> it.file().rotatedAt() > rotatedAt).toList();
  }

  /** Returns the offset after a rotated file. */
  long offsetAfter(long rotatedAt) {
    List<Segment> unread = rotatedAt == UNKNOWN ? List.of() : after(rotatedAt);
    return unread.isEmpty() ? layout.startOffset() : unread.get(0).startOffset();
  }

  long sequence() {
    return layout.header().sequence();
  }

  /** Adds the copy of a rotation in progress; returns whether the list is complete. */
  private static boolean addUnpublishedCopy(
      LogFiles files, List<RotatedFile> rotatedFiles, ActiveLogFile.Layout layout)
      throws IOException {
    RotationIntent intent = layout.header().intent();
    if (!layout.readsFromCopy() || contains(rotatedFiles, intent.rotatedAt())) {
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

  private static boolean contains(List<RotatedFile> rotatedFiles, long rotatedAt) {
    return rotatedFiles.stream().anyMatch(it -> it.rotatedAt() == rotatedAt);
  }

  private static List<Segment> toSegments(LogFiles files, List<RotatedFile> rotatedFiles, long end)
      throws IOException {
    List<Segment> segments = new ArrayList<>();
    long start = end;
    for (int i = rotatedFiles.size() - 1; i >= 0; i--) {
      long length = lengthOf(files, rotatedFiles.get(i));
      if (length < 0) {
        break;
      }
      segments.add(new Segment(start - length, start, rotatedFiles.get(i)));
      start -= length;
    }
    Collections.reverse(segments);
    return segments;
  }

  private static long lengthOf(LogFiles files, RotatedFile rotatedFile) throws IOException {
    try {
      return rotatedFile.uncompressedLength();
    } catch (NoSuchFileException ignored) {
      // Published, compressed or expired since it was listed.
    } catch (LogFileRefusedException ignored) {
      // Opening it reports it, if it is read at all.
      return 0;
    }
    try {
      return currentPath(files, rotatedFile).uncompressedLength();
    } catch (NoSuchFileException ignored) {
      // Expired, and so are all older files.
      return -1;
    }
  }

  /** Returns where a file is that was published or compressed since it was listed. */
  static RotatedFile currentPath(LogFiles files, RotatedFile file) throws IOException {
    Path plain = files.plainFile(file.rotatedAt());
    return Files.exists(plain)
        ? new RotatedFile(file.rotatedAt(), plain, false)
        : new RotatedFile(file.rotatedAt(), files.gzipFile(file.rotatedAt()), true);
  }
}
