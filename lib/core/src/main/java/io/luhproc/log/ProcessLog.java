package io.luhproc.log;

import io.luhproc.LuhprocException;
import io.luhproc.log.file.LogFileRefusedException;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The output of the process of one directory: rotated files and active file, read as one log.
 *
 * <p>Selects standard output unless {@link #err()} or {@link #both()} is called. A missing
 * directory or file reads as empty; a symbolic link, pipe, device or directory in place of a file
 * is refused. The rest of a rotated file that is damaged is skipped with a warning. The process,
 * its maintainer and any number of readers may work at the same time.
 *
 * <p>Instances are immutable and may be used by any thread.
 *
 * @since 0.1
 */
public final class ProcessLog {
  private static final int SNAPSHOT_BYTES = 64 << 10;
  private static final int SNAPSHOT_LINES = 1000;
  // Short enough for a look at the last words of a process, longer than most pauses inside a line.
  private static final Duration IDLE_DELAY = Duration.ofMillis(500);

  private final LogSelection selection;

  private ProcessLog(LogSelection selection) {
    this.selection = selection;
  }

  /**
   * Returns the log of a process directory.
   *
   * @param directory the directory, which need not exist
   */
  public static ProcessLog of(Path directory) {
    Objects.requireNonNull(directory, "directory");
    return new ProcessLog(LogSelection.of(directory));
  }

  /**
   * Returns one stream of this log.
   *
   * @param stream the stream to select
   */
  public ProcessLog stream(LogStream stream) {
    return new ProcessLog(selection.withStreams(Objects.requireNonNull(stream, "stream")));
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
    return new ProcessLog(selection.withStreams(LogStream.OUT, LogStream.ERR));
  }

  /**
   * Returns this log without the lines completed after an instant.
   *
   * <p>Accurate to about a second. Such a log has an end, so it cannot be followed.
   *
   * @param instant the latest time
   */
  public ProcessLog until(Instant instant) {
    Objects.requireNonNull(instant, "instant");
    return new ProcessLog(selection.withUntil(instant));
  }

  /**
   * Returns this log without what follows a position. Such a log has an end, so it cannot be
   * followed. A line that continues after the position ends there.
   *
   * @param position the position
   */
  public ProcessLog upTo(LogPosition position) {
    return new ProcessLog(selection.withEnd(Objects.requireNonNull(position, "position")));
  }

  /**
   * Returns this log with lines that also end at a carriage return, so that the progress of a
   * program that rewrites its last line can be followed.
   *
   * <p>A carriage return and a line feed together end one line. An empty line before a carriage
   * return is left out. {@link #snapshot()} is the same.
   */
  public ProcessLog splitAtCarriageReturn() {
    return new ProcessLog(selection.withSplitAtCarriageReturn());
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
    if (selection.streams().size() > 1) {
      return mergedSnapshot();
    }
    try {
      return selection.lastText(selection.streams().get(0), SNAPSHOT_BYTES);
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
   * @param instant the earliest time; {@link Instant#MIN} for all lines
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
    Objects.requireNonNull(instant, "instant");
    Objects.requireNonNull(listener, "listener");
    readLines(StartPosition.since(instant), listener);
  }

  /**
   * Returns the position of the last lines, which {@link #tail} returns.
   *
   * @param lines maximum number of lines, not negative
   * @return the position in the selected streams; 0 in the others
   * @throws IllegalArgumentException if {@code lines} is negative
   * @throws LuhprocException if a file cannot be read
   */
  public LogPosition tailPosition(int lines) {
    requireNonNegative(lines);
    LogPosition ofEach = resolve(StartPosition.lastLines(lines));
    if (selection.streams().size() == 1) {
      return ofEach;
    }
    ArrayDeque<LogPosition> starts = new ArrayDeque<>(List.of(ofEach));
    readLines(
        selected -> selected.openAt(ofEach, true),
        line -> {
          starts.add(starts.getLast().after(line));
          if (starts.size() > lines + 1) {
            starts.remove();
          }
        });
    return starts.getFirst();
  }

  /**
   * Returns the position of the first line that {@link #since} returns.
   *
   * @param instant the earliest time
   * @return the position in the selected streams; 0 in the others
   * @throws LuhprocException if a file cannot be read
   */
  public LogPosition sincePosition(Instant instant) {
    return resolve(StartPosition.since(Objects.requireNonNull(instant, "instant")));
  }

  /**
   * Returns the position of the oldest byte that is retained.
   *
   * @return the position in the selected streams; 0 in the others
   * @throws LuhprocException if a file cannot be read
   */
  public LogPosition oldestPosition() {
    return resolve((reader, times, split) -> reader.oldestOffset());
  }

  /**
   * Returns the position of the end.
   *
   * @return the position in the selected streams; 0 in the others
   * @throws LuhprocException if a file cannot be read
   */
  public LogPosition endPosition() {
    return resolve((reader, times, split) -> reader.endOffset());
  }

  /**
   * Returns the number of bytes that the process wrote, also those that were deleted since. Costs
   * less than {@link #endPosition}.
   *
   * @return the sum of the selected streams
   * @throws LuhprocException if a file cannot be read
   */
  public long writtenBytes() {
    try {
      return selection.writtenBytes();
    } catch (IOException e) {
      throw readFailure(e);
    }
  }

  private LogPosition resolve(StartPosition start) {
    try {
      return selection.resolve(start);
    } catch (IOException e) {
      throw readFailure(e);
    }
  }

  /**
   * Returns the next lines after a position, oldest first. Lines that were deleted meanwhile are
   * skipped. An incomplete last line is one of them.
   *
   * @param from the position, for example {@linkplain LogPosition#after after} the last line read
   * @param maxChars the length of text after which no other line is read, not negative
   * @return empty at the end of the log
   * @throws LuhprocException if a file cannot be read
   */
  public List<LogLine> read(LogPosition from, int maxChars) {
    Objects.requireNonNull(from, "from");
    List<LogLine> lines = new ArrayList<>();
    int chars = 0;
    try (MergedLineReader reader = selection.openAt(from, true)) {
      @Nullable LogLine line = nextOrIncomplete(reader);
      while (line != null) {
        lines.add(line);
        chars += line.text().length() + 1;
        line = chars > maxChars ? null : nextOrIncomplete(reader);
      }
    } catch (IOException e) {
      throw readFailure(e);
    }
    return List.copyOf(lines);
  }

  private static @Nullable LogLine nextOrIncomplete(MergedLineReader reader) throws IOException {
    LogLine line = reader.next();
    return line == null ? reader.nextIncomplete() : line;
  }

  /**
   * Delivers every line completed from now on to a listener, usually within a millisecond.
   *
   * <p>A line that is incomplete now is delivered as a whole, see {@link LogListener#onLine}. A
   * directory or file that does not exist yet is followed once it is created, from its first line
   * on. The subscription ends when the process directory is deleted; an incomplete last line is
   * delivered then.
   *
   * <p>If another program truncates or replaces the active file, its new content is delivered from
   * its beginning. Lines that were truncated before they were read are lost. A truncation to less
   * than the whole file looks the same, so the lines that it leaves are delivered again.
   *
   * @param listener receives the lines in a thread of the subscription
   * @return the subscription, to be closed by the caller
   * @throws IllegalStateException if this log ends at {@linkplain #until an instant}
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
   * @throws IllegalStateException if this log ends at {@linkplain #until an instant}
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
   * @throws IllegalStateException if this log ends at {@linkplain #until an instant}
   * @throws LuhprocException if a file cannot be read
   */
  public LogSubscription followSince(Instant instant, LogListener listener) {
    Objects.requireNonNull(instant, "instant");
    return follow(StartPosition.since(instant), listener);
  }

  /**
   * Delivers the lines after a position and then every new line to a listener, like {@link
   * #follow(LogListener)}. Lines that were deleted meanwhile are skipped.
   *
   * @param from the position, for example {@link LogSubscription#startPosition}
   * @param listener receives the lines in a thread of the subscription
   * @return the subscription, to be closed by the caller
   * @throws IllegalStateException if this log ends at {@linkplain #until an instant}
   * @throws LuhprocException if a file cannot be read
   */
  public LogSubscription followFrom(LogPosition from, LogListener listener) {
    Objects.requireNonNull(from, "from");
    return follow(selected -> selected.openAt(from, false), listener, idleDelay());
  }

  /** Opens the lines to read. */
  @FunctionalInterface
  private interface Opener {
    MergedLineReader open(LogSelection selection) throws IOException;
  }

  private void readLines(StartPosition start, LogListener listener) {
    readLines(selected -> selected.open(start, true), listener);
  }

  private void readLines(Opener opener, LogListener listener) {
    try (MergedLineReader lines = opener.open(selection)) {
      LogLine line = nextOrIncomplete(lines);
      while (line != null) {
        listener.onLine(line);
        line = nextOrIncomplete(lines);
      }
    } catch (IOException e) {
      throw readFailure(e);
    }
  }

  private LogSubscription follow(StartPosition start, LogListener listener) {
    return follow(start, listener, idleDelay());
  }

  private static LogTailer.IdleDelay idleDelay() {
    return new LogTailer.IdleDelay(TimeSource.system(), IDLE_DELAY);
  }

  LogSubscription follow(StartPosition start, LogListener listener, LogTailer.IdleDelay idleDelay) {
    return follow(selected -> selected.open(start, false), listener, idleDelay);
  }

  private LogSubscription follow(
      Opener opener, LogListener listener, LogTailer.IdleDelay idleDelay) {
    Objects.requireNonNull(listener, "listener");
    selection.checkEndless();
    Path directory = selection.directory();
    DirectoryWatcher watcher = DirectoryWatcher.open(directory, TimeSource.system());
    try {
      LogTailer tailer = new LogTailer(watcher, opener.open(selection), listener, idleDelay);
      return LogSubscription.start(String.valueOf(directory.getFileName()), tailer);
    } catch (IOException e) {
      LogSelection.closeSuppressing(e, watcher);
      throw readFailure(e);
    }
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

  Path directory() {
    return selection.directory();
  }

  List<LogStream> streams() {
    return selection.streams();
  }

  private static void requireNonNegative(int lines) {
    if (lines < 0) {
      throw new IllegalArgumentException("lines (" + lines + ") must not be negative");
    }
  }

  private LuhprocException readFailure(IOException cause) {
    return readFailure(selection.directory(), cause);
  }

  static LuhprocException readFailure(Path directory, IOException cause) {
    if (cause instanceof LogFileRefusedException) {
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
