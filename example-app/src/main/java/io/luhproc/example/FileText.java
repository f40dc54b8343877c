package io.luhproc.example;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Decoded text of a file.
 *
 * @param text the text; empty unless the kind is {@code TEXT}
 * @param kind kind of the file
 */
record FileText(String text, Kind kind) {

  /** Kind of a file by its content. */
  enum Kind {
    /** Text. */
    TEXT,
    /** Not text: a NUL in the first 8 KiB, or many control characters. */
    BINARY,
    /** Larger than the limit. */
    TOO_LARGE
  }

  private static final int HEAD_BYTES = 8 * 1024;

  /** A file that is not UTF-8 is binary if it has more control characters than one per 256. */
  private static final int CHARACTERS_PER_CONTROL = 256;

  /**
   * Reads a file.
   *
   * @param maxBytes size limit in bytes
   * @throws IOException if the file cannot be read
   */
  static FileText read(Path file, int maxBytes) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(Math.min(HEAD_BYTES, maxBytes));
      if (isBinary(head)) {
        return new FileText("", Kind.BINARY);
      }
      byte[] rest = in.readNBytes(maxBytes - head.length + 1);
      if (head.length + rest.length > maxBytes) {
        return new FileText("", Kind.TOO_LARGE);
      }
      byte[] bytes = Arrays.copyOf(head, head.length + rest.length);
      System.arraycopy(rest, 0, bytes, head.length, rest.length);
      return decode(bytes);
    }
  }

  private static boolean isBinary(byte[] head) {
    if (detectUtf16(head).isPresent()) {
      return false;
    }
    for (byte b : head) {
      if (b == 0) {
        return true;
      }
    }
    return false;
  }

  /** Decodes UTF-16 with a byte order mark, UTF-8, and otherwise ISO-8859-1. */
  static FileText decode(byte[] bytes) {
    Charset charset = detectUtf16(bytes).orElse(StandardCharsets.UTF_8);
    try {
      // A new decoder reports invalid bytes; new String(..) would replace them.
      String text = charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new FileText(text.startsWith("\uFEFF") ? text.substring(1) : text, Kind.TEXT);
    } catch (CharacterCodingException expected) {
      // Old text in ISO-8859-1, or a binary file.
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      return isText(text) ? new FileText(text, Kind.TEXT) : new FileText("", Kind.BINARY);
    }
  }

  private static Optional<Charset> detectUtf16(byte[] bytes) {
    if (bytes.length < 2) {
      return Optional.empty();
    }
    int mark = (bytes[0] & 0xFF) << 8 | (bytes[1] & 0xFF);
    return mark == 0xFEFF || mark == 0xFFFE
        ? Optional.of(StandardCharsets.UTF_16)
        : Optional.empty();
  }

  private static boolean isText(String text) {
    long controls =
        text.chars().filter(c -> Character.isISOControl(c) && !Character.isWhitespace(c)).count();
    return controls * CHARACTERS_PER_CONTROL <= text.length();
  }
}
