package io.luhproc.directory;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * The name of a process directory: {@code <task in lower case, '_' as '-'>-<12 base-32
 * characters>}. The characters are the first 60 bits of SHA-256 over the UTF-8 bytes of task, NUL,
 * id; of app, NUL, task, NUL, id where the app has a name. No part of them can contain NUL, so two
 * different ones never hash the same bytes.
 */
final class DirectoryName {
  private static final int HASH_CHARACTERS = 12;
  private static final String BASE_32 = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int BITS = 5;
  private static final int MASK = 31;

  private DirectoryName() {}

  static String of(Optional<String> app, String task, String id) {
    String text = (app.isPresent() ? app.get() + '\0' : "") + task + '\0' + id;
    byte[] digest = Sha256.digest(text.getBytes(StandardCharsets.UTF_8));
    return task.toLowerCase(Locale.ROOT).replace('_', '-') + '-' + hash(digest);
  }

  /** RFC 4648, which takes a library 14 classes, on the way of a JVM's first start and info. */
  private static String hash(byte[] digest) {
    long bits = ByteBuffer.wrap(digest).getLong();
    StringBuilder text = new StringBuilder(HASH_CHARACTERS);
    for (int i = 1; i <= HASH_CHARACTERS; i++) {
      text.append(BASE_32.charAt((int) (bits >>> (Long.SIZE - BITS * i)) & MASK));
    }
    return text.toString();
  }
}
