package io.luhproc.directory;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Reads files that may be something else. Apart from {@link AtomicFiles}, because a cold worker
 * only reads before its task, and the modes of new files take it two milliseconds.
 */
public final class RegularFiles {
  private RegularFiles() {}

  /** Returns whether the path exists and is not a regular file; links are not followed. */
  static boolean isNotRegular(Path file) {
    try {
      return !Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isRegularFile();
    } catch (IOException expected) {
      // Missing or inaccessible: opening it fails with the reason.
      return false;
    }
  }

  /**
   * Reads at most {@code maxBytes} bytes of a regular file in a directory of mode 0700.
   *
   * <p>Pipes and devices are refused: opening a pipe would block, and a device may have no end.
   *
   * @throws IOException if it is not a regular file; a {@code NoSuchFileException} if it is missing
   */
  public static byte[] read(Path file, int maxBytes) throws IOException {
    var attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      throw new IOException(file + " is not a regular file");
    }
    // Not a channel, which loads thirty classes before the task of a cold worker.
    try (InputStream in = new FileInputStream(file.toFile())) {
      return in.readNBytes(maxBytes);
    } catch (FileNotFoundException e) {
      // Deleted since, or not readable: a channel tells which.
      try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
        return in.readNBytes(maxBytes);
      }
    }
  }
}
