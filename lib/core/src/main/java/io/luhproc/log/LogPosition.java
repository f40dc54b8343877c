package io.luhproc.log;

/**
 * A position in the streams of a log: the number of bytes before it that the process wrote.
 *
 * <p>Rotation and restarts of the process do not change it. It loses its meaning if the process
 * directory is deleted, or if another program truncates a file.
 *
 * @param out the position in standard output
 * @param err the position in standard error
 * @since 0.1
 */
public record LogPosition(long out, long err) {
  /** The beginning of the log. */
  public static final LogPosition START = new LogPosition(0, 0);

  /**
   * Returns the position in a stream.
   *
   * @param stream the stream
   */
  public long of(LogStream stream) {
    return stream == LogStream.OUT ? out : err;
  }

  /**
   * Returns this position with another one in a stream.
   *
   * @param stream the stream
   * @param offset the position in it
   */
  public LogPosition with(LogStream stream, long offset) {
    return stream == LogStream.OUT ? new LogPosition(offset, err) : new LogPosition(out, offset);
  }

  /**
   * Returns the position after a line.
   *
   * @param line the next line of one of the streams
   */
  public LogPosition after(LogLine line) {
    return with(line.stream(), line.endOffset());
  }

  /**
   * Returns the later position of each stream.
   *
   * @param other the other position
   */
  public LogPosition latest(LogPosition other) {
    return new LogPosition(Math.max(out, other.out), Math.max(err, other.err));
  }

  /** Returns this position as text, {@code OUT:ERR}. */
  public String format() {
    return out + ":" + err;
  }

  /**
   * Returns the position of a text.
   *
   * @param text a text that {@link #format()} returned
   * @throws IllegalArgumentException if it is not such a text
   */
  public static LogPosition parse(String text) {
    if (!text.matches("[0-9]{1,18}:[0-9]{1,18}")) {
      throw new IllegalArgumentException("cursor (" + text + ") must be that of a line");
    }
    int colon = text.indexOf(':');
    return new LogPosition(
        Long.parseLong(text.substring(0, colon)), Long.parseLong(text.substring(colon + 1)));
  }
}
