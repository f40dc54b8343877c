package io.luhproc.log;

import io.luhproc.log.file.LogStreamReader;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lines of one or both streams, by their time; lines of one stream stay in their order. */
final class MergedLineReader implements Closeable {
  private final List<Source> sources = new ArrayList<>();

  MergedLineReader(List<LineReader> readers) {
    readers.forEach(reader -> sources.add(new Source(reader)));
  }

  /** Returns the next line, null when there is none for now. */
  @Nullable LogLine next() throws IOException {
    for (Source source : sources) {
      if (source.head == null) {
        source.head = source.reader.next();
      }
    }
    return takeEarliest();
  }

  /** Returns the next unfinished line once there is no whole one, null when there is none. */
  @Nullable LogLine nextIncomplete() {
    for (Source source : sources) {
      if (source.head == null) {
        source.head = source.reader.nextIncomplete();
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

  void reopenIfReplaced() throws IOException {
    for (Source source : sources) {
      source.reader.reopenIfReplaced();
    }
  }

  /** Reads on only from what is open, see {@link LogStreamReader#pinOpenFile()}. */
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
