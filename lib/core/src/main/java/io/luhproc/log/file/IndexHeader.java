package io.luhproc.log.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The first line of an index file: the position of the active file in the stream, and the rotation
 * in progress.
 *
 * <p>Absolute offsets count the bytes ever written to the stream; physical offsets are positions in
 * the active file. The line has 128 bytes, fields separated by single spaces:
 *
 * <pre>
 * luhproc-index 1   format and version
 * s|c|m|t           phase of the rotation intent: IDLE, COPIED, PUBLISHED, TRUNCATING
 * 11 digits         sequence
 * 14 digits         baseOffset
 * 14 digits         punchedBytes
 * 13 digits         rotatedAt of the intent, milliseconds since the epoch
 * 14 digits         splitOffset of the intent, physical
 * 14 digits         length of its collapse, 0 for none, with a minus sign for a hole
 * 14 digits         probeOffset of its collapse, physical
 * 8 hex digits, LF  CRC-32 of all bytes before it
 * </pre>
 *
 * <p>Numbers have leading zeros. One pwrite(2) replaces the line. A reader that sees a partly
 * written line detects it by the CRC and reads again.
 *
 * @param sequence incremented with every change
 * @param baseOffset absolute offset of the first byte of the active file
 * @param punchedBytes number of leading bytes of the active file that are no output: NULs or a
 *     front notice ({@link RotationNotice}); their content is in a rotated file or was dropped
 * @param intent the rotation in progress, {@link RotationIntent#NONE} if there is none
 */
public record IndexHeader(
    long sequence, long baseOffset, long punchedBytes, RotationIntent intent) {
  static final int BYTES = 128;
  private static final String MAGIC = "luhproc-index 1 ";
  private static final int CRC_OFFSET = BYTES - 9;

  /** Header of a stream without index: nothing was rotated. */
  static final IndexHeader ABSENT = new IndexHeader(-1, 0, 0, RotationIntent.NONE);

  /** Returns whether there is no valid header on disk. */
  public boolean isAbsent() {
    return sequence < 0;
  }

  /** Returns the next header, with a new position and no rotation in progress. */
  public IndexHeader committed(long newBaseOffset, long newPunchedBytes) {
    return new IndexHeader(sequence + 1, newBaseOffset, newPunchedBytes, RotationIntent.NONE);
  }

  /** Returns the next header, with another rotation intent. */
  public IndexHeader withIntent(RotationIntent newIntent) {
    return new IndexHeader(sequence + 1, baseOffset, punchedBytes, newIntent);
  }

  /**
   * The same as the generated method, whose first call links a dozen method handles: 50 ms of CPU
   * and 2 MiB in each worker.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof IndexHeader header
        && sequence == header.sequence
        && baseOffset == header.baseOffset
        && punchedBytes == header.punchedBytes
        && intent.equals(header.intent);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(sequence);
  }

  byte[] encode() {
    StringBuilder text = new StringBuilder(BYTES);
    text.append(MAGIC).append(intent.phase().code()).append(' ');
    appendDecimal(text, sequence, 11).append(' ');
    appendDecimal(text, baseOffset, 14).append(' ');
    appendDecimal(text, punchedBytes, 14).append(' ');
    appendDecimal(text, intent.rotatedAt(), 13).append(' ');
    appendDecimal(text, intent.splitOffset(), 14).append(' ');
    appendDecimal(text, intent.collapse().length(), 14).append(' ');
    appendDecimal(text, intent.collapse().probeOffset(), 14).append(' ');
    byte[] line = text.toString().getBytes(US_ASCII);
    appendPadded(text, Long.toHexString(crc(line, line.length)), 8).append('\n');
    return text.toString().getBytes(US_ASCII);
  }

  /** Returns the header; null if the bytes are torn, of another version or no header. */
  static @Nullable IndexHeader decode(byte[] line) {
    String text = new String(line, US_ASCII);
    if (line.length != BYTES || !text.startsWith(MAGIC)) {
      return null;
    }
    try {
      boolean valid = Long.parseLong(text, CRC_OFFSET, BYTES - 1, 16) == crc(line, CRC_OFFSET);
      return valid ? parse(text.substring(MAGIC.length(), CRC_OFFSET).split(" ", -1)) : null;
    } catch (IllegalArgumentException expected) {
      // Invalid bytes mean that there is no header.
      return null;
    }
  }

  private static IndexHeader parse(String[] fields) {
    RotationIntent.Collapse collapse =
        new RotationIntent.Collapse(Long.parseLong(fields[6]), Long.parseLong(fields[7]));
    RotationIntent intent =
        new RotationIntent(
            RotationIntent.Phase.fromCode(fields[0]),
            Long.parseLong(fields[4]),
            Long.parseLong(fields[5]),
            collapse);
    return new IndexHeader(
        Long.parseLong(fields[1]), Long.parseLong(fields[2]), Long.parseLong(fields[3]), intent);
  }

  /**
   * Appends a number with leading zeros. Not by {@code String.format}, whose first call in a cold
   * JVM takes 45 ms instead of 0.1: every worker writes a header when it starts.
   */
  static StringBuilder appendDecimal(StringBuilder text, long value, int width) {
    return value < 0
        ? appendPadded(text.append('-'), Long.toString(-value), width - 1)
        : appendPadded(text, Long.toString(value), width);
  }

  private static StringBuilder appendPadded(StringBuilder text, String digits, int width) {
    return text.append("0".repeat(Math.max(0, width - digits.length()))).append(digits);
  }

  private static long crc(byte[] line, int length) {
    CRC32 crc = new CRC32();
    crc.update(line, 0, length);
    return crc.getValue();
  }
}
