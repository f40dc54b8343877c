package io.luhproc.health;

import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;

/**
 * The sign of life of a task: the empty file {@code heartbeat}, mode 0600, in its process
 * directory. Its time of modification is the time of the last beat; it has no other content, so
 * {@code touch} beats as well. {@link HealthCheck#heartbeat} looks at it.
 */
public final class Heartbeat {
  private static final String FILE_NAME = "heartbeat";

  private Heartbeat() {}

  /**
   * Says that the process of a directory is alive. Never follows a link, and may be called by any
   * thread, interrupted or not.
   *
   * @throws IOException when the directory is gone, or something else is in place of the file
   */
  public static void beat(Path directory) throws IOException {
    Path file = directory.resolve(FILE_NAME);
    if (!exists(file)) {
      createFile(file);
    }
    FileTime now = FileTime.from(TimeSource.system().now());
    Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(now, now, null);
  }

  private static boolean exists(Path file) throws IOException {
    return lastModified(file).isPresent();
  }

  private static void createFile(Path file) throws IOException {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      // Another thread beats as well; unless it is what we never touch.
      if (!exists(file)) {
        throw e;
      }
    }
  }

  /**
   * Forgets the beats of an earlier process, before the next one is started in a directory.
   *
   * @throws IOException when the file cannot be removed
   */
  public static void clear(Path directory) throws IOException {
    Files.deleteIfExists(directory.resolve(FILE_NAME));
  }

  /** Returns when the process of a directory beat last; empty when it never did. */
  static Optional<Instant> lastBeat(Path directory) throws IOException {
    return lastModified(directory.resolve(FILE_NAME));
  }

  private static Optional<Instant> lastModified(Path file) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!attributes.isRegularFile()) {
        throw new IOException(file + " is no regular file; remove it");
      }
      return Optional.of(attributes.lastModifiedTime().toInstant());
    } catch (NoSuchFileException expected) {
      return Optional.empty();
    }
  }
}
