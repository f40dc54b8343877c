package io.luhproc.health.monitor;

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
 * The output file of check commands.
 *
 * <p>The file {@code out.log}, mode 0600, lies in a directory of mode 0700. It is truncated before
 * each check and whenever it exceeds 1 MiB. A pipe would have to be read, and the JDK reads all
 * that is left in it into memory when the command exits. If the file cannot be created, for example
 * on a full disk, output is discarded and the check runs all the same.
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

  /** Creates the directory and an empty output file, or truncates the existing file. */
  static CommandOutput createIn(Path directory) {
    Path file = directory.resolve("out.log");
    try {
      createDirectory(directory);
      createFile(file);
      truncate(file);
      return new CommandOutput(file);
    } catch (IOException ignored) {
      // A failure to write output says nothing about the checked process.
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
        // Opening a named pipe would block until it has a reader.
        throw new IOException(file + " is not a regular file", expected);
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
   * Truncates the file if it exceeds 1 MiB. Commands append, so they continue at its start.
   *
   * @return the number of bytes truncated so far
   */
  long truncateIfLarge() {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        truncate(file);
        truncatedBytes += size;
      }
    } catch (IOException ignored) {
      // The file was deleted, or this thread was interrupted; the next call tries again.
    }
    return truncatedBytes;
  }

  /** Returns the last non-blank line, cut to 200 characters; empty if there is none. */
  String lastLine() {
    String last =
        tail().lines().filter(line -> !line.isBlank()).reduce("", (previous, line) -> line);
    String line = last.strip();
    return line.length() > MAX_LINE_LENGTH ? line.substring(0, MAX_LINE_LENGTH - 1) + "…" : line;
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
      // The directory was deleted; the exit code is enough.
      return "";
    }
  }
}
