package io.luhproc.relaunch;

import io.luhproc.procfs.JvmCharsets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * Writes the argument file {@code java.args} of a process directory, for a command line of {@code
 * java} that is too long for the kernel.
 *
 * <p>Format: one quoted argument per line, see {@link ArgFileTokenizer}, in the encoding of
 * arguments. The file has mode 0600. Each launch that needs it creates it anew.
 */
final class ArgFile {
  static final String NAME = "java.args";
  // execve(2): one argument with its NUL has at most 32 pages (MAX_ARG_STRLEN), and all arguments
  // together may have at least that much (ARG_MAX). So a total of 128 KiB is always accepted.
  private static final int MAX_BYTES = 128 * 1024 - 1;
  private static final int MAX_BYTES_PER_CHAR = 3;

  private ArgFile() {}

  /** Returns whether a command line is under 128 KiB in all, so that it needs no argument file. */
  static boolean fits(List<String> argv) {
    long characters = 0;
    for (String argument : argv) {
      characters += argument.length() + 1;
    }
    return characters * MAX_BYTES_PER_CHAR <= MAX_BYTES || encodedLength(argv) <= MAX_BYTES;
  }

  /**
   * Returns a command line of {@code java} that fits: the given one, or one that names an argument
   * file, which is written to the directory.
   *
   * @throws UncheckedIOException if the file cannot be written
   */
  static List<String> writeIfTooLong(List<String> argv, Path directory) {
    if (fits(argv)) {
      return argv;
    }
    Path file = directory.resolve(NAME);
    try {
      write(file, argv.subList(1, argv.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot write the argument file " + file + " for a command line over 128 KiB", e);
    }
    return List.of(argv.get(0), "@" + file);
  }

  private static long encodedLength(List<String> argv) {
    Charset charset = JvmCharsets.ofArguments();
    long bytes = 0;
    for (String argument : argv) {
      bytes += argument.getBytes(charset).length + 1;
    }
    return bytes;
  }

  private static void write(Path file, List<String> arguments) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String argument : arguments) {
      text.append(ArgFileTokenizer.quote(argument));
    }
    // Deleted first, so that a link is not followed and an older mode does not remain.
    Files.deleteIfExists(file);
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            file,
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(JvmCharsets.ofArguments()));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }
}
