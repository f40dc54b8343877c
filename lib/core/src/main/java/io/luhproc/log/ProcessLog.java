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
 * What the process of one directory wrote: the standard output, unless {@link #err()} or {@link
 * #both()} is asked for; rotated parts and the live file read as one. A directory or a file that
 * does not exist reads as empty.
 */
public final class ProcessLog {
  private static final int SNAPSHOT_BYTES = 64 << 10;
  private static final int SNAPSHOT_LINES = 1000;

  private final Path directory;
  private final TimeSource time;

  @SuppressWarnings("UnusedVariable") // until the methods below are built
  private final List<LogStream> streams;

  private ProcessLog(Path directory, TimeSource time, List<LogStream> streams) {
    this.directory = directory;
    this.time = time;
    this.streams = streams;
  }

  /** Returns the log of a process directory, which need not exist. */
  public static ProcessLog of(Path directory, TimeSource time) {
    return new ProcessLog(directory, time, List.of(LogStream.OUT));
  }

  /** Returns one stream of this log. */
  public ProcessLog stream(LogStream stream) {
    return new ProcessLog(directory, time, List.of(stream));
  }

  /** Returns the standard output of this log. */
  public ProcessLog out() {
    return stream(LogStream.OUT);
  }

  /** Returns the standard error of this log. */
  public ProcessLog err() {
    return stream(LogStream.ERR);
  }

  /** Returns both streams of this log; lines come merged by their time. */
  public ProcessLog both() {
    return new ProcessLog(directory, time, List.of(LogStream.OUT, LogStream.ERR));
  }

  /**
   * Returns the last lines, oldest first. An unfinished last line counts; a piece of a line over 64
   * KiB counts as a line.
   *
   * @param lines how many at most, not negative
   * @throws IllegalArgumentException when {@code lines} is negative
   * @throws LuhprocException when a file cannot be read
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
   * Returns the last 64 KiB as text, from the beginning of a line where there is one.
   *
   * @throws LuhprocException when a file cannot be read
   */
  public String snapshot() {
    if (streams.size() > 1) {
      return mergedSnapshot();
    }
    try (LogStreamReader reader = new LogStreamReader(new LogFiles(directory, streams.get(0)))) {
      return snapshot(reader);
    } catch (IOException e) {
      throw readFailure(e);
    }
  }

  /**
   * Returns all lines written at or after an instant, and perhaps some of the second before it.
   * Everything is held in memory; see {@link #forEachSince}.
   *
   * @throws LuhprocException when a file cannot be read
   */
  public List<LogLine> since(Instant instant) {
    List<LogLine> lines = new ArrayList<>();
    forEachSince(instant, lines::add);
    return List.copyOf(lines);
  }

  /**
   * Gives all lines written at or after an instant, and perhaps some of the second before it, to a
   * listener, in the calling thread; what the listener throws ends the reading.
   *
   * @throws LuhprocException when a file cannot be read
   */
  public void forEachSince(Instant instant, LogListener listener) {
    readLines(StartPosition.since(instant), listener);
  }

  /**
   * Gives every line that is written from now on to a listener, usually within a millisecond of its
   * line feed; a line that is unfinished now is given whole. A file that does not exist yet is
   * waited for. The follow ends when the directory vanishes.
   */
  public LogSubscription follow(LogListener listener) {
    return follow(StartPosition.lastCompleteLines(0), listener);
  }

  /**
   * Gives the last lines and then every line that is written to a listener, see {@link #follow}.
   *
   * @param lines how many lines of each stream at most, not negative
   * @throws IllegalArgumentException when {@code lines} is negative
   */
  public LogSubscription followFromTail(int lines, LogListener listener) {
    requireNonNegative(lines);
    return follow(StartPosition.lastCompleteLines(lines), listener);
  }

  /**
   * Gives the lines since an instant, see {@link #since}, and then every line that is written to a
   * listener, see {@link #follow}.
   */
  public LogSubscription followSince(Instant instant, LogListener listener) {
    return follow(StartPosition.since(instant), listener);
  }

  private void readLines(StartPosition from, LogListener listener) {
    try (MergedLineReader lines = open(from, true)) {
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

  private LogSubscription follow(StartPosition from, LogListener listener) {
    DirectoryWatcher watcher = DirectoryWatcher.open(directory, time);
    try {
      LogTailer tailer = new LogTailer(watcher, open(from, false), listener);
      return LogSubscription.start(String.valueOf(directory.getFileName()), tailer);
    } catch (IOException e) {
      closeSuppressing(e, watcher);
      throw readFailure(e);
    }
  }

  /** Opens the lines of all streams; bounded, they end where the streams end now. */
  private MergedLineReader open(StartPosition from, boolean bounded) throws IOException {
    List<LineReader> readers = new ArrayList<>();
    try {
      for (LogStream stream : streams) {
        readers.add(open(from, bounded, new LogFiles(directory, stream)));
      }
      return new MergedLineReader(readers);
    } catch (IOException e) {
      closeSuppressing(e, new MergedLineReader(readers));
      throw e;
    }
  }

  private static LineReader open(StartPosition from, boolean bounded, LogFiles files)
      throws IOException {
    LogStreamReader reader = new LogStreamReader(files);
    try {
      TimeIndex times = new IndexFile(files).readEntries();
      if (bounded) {
        reader.limit(reader.endOffset());
      }
      reader.seek(from.resolve(reader, times));
      return new LineReader(reader, times);
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
    // One byte more tells whether the snapshot begins with a line.
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
            + "; see whether the directory and its files belong to you",
        cause);
  }
}
