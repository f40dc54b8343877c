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
 * The text of a file, or why it has none.
 *
 * @param text the text; empty when there is none
 * @param kind what the file turned out to be
 */
record FileText(String text, Kind kind) {

  /** What a file turned out to be. */
  enum Kind {
    /** Text that is searched. */
    TEXT,
    /** No text: NUL in the first 8 KiB, or many control characters. */
    BINARY,
    /** More bytes than are read of a file. */
    TOO_LARGE
  }

  private static final int HEAD_BYTES = 8 * 1024;

  /** In what is no UTF-8, one control character in so many characters makes it binary. */
  private static final int CHARACTERS_PER_CONTROL = 256;

  /**
   * Reads a file.
   *
   * @param maxBytes how many bytes are read of a file at most
   * @throws IOException when it cannot be read
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

  /** Decodes the bytes of a file: UTF-8, UTF-16 where a mark begins it, else ISO-8859-1. */
  static FileText decode(byte[] bytes) {
    Charset charset = detectUtf16(bytes).orElse(StandardCharsets.UTF_8);
    try {
      // A new decoder reports what it cannot decode; new String(..) would replace it.
      String text = charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new FileText(text.startsWith("\uFEFF") ? text.substring(1) : text, Kind.TEXT);
    } catch (CharacterCodingException expected) {
      // Text of the time before UTF-8, or no text at all.
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
    long controls = text.chars().filter(c -> Character.isISOControl(c) && !isSpace(c)).count();
    return controls * CHARACTERS_PER_CONTROL <= text.length();
  }

  private static boolean isSpace(int c) {
    return Character.isWhitespace(c);
  }
}
