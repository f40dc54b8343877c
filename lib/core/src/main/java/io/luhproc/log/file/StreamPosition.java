package io.luhproc.log.file;

import java.util.Base64;
import java.util.Optional;

/**
 * A position of a {@link LogStreamReader} that can be saved. It stays valid when the stream is
 * rotated, and when its absolute offsets change.
 *
 * <p>Text, version 1: {@code luhproc-position 1 ROTATED_AT CONTENT_START OFFSET RECENT}, the last
 * in Base64.
 *
 * @param rotatedAt the last rotated file before the position, -1 for none
 * @param contentStart the absolute offset after that file
 * @param offset the absolute offset of the next byte
 * @param recent the last bytes before the position, at most 512, in Base64; a truncation is noticed
 *     by them
 */
public record StreamPosition(long rotatedAt, long contentStart, long offset, String recent) {
  /** Maximum number of bytes before the position. */
  public static final int MAX_RECENT_BYTES = RecentBytes.CAPACITY;

  private static final String MAGIC = "luhproc-position 1";
  private static final int FIELDS = 4;

  static StreamPosition of(long rotatedAt, long contentStart, long offset, byte[] recent) {
    return new StreamPosition(
        rotatedAt, contentStart, offset, Base64.getEncoder().encodeToString(recent));
  }

  /**
   * Returns the last bytes before the position.
   *
   * @throws IllegalArgumentException if they are not in Base64
   */
  public byte[] recentBytes() {
    return Base64.getDecoder().decode(recent);
  }

  /** Parses the text of a position; returns empty if it is damaged or of another version. */
  public static Optional<StreamPosition> parse(String text) {
    if (!text.startsWith(MAGIC + " ")) {
      return Optional.empty();
    }
    String[] fields = text.substring(MAGIC.length() + 1).split(" ", -1);
    if (fields.length != FIELDS) {
      return Optional.empty();
    }
    try {
      StreamPosition position =
          new StreamPosition(
              Long.parseLong(fields[0]),
              Long.parseLong(fields[1]),
              Long.parseLong(fields[2]),
              fields[3]);
      return Optional.of(position).filter(it -> it.recentBytes().length <= MAX_RECENT_BYTES);
    } catch (IllegalArgumentException expected) {
      // A damaged text is no position.
      return Optional.empty();
    }
  }

  /** Returns the text of the position. */
  public String format() {
    return String.join(
        " ",
        MAGIC,
        Long.toString(rotatedAt),
        Long.toString(contentStart),
        Long.toString(offset),
        recent);
  }
}
