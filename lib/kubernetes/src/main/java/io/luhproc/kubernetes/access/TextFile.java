package io.luhproc.kubernetes.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads configuration files, of at most 1 MiB. */
final class TextFile {
  static final int MAX_BYTES = 1 << 20;

  private TextFile() {}

  /**
   * Returns the content of a file.
   *
   * @throws AccessException if it cannot be read, is not a regular file, or is larger than 1 MiB
   */
  static String read(Path file) {
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        // Opening a named pipe could block for ever.
        throw new AccessException("cannot read " + file + ": it is not a regular file");
      }
      try (InputStream in = Files.newInputStream(file)) {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
          throw new AccessException("cannot read " + file + ": it is larger than 1 MiB");
        }
        return new String(bytes, UTF_8);
      }
    } catch (NoSuchFileException e) {
      throw new AccessException("cannot read " + file + ": it does not exist", e);
    } catch (IOException e) {
      throw new AccessException("cannot read " + file + ": " + e, e);
    }
  }
}
