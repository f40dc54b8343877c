package io.luhproc.directory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Files that only their owner may read, replaced as a whole or not at all. */
final class AtomicFiles {
  // Sets that are no EnumSet: the first of those looks its constants up by reflection.

  /** Mode 0600. */
  static final FileAttribute<Set<PosixFilePermission>> FILE_MODE =
      PosixFilePermissions.asFileAttribute(
          Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));

  /** Mode 0700. */
  static final FileAttribute<Set<PosixFilePermission>> DIRECTORY_MODE =
      PosixFilePermissions.asFileAttribute(
          Set.of(
              PosixFilePermission.OWNER_READ,
              PosixFilePermission.OWNER_WRITE,
              PosixFilePermission.OWNER_EXECUTE));

  private static final Set<OpenOption> WRITE_OPTIONS =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

  private AtomicFiles() {}

  /**
   * Writes a file under a temporary name and renames it into place.
   *
   * @throws IOException when it cannot be written, such as on a full disk; what was there stays
   */
  static void replace(Path file, byte[] content) throws IOException {
    Path temporary = temporaryPath(file);
    try {
      write(temporary, content);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      deleteSuppressing(e, temporary);
      throw e;
    }
  }

  private static Path temporaryPath(Path file) {
    return file.resolveSibling("." + file.getFileName() + ".new");
  }

  /**
   * Takes a file away under its temporary name, where the next {@link #replace} or {@link #restore}
   * finds it: to make a file takes the disk several times as long as to rename one.
   */
  static void stash(Path file) throws IOException {
    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      Files.move(file, temporaryPath(file), StandardCopyOption.ATOMIC_MOVE);
    } else {
      Files.deleteIfExists(file);
    }
  }

  /**
   * Makes a file, of a content that never differs, that is not there in general. Whoever is killed
   * in between, or finds the disk full, leaves an empty one.
   */
  static void restore(Path file, byte[] content) throws IOException {
    Path stashed = temporaryPath(file);
    if (Files.isRegularFile(stashed, LinkOption.NOFOLLOW_LINKS)) {
      Files.move(stashed, file, StandardCopyOption.ATOMIC_MOVE);
    } else {
      write(file, content);
    }
  }

  private static void write(Path file, byte[] content) throws IOException {
    try (SeekableByteChannel channel = openForWriting(file)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      if (channel.size() > content.length) {
        channel.truncate(content.length);
      }
    }
  }

  /**
   * Opens a new file, or one that was put aside or left by somebody who was killed between the two
   * steps. That is not truncated: ext4 begins to write to the disk what is written over something
   * truncated.
   */
  private static SeekableByteChannel openForWriting(Path file) throws IOException {
    if (isNotRegular(file)) {
      // To open a pipe would wait for its reader. Of directories only an empty one goes.
      Files.delete(file);
    }
    return Files.newByteChannel(file, WRITE_OPTIONS, FILE_MODE);
  }

  /** Returns whether there is something that is no regular file; a link is none. */
  static boolean isNotRegular(Path file) {
    try {
      return !Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isRegularFile();
    } catch (IOException expected) {
      // There is nothing, or nothing that we may see: whoever opens it is told.
      return false;
    }
  }

  /**
   * Reads a file, at most so many bytes of it: one of ours is shorter, so whoever gets all of these
   * has read something damaged. To open a pipe would wait for its writer, and a device may have no
   * end.
   *
   * @throws IOException when it is no regular file; a {@code NoSuchFileException} when there is
   *     nothing
   */
  static byte[] read(Path file, int maxBytes) throws IOException {
    if (isNotRegular(file)) {
      throw new IOException(file + " is no regular file");
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return in.readNBytes(maxBytes);
    }
  }

  private static void deleteSuppressing(IOException cause, Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /**
   * Makes an empty file where there is none; never follows a link and never changes what is there.
   */
  static void createIfMissing(Path file) throws IOException {
    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      // It mostly is there, and a look costs a fifth of a refusal.
      return;
    }
    try {
      Files.createFile(file, FILE_MODE);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(file + " is no regular file; remove it", e);
      }
    }
  }

  /**
   * Deletes all there is in a directory but one file, then that, then the directory itself. Links
   * are deleted and not followed.
   */
  static void deleteTree(Path directory, Path last) throws IOException {
    Files.walkFileTree(directory, new DeleteAllExcept(directory, last));
    Files.deleteIfExists(last);
    try {
      Files.delete(directory);
    } catch (DirectoryNotEmptyException | NoSuchFileException expected) {
      // Somebody has begun to start the next process here, or was faster than we were.
    }
  }

  private static final class DeleteAllExcept extends SimpleFileVisitor<Path> {
    private final Path top;
    private final Path kept;

    DeleteAllExcept(Path top, Path kept) {
      this.top = top;
      this.kept = kept;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (!file.equals(kept)) {
        Files.deleteIfExists(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
        throws IOException {
      if (e != null) {
        throw e;
      }
      if (!directory.equals(top)) {
        Files.delete(directory);
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
