package io.luhproc.health;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where the commands of checks write: {@code out.log}, mode 0600, in a directory of mode 0700,
 * emptied before each check and whenever it is over 1 MiB. A pipe would make us read it, and the
 * JDK takes all that is in a pipe into memory when the command ends. Where the file cannot be made,
 * on a full disk, the output is lost and the check is made all the same.
 */
final class CommandOutput {
  private static final Path DEV_NULL = Path.of("/dev/null");
  private static final long MAX_BYTES = 1 << 20;
  private static final int TAIL_BYTES = 4096;
  private static final int MAX_LINE_LENGTH = 200;

  private final Path file;
  private long truncatedBytes;

  private CommandOutput(Path file) {
    this.file = file;
  }

  /** Returns the output of the next command of a directory, which is made where there is none. */
  static CommandOutput createIn(Path directory) {
    Path file = directory.resolve("out.log");
    try {
      createDirectory(directory);
      createFile(file);
      truncate(file);
      return new CommandOutput(file);
    } catch (IOException ignored) {
      // A check says something about the process, never about our disk.
      return new CommandOutput(DEV_NULL);
    }
  }

  private static void createDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  private static void createFile(Path file) throws IOException {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException expected) {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        // A pipe, say, which to open would wait for its reader.
        throw new IOException(file + " is no regular file", expected);
      }
    }
  }

  private static void truncate(Path file) throws IOException {
    try (SeekableByteChannel channel =
        Files.newByteChannel(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      SeekableByteChannel ignored = channel.truncate(0);
    }
  }

  Path file() {
    return file;
  }

  /**
   * Empties the file when it has grown too large; its writers append, and go on at its front.
   *
   * @return how many bytes were taken away so far
   */
  long truncateIfLarge() {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        truncate(file);
        truncatedBytes += size;
      }
    } catch (IOException ignored) {
      // It is gone, or this thread was interrupted; either way the next look tells.
    }
    return truncatedBytes;
  }

  /** Returns the last line that is not blank, at most 200 characters of it; empty without one. */
  String lastLine() {
    String last =
        tail().lines().filter(line -> !line.isBlank()).reduce("", (previous, line) -> line);
    return TextExcerpt.of(last.strip(), MAX_LINE_LENGTH);
  }

  private String tail() {
    if (file.equals(DEV_NULL)) {
      return "";
    }
    try (SeekableByteChannel channel =
        Files.newByteChannel(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      ByteBuffer bytes = ByteBuffer.allocate(TAIL_BYTES);
      channel.position(Math.max(0, channel.size() - TAIL_BYTES));
      int count = channel.read(bytes);
      while (count > 0) {
        count = channel.read(bytes);
      }
      return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    } catch (IOException ignored) {
      // Somebody removed the directory; the exit code says enough.
      return "";
    }
  }
}
