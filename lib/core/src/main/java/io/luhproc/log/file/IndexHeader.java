package io.luhproc.log.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The first line of an index file: where the bytes of the live file stand in the whole stream.
 *
 * <p>Absolute offsets count the bytes ever written to the stream. The line has 128 bytes:
 *
 * <pre>
 * luhproc-index 1 PHASE SEQUENCE BASE HOLE STAMP CUT COLLAPSE MARK CRC LF
 *                 s|c|m|t  11 d   14 d 14 d 13 d 14 d  14 d   14 d 8 hex
 * </pre>
 *
 * <p>Numbers are decimal with leading zeros; the CRC-32 is that of all bytes before it. One pwrite
 * replaces the line; a reader that meets it half written sees that by the CRC and reads again.
 *
 * @param sequence goes up with every change
 * @param baseOffset absolute offset of physical byte 0 of the live file
 * @param punchedBytes how many leading bytes of the live file are NULs whose content is in a part
 * @param intent what is going on
 */
public record IndexHeader(
    long sequence, long baseOffset, long punchedBytes, RotationIntent intent) {
  static final int BYTES = 128;
  private static final String MAGIC = "luhproc-index 1 ";
  private static final int CRC_OFFSET = BYTES - 9;

  /** What holds where there is no index: nothing was ever moved. */
  static final IndexHeader ABSENT = new IndexHeader(-1, 0, 0, RotationIntent.NONE);

  public IndexHeader committed(long newBaseOffset, long newPunchedBytes) {
    return new IndexHeader(sequence + 1, newBaseOffset, newPunchedBytes, RotationIntent.NONE);
  }

  public IndexHeader withIntent(RotationIntent newIntent) {
    return new IndexHeader(sequence + 1, baseOffset, punchedBytes, newIntent);
  }

  public byte[] encode() {
    StringBuilder text = new StringBuilder(BYTES);
    text.append(MAGIC).append(intent.phase().code()).append(' ');
    FixedWidthNumbers.appendDecimal(text, sequence, 11).append(' ');
    FixedWidthNumbers.appendDecimal(text, baseOffset, 14).append(' ');
    FixedWidthNumbers.appendDecimal(text, punchedBytes, 14).append(' ');
    FixedWidthNumbers.appendDecimal(text, intent.rotatedAt(), 13).append(' ');
    FixedWidthNumbers.appendDecimal(text, intent.splitOffset(), 14).append(' ');
    FixedWidthNumbers.appendDecimal(text, intent.collapse().length(), 14).append(' ');
    FixedWidthNumbers.appendDecimal(text, intent.collapse().probeOffset(), 14).append(' ');
    byte[] line = text.toString().getBytes(US_ASCII);
    FixedWidthNumbers.appendHexadecimal(text, crc(line, line.length), 8).append('\n');
    return text.toString().getBytes(US_ASCII);
  }

  /** Returns the header, or null when the bytes are none, are of another version or are torn. */
  public static @Nullable IndexHeader decode(byte[] line) {
    String text = new String(line, US_ASCII);
    if (line.length != BYTES || !text.startsWith(MAGIC)) {
      return null;
    }
    try {
      boolean valid = Long.parseLong(text, CRC_OFFSET, BYTES - 1, 16) == crc(line, CRC_OFFSET);
      return valid ? parse(text.substring(MAGIC.length(), CRC_OFFSET).split(" ", -1)) : null;
    } catch (IllegalArgumentException expected) {
      // Torn or foreign bytes are an answer here: there is no header.
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

  private static long crc(byte[] line, int length) {
    CRC32 crc = new CRC32();
    crc.update(line, 0, length);
    return crc.getValue();
  }
}
