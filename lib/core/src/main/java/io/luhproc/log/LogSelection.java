package io.luhproc.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.luhproc.log.file.IndexFile;
import io.luhproc.log.file.IndexHeader;
import io.luhproc.log.file.LogFiles;
import io.luhproc.log.file.LogStreamReader;
import io.luhproc.log.file.RotationIntent;
import io.luhproc.log.file.TimeIndex;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is read of a log, and how it is split into lines.
 *
 * @param directory the process directory
 * @param streams the streams
 * @param until the time after which lines are left out, null if all are read
 * @param end the position after which lines are left out, null if all are read
 * @param splitAtCarriageReturn whether a line also ends at a carriage return
 */
record LogSelection(
    Path directory,
    List<LogStream> streams,
    @Nullable Instant until,
    @Nullable LogPosition end,
    boolean splitAtCarriageReturn) {

  static LogSelection of(Path directory) {
    return new LogSelection(directory, List.of(LogStream.OUT), null, null, false);
  }

  LogSelection withStreams(LogStream... selected) {
    return new LogSelection(directory, List.of(selected), until, end, splitAtCarriageReturn);
  }

  LogSelection withUntil(Instant instant) {
    return new LogSelection(directory, streams, instant, end, splitAtCarriageReturn);
  }

  LogSelection withEnd(LogPosition position) {
    return new LogSelection(directory, streams, until, position, splitAtCarriageReturn);
  }

  LogSelection withSplitAtCarriageReturn() {
    return new LogSelection(directory, streams, until, end, true);
  }

  /**
   * Checks that the log can be followed.
   *
   * @throws IllegalStateException if it has an end
   */
  void checkEndless() {
    if (until != null || end != null) {
      throw new IllegalStateException(
          "cannot follow a log that ends: "
              + (until == null ? "upTo (" + end + ")" : "until (" + until + ")")
              + " is set; leave it out, or use forEachSince");
    }
  }

  LogFiles files(LogStream stream) {
    return new LogFiles(directory, stream.prefix());
  }

  /** Opens the selected streams; if bounded, they end where they end now. */
  MergedLineReader open(StartPosition start, boolean bounded) throws IOException {
    return openEach(
        stream -> open(stream, start, new IndexFile(files(stream)).readEntries(), bounded));
  }

  /**
   * Opens the selected streams at a position, which may be inside a line; if bounded, they end
   * where they end now.
   */
  MergedLineReader openAt(LogPosition from, boolean bounded) throws IOException {
    return openEach(
        stream -> {
          long offset = from.of(stream);
          TimeIndex times = new IndexFile(files(stream)).readEntriesFrom(offset);
          LineReader lines = open(stream, StartPosition.at(offset), times, bounded);
          if (isInsideLine(stream, offset)) {
            lines.beginInsideLine();
          }
          return lines;
        });
  }

  private boolean isInsideLine(LogStream stream, long offset) throws IOException {
    try (LogStreamReader reader = new LogStreamReader(files(stream))) {
      byte[] before = new byte[1];
      return offset > reader.oldestOffset()
          && reader.readAt(offset - 1, before) == 1
          && before[0] != '\n';
    }
  }

  /** Returns a position of the selected streams; 0 in the others. */
  LogPosition resolve(StartPosition start) throws IOException {
    LogPosition position = LogPosition.START;
    for (LogStream stream : streams) {
      try (LogStreamReader reader = new LogStreamReader(files(stream))) {
        TimeIndex times = new IndexFile(files(stream)).readEntries();
        setEnd(stream, reader, times);
        position = position.with(stream, start.resolve(reader, times, splitAtCarriageReturn));
      }
    }
    return position;
  }

  /** Returns the last bytes of a stream as text, from the beginning of a line if there is one. */
  String lastText(LogStream stream, int length) throws IOException {
    LogFiles files = files(stream);
    try (LogStreamReader reader = new LogStreamReader(files)) {
      setEnd(stream, reader, new IndexFile(files).readEntries());
      return lastText(reader, length);
    }
  }

  private static String lastText(LogStreamReader reader, int length) throws IOException {
    long end = reader.endOffset();
    long first = reader.oldestOffset();
    long start = Math.max(first, end - length);
    // The byte before tells whether the text begins at the beginning of a line.
    long from = Math.max(first, start - 1);
    byte[] bytes = new byte[(int) (end - from)];
    int count = reader.readAt(from, bytes);
    int begin = 0;
    if (start > first) {
      while (begin < count && bytes[begin] != '\n') {
        begin++;
      }
      begin = begin == count ? 1 : begin + 1;
    }
    return new String(bytes, begin, Math.max(0, count - begin), UTF_8);
  }

  /** Returns the length of the selected streams. */
  long writtenBytes() throws IOException {
    long bytes = 0;
    for (LogStream stream : streams) {
      IndexHeader header = new IndexFile(files(stream)).readHeader();
      if (header.intent().phase() == RotationIntent.Phase.IDLE) {
        bytes += header.baseOffset() + files(stream).activeSize();
      } else {
        // The file may have lost its front already.
        try (LogStreamReader reader = new LogStreamReader(files(stream))) {
          bytes += reader.endOffset();
        }
      }
    }
    return bytes;
  }

  private LineReader open(LogStream stream, StartPosition start, TimeIndex times, boolean bounded)
      throws IOException {
    LogStreamReader reader = new LogStreamReader(files(stream));
    try {
      if (bounded) {
        setEnd(stream, reader, times);
      }
      reader.seek(start.resolve(reader, times, splitAtCarriageReturn));
      return new LineReader(stream, reader, times, splitAtCarriageReturn);
    } catch (IOException e) {
      closeSuppressing(e, reader);
      throw e;
    }
  }

  /** Sets the end of a bounded reader: where the stream ends now, or the chosen end. */
  private void setEnd(LogStream stream, LogStreamReader reader, TimeIndex times)
      throws IOException {
    if (end != null) {
      reader.limit(end.of(stream));
    }
    reader.limit(
        until == null
            ? reader.endOffset()
            : StartPosition.until(until).resolve(reader, times, splitAtCarriageReturn));
  }

  /** Opens one stream. */
  @FunctionalInterface
  private interface Opener {
    LineReader open(LogStream stream) throws IOException;
  }

  private MergedLineReader openEach(Opener opener) throws IOException {
    List<LineReader> readers = new ArrayList<>();
    try {
      for (LogStream stream : streams) {
        readers.add(opener.open(stream));
      }
      return new MergedLineReader(readers);
    } catch (IOException e) {
      closeSuppressing(e, new MergedLineReader(readers));
      throw e;
    }
  }

  static void closeSuppressing(IOException failure, Closeable resource) {
    try {
      resource.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
