package io.luhproc.directory;

import java.io.IOException;
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

/** Files of mode 0600 that are replaced atomically by rename. */
public final class AtomicFiles {
  // Not EnumSet, whose first use looks up the constants by reflection.

  /** Mode 0600. */
  public static final FileAttribute<Set<PosixFilePermission>> FILE_MODE =
      PosixFilePermissions.asFileAttribute(
          Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));

  /** Mode 0700. */
  public static final FileAttribute<Set<PosixFilePermission>> DIRECTORY_MODE =
      PosixFilePermissions.asFileAttribute(
          Set.of(
              PosixFilePermission.OWNER_READ,
              PosixFilePermission.OWNER_WRITE,
              PosixFilePermission.OWNER_EXECUTE));

  private static final Set<OpenOption> WRITE_OPTIONS =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

  private AtomicFiles() {}

  /**
   * Writes a file under a temporary name, {@code .<name>.new}, and renames it into place.
   *
   * @throws IOException if it cannot be written, such as on a full disk; the old file is unchanged
   */
  public static void replace(Path file, byte[] content) throws IOException {
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
   * Renames a file to its temporary name, for reuse by the next {@link #replace} or {@link
   * #restore}: creating a file takes the disk several times as long as renaming one.
   */
  static void stash(Path file) throws IOException {
    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      Files.move(file, temporaryPath(file), StandardCopyOption.ATOMIC_MOVE);
    } else {
      Files.deleteIfExists(file);
    }
  }

  /**
   * Creates a marker file with constant content, reusing a stashed copy if present. The file is
   * empty if this process is killed before the content is written, or if the disk is full.
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
   * Opens a new file, or one that was stashed or left by a killed process.
   *
   * <p>An existing file is not truncated first: ext4 writes a file that replaces truncated content
   * to the disk at once.
   */
  private static SeekableByteChannel openForWriting(Path file) throws IOException {
    if (RegularFiles.isNotRegular(file)) {
      // Opening a pipe would block. A directory that is not empty is not deleted.
      Files.delete(file);
    }
    return Files.newByteChannel(file, WRITE_OPTIONS, FILE_MODE);
  }

  private static void deleteSuppressing(IOException cause, Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** Creates an empty file if it is missing; never follows a link or changes an existing file. */
  static void createIfMissing(Path file) throws IOException {
    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      // The usual case, and checking costs a fifth of a failed creation.
      return;
    }
    try {
      Files.createFile(file, FILE_MODE);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(file + " is not a regular file; remove it", e);
      }
    }
  }

  /**
   * Appends a line feed to a regular file whose last line has none.
   *
   * <p>A last byte 0 is no part of a line: it is the front of a log file that was rotated.
   */
  static void endLastLine(Path file) throws IOException {
    long size = Files.size(file);
    if (size == 0) {
      return;
    }
    ByteBuffer last = ByteBuffer.allocate(1);
    try (SeekableByteChannel channel =
        Files.newByteChannel(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      int ignored = channel.position(size - 1).read(last);
    }
    if (last.get(0) != '\n' && last.get(0) != 0) {
      try (SeekableByteChannel channel =
          Files.newByteChannel(file, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS)) {
        int ignored = channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
      }
    }
  }

  /**
   * Deletes the content of a directory, the file {@code last} after all others, then the directory.
   * Links are deleted, not followed.
   */
  static void deleteTree(Path directory, Path last) throws IOException {
    Files.walkFileTree(directory, new DeleteAllExcept(directory, last));
    Files.deleteIfExists(last);
    try {
      Files.delete(directory);
    } catch (DirectoryNotEmptyException | NoSuchFileException expected) {
      // Another process launches here again, or has deleted the directory already.
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
