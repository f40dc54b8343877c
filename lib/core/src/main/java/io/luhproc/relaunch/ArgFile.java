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
 * The argument file {@code java.args} of a process directory: a command line of {@code java} that
 * the kernel would not pass on. Format: one quoted word per line, see {@link ArgFileTokenizer}, in
 * the encoding of arguments; mode 0600; written anew by each launch that needs it.
 */
final class ArgFile {
  static final String NAME = "java.args";
  // Linux passes no argument of more than MAX_ARG_STRLEN = 32 pages with its NUL, execve(2), and
  // grants no less than that for all of them, ARG_MAX; so it is a bound that always holds.
  private static final int MAX_BYTES = 128 * 1024 - 1;
  private static final int MAX_BYTES_PER_CHAR = 3;

  private ArgFile() {}

  /** Returns whether a command line needs no argument file: all of it is under 128 KiB. */
  static boolean fits(List<String> argv) {
    long characters = 0;
    for (String argument : argv) {
      characters += argument.length() + 1;
    }
    return characters * MAX_BYTES_PER_CHAR <= MAX_BYTES || encodedLength(argv) <= MAX_BYTES;
  }

  /**
   * Returns a command line of {@code java} that fits: itself, or one that names the file written
   * for it.
   *
   * @throws UncheckedIOException when the file cannot be written
   */
  static List<String> writeIfTooLong(List<String> argv, Path directory) {
    if (fits(argv)) {
      return argv;
    }
    Path file = directory.resolve(NAME);
    try {
      write(file, argv.subList(1, argv.size()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + " for a long command line", e);
    }
    return List.of(argv.get(0), "@".concat(file.toString()));
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
    // Created anew, so that neither a link nor the mode of an older file has a say.
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
