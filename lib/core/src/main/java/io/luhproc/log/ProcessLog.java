package io.luhproc.log;

import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * What the process of one directory wrote: the standard output, unless {@link #err()} or {@link
 * #both()} is asked for; rotated parts and the live file read as one. A directory or a file that
 * does not exist reads as empty.
 */
public final class ProcessLog {
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
   * @throws java.io.UncheckedIOException when a file cannot be read
   */
  public List<LogLine> tail(int lines) {
    throw new UnsupportedOperationException("not built yet");
  }

  /**
   * Returns the last 64 KiB as text, from the beginning of a line where there is one.
   *
   * @throws java.io.UncheckedIOException when a file cannot be read
   */
  public String snapshot() {
    throw new UnsupportedOperationException("not built yet");
  }

  /**
   * Returns all lines written at or after an instant, and perhaps some of the second before it.
   * Everything is held in memory; see {@link #forEachSince}.
   *
   * @throws java.io.UncheckedIOException when a file cannot be read
   */
  public List<LogLine> since(Instant instant) {
    throw new UnsupportedOperationException("not built yet");
  }

  /**
   * Gives all lines written at or after an instant, and perhaps some of the second before it, to a
   * listener, in the calling thread; what the listener throws ends the reading.
   *
   * @throws java.io.UncheckedIOException when a file cannot be read
   */
  public void forEachSince(Instant instant, LogListener listener) {
    throw new UnsupportedOperationException("not built yet");
  }

  /**
   * Gives every line that is written from now on to a listener, usually within a millisecond of its
   * line feed; a line that is unfinished now is given whole. A file that does not exist yet is
   * waited for. The follow ends when the directory vanishes.
   */
  public Follow follow(LogListener listener) {
    throw new UnsupportedOperationException("not built yet");
  }

  /**
   * Gives the last lines and then every line that is written to a listener, see {@link #follow}.
   *
   * @param lines how many lines of each stream at most, not negative
   * @throws IllegalArgumentException when {@code lines} is negative
   */
  public Follow followFromTail(int lines, LogListener listener) {
    throw new UnsupportedOperationException("not built yet");
  }

  /**
   * Gives the lines since an instant, see {@link #since}, and then every line that is written to a
   * listener, see {@link #follow}.
   */
  public Follow followSince(Instant instant, LogListener listener) {
    throw new UnsupportedOperationException("not built yet");
  }
}
