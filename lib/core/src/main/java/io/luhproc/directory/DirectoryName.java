package io.luhproc.directory;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.codec.binary.Base32;

/**
 * The name of a process directory: {@code <task, lower case, '_' to '-'>-<12 base-32 characters>}.
 *
 * <p>The characters are the first 60 bits of SHA-256 over the UTF-8 bytes of task, NUL, id; or of
 * app, NUL, task, NUL, id if the app has a name. None of these contains NUL, so two different keys
 * never hash the same bytes.
 */
final class DirectoryName {
  private static final int HASH_CHARACTERS = 12;
  // 12 base-32 characters are 60 bits: 8 bytes hold them.
  private static final int HASH_BYTES = 8;

  private DirectoryName() {}

  static String of(Optional<String> app, String task, String id) {
    String text = (app.isPresent() ? app.get() + '\0' : "") + task + '\0' + id;
    byte[] digest = Sha256.digest(text.getBytes(StandardCharsets.UTF_8));
    String hash = new Base32().encodeToString(Arrays.copyOf(digest, HASH_BYTES));
    String name = task + '-' + hash.substring(0, HASH_CHARACTERS);
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
