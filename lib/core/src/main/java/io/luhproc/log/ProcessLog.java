package io.luhproc.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.luhproc.LuhprocException;
import io.luhproc.log.file.IndexFile;
import io.luhproc.log.file.LogFiles;
import io.luhproc.log.file.LogStreamReader;
import io.luhproc.log.file.SymlinkRefusedException;
import io.luhproc.log.file.TimeIndex;
import io.luhproc.time.TimeSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The output of the process of one directory: rotated files and active file, read as one log.
 *
 * <p>Selects standard output unless {@link #err()} or {@link #both()} is called. A missing
 * directory or file reads as empty. The process, its maintainer and any number of readers may work
 * at the same time.
 *
 * <p>Instances are immutable and may be used by any thread.
 *
 * @since 0.1
 */
public final class ProcessLog {
  private static final int SNAPSHOT_BYTES = 64 << 10;
  private static final int SNAPSHOT_LINES = 1000;

  private final Path directory;
  private final List<LogStream> streams;

  private ProcessLog(Path directory, List<LogStream> streams) {
    this.directory = directory;
    this.streams = streams;
  }

  /**
   * Returns the log of a process directory.
   *
   * @param directory the directory, which need not exist
   */
  public static ProcessLog of(Path directory) {
    return new ProcessLog(directory, List.of(LogStream.OUT));
  }

  /**
   * Returns one stream of this log.
   *
   * @param stream the stream to select
   */
  public ProcessLog stream(LogStream stream) {
    return new ProcessLog(directory, List.of(stream));
  }

  /** Returns the standard output of this log. */
  public ProcessLog out() {
    return stream(LogStream.OUT);
  }

  /** Returns the standard error of this log. */
  public ProcessLog err() {
    return stream(LogStream.ERR);
  }

  /** Returns both streams of this log, their lines merged by time. */
  public ProcessLog both() {
    return new ProcessLog(directory, List.of(LogStream.OUT, LogStream.ERR));
  }

  /**
   * Returns the last lines, oldest first.
   *
   * <p>An incomplete last line counts. A piece of a line of more than 64 KiB counts as a line.
   *
   * @param lines maximum number of lines, not negative
   * @throws IllegalArgumentException if {@code lines} is negative
   * @throws LuhprocException if a file cannot be read
   */
  public List<LogLine> tail(int lines) {
    requireNonNegative(lines);
    ArrayDeque<LogLine> last = new ArrayDeque<>();
    readLines(
        StartPosition.lastLines(lines),
        line -> {
          last.add(line);
          if (last.size() > lines) {
            last.remove();
          }
        });
    return List.copyOf(last);
  }

  /**
   * Returns the last 64 KiB as text, starting at the beginning of a line if there is one.
   *
   * <p>Of both streams, at most the last 1000 lines.
   *
   * @throws LuhprocException if a file cannot be read
   */
  public String snapshot() {
    if (streams.size() > 1) {
      return mergedSnapshot();
    }
    try (LogStreamReader reader =
        new LogStreamReader(new LogFiles(directory, streams.get(0).prefix()))) {
      return snapshot(reader);
    } catch (IOException e) {
      throw readFailure(e);
    }
  }

  /**
   * Returns all lines completed at or after an instant, oldest first.
   *
   * <p>May include lines of the second before the instant. All lines are held in memory; {@link
   * #forEachSince} does not do so.
   *
   * @param instant the earliest time
   * @throws LuhprocException if a file cannot be read
   */
  public List<LogLine> since(Instant instant) {
    List<LogLine> lines = new ArrayList<>();
    forEachSince(instant, lines::add);
    return List.copyOf(lines);
  }

  /**
   * Passes all lines completed at or after an instant to a listener, in the calling thread.
   *
   * <p>May include lines of the second before the instant. An exception of the listener is thrown
   * to the caller.
   *
   * @param instant the earliest time
   * @param listener receives the lines; its {@code onEnd} is not called
   * @throws LuhprocException if a file cannot be read
   */
  public void forEachSince(Instant instant, LogListener listener) {
    readLines(StartPosition.since(instant), listener);
  }

  /**
   * Delivers every line completed from now on to a listener, usually within a millisecond.
   *
   * <p>A line that is incomplete now is delivered as a whole. A file that does not exist yet is
   * followed once it is created. The subscription ends when the process directory is deleted; an
   * incomplete last line is delivered then.
   *
   * @param listener receives the lines in a thread of the subscription
   * @return the subscription, to be closed by the caller
   * @throws LuhprocException if a file cannot be read
   */
  public LogSubscription follow(LogListener listener) {
    return follow(StartPosition.lastCompleteLines(0), listener);
  }

  /**
   * Delivers the last complete lines and then every new line to a listener, like {@link
   * #follow(LogListener)}.
   *
   * @param lines maximum number of lines of each stream, not negative
   * @param listener receives the lines in a thread of the subscription
   * @return the subscription, to be closed by the caller
   * @throws IllegalArgumentException if {@code lines} is negative
   * @throws LuhprocException if a file cannot be read
   */
  public LogSubscription followFromTail(int lines, LogListener listener) {
    requireNonNegative(lines);
    return follow(StartPosition.lastCompleteLines(lines), listener);
  }

  /**
   * Delivers the lines completed {@linkplain #since since an instant} and then every new line to a
   * listener, like {@link #follow(LogListener)}.
   *
   * @param instant the earliest time
   * @param listener receives the lines in a thread of the subscription
   * @return the subscription, to be closed by the caller
   * @throws LuhprocException if a file cannot be read
   */
  public LogSubscription followSince(Instant instant, LogListener listener) {
    return follow(StartPosition.since(instant), listener);
  }

  private void readLines(StartPosition start, LogListener listener) {
    try (MergedLineReader lines = open(start, true)) {
      for (LogLine line = lines.next(); line != null; line = lines.next()) {
        listener.onLine(line);
      }
      for (LogLine line = lines.nextIncomplete(); line != null; line = lines.nextIncomplete()) {
        listener.onLine(line);
      }
    } catch (IOException e) {
      throw readFailure(e);
    }
  }

  private LogSubscription follow(StartPosition start, LogListener listener) {
    DirectoryWatcher watcher = DirectoryWatcher.open(directory, TimeSource.system());
    try {
      LogTailer tailer = new LogTailer(watcher, open(start, false), listener);
      return LogSubscription.start(String.valueOf(directory.getFileName()), tailer);
    } catch (IOException e) {
      closeSuppressing(e, watcher);
      throw readFailure(e);
    }
  }

  /** Opens the selected streams; if bounded, they end where they end now. */
  private MergedLineReader open(StartPosition start, boolean bounded) throws IOException {
    List<LineReader> readers = new ArrayList<>();
    try {
      for (LogStream stream : streams) {
        readers.add(open(stream, start, bounded));
      }
      return new MergedLineReader(readers);
    } catch (IOException e) {
      closeSuppressing(e, new MergedLineReader(readers));
      throw e;
    }
  }

  private LineReader open(LogStream stream, StartPosition start, boolean bounded)
      throws IOException {
    LogFiles files = new LogFiles(directory, stream.prefix());
    LogStreamReader reader = new LogStreamReader(files);
    try {
      TimeIndex times = new IndexFile(files).readEntries();
      if (bounded) {
        reader.limit(reader.endOffset());
      }
      reader.seek(start.resolve(reader, times));
      return new LineReader(stream, reader, times);
    } catch (IOException e) {
      closeSuppressing(e, reader);
      throw e;
    }
  }

  private static void closeSuppressing(IOException failure, Closeable resource) {
    try {
      resource.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private static String snapshot(LogStreamReader reader) throws IOException {
    long end = reader.endOffset();
    long first = reader.oldestOffset();
    long start = Math.max(first, end - SNAPSHOT_BYTES);
    // The byte before tells whether the snapshot begins at the beginning of a line.
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

  private String mergedSnapshot() {
    StringBuilder text = new StringBuilder();
    for (LogLine line : tail(SNAPSHOT_LINES)) {
      text.append(line.text()).append(line.partial() ? "" : "\n");
    }
    int surplus = Math.max(0, text.length() - SNAPSHOT_BYTES);
    int lineStart = surplus == 0 ? 0 : text.indexOf("\n", surplus - 1) + 1;
    return text.substring(Math.max(surplus, lineStart));
  }

  private static void requireNonNegative(int lines) {
    if (lines < 0) {
      throw new IllegalArgumentException("lines (" + lines + ") must not be negative");
    }
  }

  private LuhprocException readFailure(IOException cause) {
    if (cause instanceof SymlinkRefusedException) {
      return new LuhprocException("cannot read a log: " + cause.getMessage(), cause);
    }
    return new LuhprocException(
        "cannot read the log in "
            + directory
            + ": "
            + cause
            + "; check that this user owns the directory and its files",
        cause);
  }
}
