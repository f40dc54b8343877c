package io.luhproc.log;

import java.time.Instant;

/**
 * A line that a process wrote.
 *
 * <p>A line of more than 64 KiB is delivered in pieces of at most 64 KiB, split between characters.
 *
 * @param stream the stream it was written to
 * @param time when it was written, accurate to about a second; if unknown, when its file was last
 *     written
 * @param text the line without its line feed, decoded as UTF-8; invalid bytes are U+FFFD
 * @param partial whether another piece of the same line follows
 * @param endOffset the position after it in its stream, see {@link LogPosition}; -1 if it was not
 *     read from a log
 * @since 0.1
 */
public record LogLine(
    LogStream stream, Instant time, String text, boolean partial, long endOffset) {

  /**
   * Creates a line that was not read from a log.
   *
   * @param stream the stream it was written to
   * @param time when it was written
   * @param text the line without its line feed
   * @param partial whether another piece of the same line follows
   */
  public LogLine(LogStream stream, Instant time, String text, boolean partial) {
    this(stream, time, text, partial, -1);
  }
}
