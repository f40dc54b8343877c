package io.luhproc.log;

import io.luhproc.log.file.LogStreamReader;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Merges the lines of streams by time; lines of one stream keep their order. */
final class MergedLineReader implements Closeable {
  private final List<Source> sources = new ArrayList<>();

  MergedLineReader(List<LineReader> readers) {
    readers.forEach(reader -> sources.add(new Source(reader)));
  }

  /** Returns the next complete line or piece, null if there is none yet. */
  @Nullable LogLine next() throws IOException {
    for (Source source : sources) {
      if (source.head == null) {
        source.head = source.reader.next();
      }
    }
    return takeEarliest();
  }

  /** Returns the next incomplete last line, null if there is none. */
  @Nullable LogLine nextIncomplete() {
    for (Source source : sources) {
      if (source.head == null) {
        source.head = source.reader.nextIncomplete();
      }
    }
    return takeEarliest();
  }

  /** Returns the position before the first line; valid before any line is read. */
  LogPosition startPosition() {
    LogPosition position = LogPosition.START;
    for (Source source : sources) {
      position = position.with(source.reader.stream(), source.reader.position());
    }
    return position;
  }

  /** Returns whether a stream has an incomplete last line. */
  boolean hasIncomplete() {
    return sources.stream().anyMatch(source -> source.reader.hasIncomplete());
  }

  /** See {@link LineReader#nextIdle}. */
  @Nullable LogLine nextIdle(long nowNanos, Duration delay) {
    for (Source source : sources) {
      if (source.head == null) {
        source.head = source.reader.nextIdle(nowNanos, delay);
      }
    }
    return takeEarliest();
  }

  private @Nullable LogLine takeEarliest() {
    Source earliest = null;
    LogLine line = null;
    for (Source source : sources) {
      LogLine head = source.head;
      if (head != null && (line == null || head.time().isBefore(line.time()))) {
        earliest = source;
        line = head;
      }
    }
    if (earliest != null) {
      earliest.head = null;
    }
    return line;
  }

  /** See {@link LogStreamReader#reopenIfReplaced()}. */
  void reopenIfReplaced() throws IOException {
    for (Source source : sources) {
      source.reader.reopenIfReplaced();
    }
  }

  /** See {@link LogStreamReader#pinOpenFile()}. */
  void pinOpenFiles() {
    sources.forEach(source -> source.reader.pinOpenFile());
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (Source source : sources) {
      try {
        source.reader.close();
      } catch (IOException e) {
        if (failure != null) {
          e.addSuppressed(failure);
        }
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static final class Source {
    private final LineReader reader;
    private @Nullable LogLine head;

    private Source(LineReader reader) {
      this.reader = reader;
    }
  }
}
