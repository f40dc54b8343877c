package io.luhproc.log;

import io.luhproc.LuhprocException;
import io.luhproc.log.file.IndexFile;
import io.luhproc.log.file.LogFiles;
import io.luhproc.log.file.LogStreamReader;
import io.luhproc.log.file.StreamPosition;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads one stream of a process from a position that the caller saved.
 *
 * <p>A position stays valid when files are rotated, compressed or deleted, when another program
 * truncates the active file, and after a restart. It has the last 512 bytes of the stream before
 * it, so it is as confidential as the log.
 *
 * <p>Not thread-safe. It has a buffer of 256 KiB and keeps a file open until it is closed.
 *
 * @since 0.1
 */
public final class LogCursor implements Closeable {
  private final Path directory;
  private final LineReader lines;

  private LogCursor(Path directory, LineReader lines) {
    this.directory = directory;
    this.lines = lines;
  }

  /**
   * Opens a stream at a saved position.
   *
   * @param directory the process directory, which need not exist
   * @param stream the stream
   * @param position a text that {@link #position()} returned; empty for the oldest line. An invalid
   *     text counts as empty.
   * @throws LuhprocException if a file cannot be read
   */
  public static LogCursor open(Path directory, LogStream stream, Optional<String> position) {
    Objects.requireNonNull(directory, "directory");
    LogFiles files = new LogFiles(directory, stream.prefix());
    LogStreamReader reader = new LogStreamReader(files);
    try {
      Optional<StreamPosition> saved = position.flatMap(StreamPosition::parse);
      long start = saved.isPresent() ? saved.get().offset() : reader.oldestOffset();
      LineReader lines =
          new LineReader(stream, reader, new IndexFile(files).readEntriesFrom(start), false);
      if (saved.isPresent()) {
        lines.seek(saved.get());
      } else {
        reader.seek(start);
      }
      return new LogCursor(directory, lines);
    } catch (IOException e) {
      LogSelection.closeSuppressing(e, reader);
      throw ProcessLog.readFailure(directory, e);
    }
  }

  /** Returns whether a text is a position of this version. */
  public static boolean isPosition(String text) {
    return StreamPosition.parse(text).isPresent();
  }

  /**
   * Returns the next complete line, or piece of a long line; empty if there is none yet.
   *
   * @throws LuhprocException if a file cannot be read
   */
  public Optional<LogLine> next() {
    try {
      return Optional.ofNullable(lines.next());
    } catch (IOException e) {
      throw ProcessLog.readFailure(directory, e);
    }
  }

  /**
   * Returns the incomplete last line; empty if there is none. To be called after {@link #next()}
   * returned empty. What the process adds to the line later is another line, and nothing if it is
   * only the line feed.
   */
  public Optional<LogLine> nextIncomplete() {
    return Optional.ofNullable(lines.endIncomplete());
  }

  /**
   * Returns the position after the last line, one line of at most 1 KiB of ASCII.
   *
   * @throws LuhprocException if a file cannot be read
   */
  public String position() {
    try {
      return lines.savedPosition().format();
    } catch (IOException e) {
      throw ProcessLog.readFailure(directory, e);
    }
  }

  /**
   * Returns the number of bytes of the stream after the last line.
   *
   * @throws LuhprocException if a file cannot be read
   */
  public long unreadBytes() {
    try {
      return lines.unreadBytes();
    } catch (IOException e) {
      throw ProcessLog.readFailure(directory, e);
    }
  }

  /** Returns the number of bytes that were deleted before they were read, as far as known. */
  public long lostBytes() {
    return lines.lostBytes();
  }

  /** Closes the files. */
  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException e) {
      throw ProcessLog.readFailure(directory, e);
    }
  }
}
