package io.luhproc.directory;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * The name of a process directory: {@code <task in lower case, '_' as '-'>-<12 base-32
 * characters>}. The characters are the first 60 bits of SHA-256 over the UTF-8 bytes of task, NUL,
 * id; of app, NUL, task, NUL, id where the app has a name. No part of them can contain NUL, so two
 * different ones never hash the same bytes.
 *
 * <p>Why not commons-codec, which writes base 32 too: it loads fifteen classes to do so, on the way
 * of every start and of every worker to its task. A test compares the two.
 */
final class DirectoryName {
  private static final int HASH_CHARACTERS = 12;
  // RFC 4648, 6, in lower case.
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int BITS = 5;

  private DirectoryName() {}

  static String of(Optional<String> app, String task, String id) {
    String text = (app.isPresent() ? app.get() + '\0' : "") + task + '\0' + id;
    byte[] digest = Sha256.digest(text.getBytes(StandardCharsets.UTF_8));
    return task.toLowerCase(Locale.ROOT).replace('_', '-') + '-' + base32(digest);
  }

  private static String base32(byte[] digest) {
    long bits = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      bits = (bits << Byte.SIZE) | (digest[i] & 0xff);
    }
    StringBuilder hash = new StringBuilder(HASH_CHARACTERS);
    for (int i = 1; i <= HASH_CHARACTERS; i++) {
      int letter = (int) (bits >>> (Long.SIZE - i * BITS)) & (ALPHABET.length() - 1);
      hash.append(ALPHABET.charAt(letter));
    }
    return hash.toString();
  }
}
