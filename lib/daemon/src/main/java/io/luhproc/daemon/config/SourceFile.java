package io.luhproc.daemon.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the text of a configuration file, at most 1 MiB of UTF-8. */
final class SourceFile {
  private static final int MAX_BYTES = 1 << 20;

  private SourceFile() {}

  /** Returns the text; empty if a problem was reported. */
  static Optional<String> read(Path file, Problems problems) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      problems.error(Location.of(file), "the path is no regular file; name a file");
      return Optional.empty();
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      problems.error(Location.of(file), "the file does not exist");
      return Optional.empty();
    } catch (IOException e) {
      problems.error(Location.of(file), "the file cannot be read: " + e);
      return Optional.empty();
    }
    if (bytes.length > MAX_BYTES) {
      problems.error(
          Location.of(file), "the file is larger than 1 MiB; divide it with include = [\"..\"]");
      return Optional.empty();
    }
    return decode(file, bytes, problems);
  }

  private static Optional<String> decode(Path file, byte[] bytes, Problems problems) {
    for (byte b : bytes) {
      if (b == 0) {
        problems.error(Location.of(file), "the file is not text: it contains NUL");
        return Optional.empty();
      }
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (CharacterCodingException e) {
      problems.error(Location.of(file), "the file is not UTF-8; save it as UTF-8");
      return Optional.empty();
    }
  }
}
