package io.luhproc.slurm;

import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.EngineUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Files and directories that only this user can read, and that are no links. */
final class PrivateFiles {
  private static final FileAttribute<Set<PosixFilePermission>> FILE_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> DIRECTORY_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final int MAX_BYTES = 64 << 10;

  private PrivateFiles() {}

  /**
   * Creates a directory and its parents, unless it exists.
   *
   * @throws EngineRefusedException if it is not a directory of this user that only this user can
   *     use
   */
  static void createRoot(Path directory) {
    try {
      Files.createDirectories(directory, DIRECTORY_MODE);
      // The path to it may contain links, which are the user's choice.
      PosixFileAttributes found = Files.readAttributes(directory, PosixFileAttributes.class);
      String mode = PosixFilePermissions.toString(found.permissions());
      if (!found.isDirectory() || !isOwn(directory) || !mode.endsWith("------")) {
        throw new EngineRefusedException(
            "cannot use directory %s: it must be a directory of this user with mode 700; change it, or set %s"
                .formatted(directory, SlurmSettings.DIRECTORY));
      }
    } catch (IOException e) {
      throw new EngineRefusedException(
          "cannot create directory %s: %s; create it, or set %s"
              .formatted(directory, e, SlurmSettings.DIRECTORY),
          e);
    }
  }

  /** Creates a directory unless it exists. */
  static void createDirectory(Path directory) throws IOException {
    try {
      Path ignored = Files.createDirectory(directory, DIRECTORY_MODE);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
    }
  }

  /** Replaces a file as a whole. */
  static void write(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling("." + UUID.randomUUID());
    try {
      Path created = Files.createFile(temporary, FILE_MODE);
      Path written = Files.writeString(created, text);
      Path ignored = Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      boolean ignored = Files.deleteIfExists(temporary);
    }
  }

  /** Creates an empty file unless it exists. */
  static void touch(Path file) throws IOException {
    try {
      Path ignored = Files.createFile(file, FILE_MODE);
    } catch (FileAlreadyExistsException ignored) {
      // It may have content.
    }
  }

  /**
   * Returns the content of a file; empty if there is no such file, or it is a link, of another
   * user, or not a regular file, which might block its reader.
   */
  static Optional<String> read(Path file) {
    try {
      if (attributes(file).isEmpty()) {
        return Optional.empty();
      }
      try (var in =
          Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.of(new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8));
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unavailable(file, e);
    }
  }

  /** Returns the attributes of a regular file of this user; empty for all else. */
  static Optional<BasicFileAttributes> attributes(Path file) throws IOException {
    try {
      BasicFileAttributes found =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return found.isRegularFile() && isOwn(file) ? Optional.of(found) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static boolean isOwn(Path path) throws IOException {
    // The owner of /proc/self is the effective user, see proc(5).
    Object user = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    return user.equals(Files.getAttribute(path, "unix:uid"));
  }

  static EngineUnavailableException unavailable(Path path, Exception cause) {
    return new EngineUnavailableException(
        "cannot use %s: %s; is the file system full, or not reachable?".formatted(path, cause),
        cause);
  }
}
