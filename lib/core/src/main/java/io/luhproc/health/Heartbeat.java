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
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The heartbeat file of a task, read by {@link HealthCheck#heartbeat}.
 *
 * <p>Format: the empty file {@code heartbeat}, mode 0600, in the process directory. Its
 * modification time is the time of the last heartbeat, so {@code touch heartbeat} has the same
 * effect as {@link #beat}.
 *
 * @since 0.1
 */
public final class Heartbeat {
  private static final String FILE_NAME = "heartbeat";

  private Heartbeat() {}

  /**
   * Records a heartbeat. Can be called by any thread, also an interrupted one; a symbolic link is
   * not followed.
   *
   * @param directory the process directory
   * @throws IOException if the directory does not exist, or {@code heartbeat} is not a regular file
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
      // Another thread may have created the file; a link or a directory is an error.
      if (!exists(file)) {
        throw e;
      }
    }
  }

  /**
   * Deletes the heartbeat of an earlier process before the next one starts in the same directory.
   *
   * @param directory the process directory
   * @throws IOException if the file cannot be deleted
   */
  public static void clear(Path directory) throws IOException {
    Files.deleteIfExists(directory.resolve(FILE_NAME));
  }

  /**
   * Returns the maximum age of heartbeats that a check allows.
   *
   * @param check any check
   * @return empty if it is not made by {@link HealthCheck#heartbeat}
   */
  public static Optional<Duration> maxAge(HealthCheck check) {
    return check instanceof HeartbeatCheck heartbeat
        ? Optional.of(heartbeat.maxAge())
        : Optional.empty();
  }

  /** Returns the time of the last heartbeat; empty if there was none. */
  static Optional<Instant> lastBeat(Path directory) throws IOException {
    return lastModified(directory.resolve(FILE_NAME));
  }

  private static Optional<Instant> lastModified(Path file) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!attributes.isRegularFile()) {
        throw new IOException(file + " is not a regular file; remove it");
      }
      return Optional.of(attributes.lastModifiedTime().toInstant());
    } catch (NoSuchFileException expected) {
      return Optional.empty();
    }
  }
}
