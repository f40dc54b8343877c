package io.luhproc.envfile;

import io.luhproc.LuhprocException;
import io.luhproc.process.SpawnException;
import io.luhproc.process.SpawnFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Reads a file of environment variables, in the common subset of systemd's {@code EnvironmentFile=}
 * and {@code .env} files. A line that those two read differently is rejected.
 *
 * <p>The encoding is UTF-8, and lines end with LF or CR LF. Grammar:
 *
 * <ul>
 *   <li>A blank line, and a line that starts with {@code #} or {@code ;}, is ignored.
 *   <li>Any other line is {@code NAME=VALUE}, optionally prefixed by {@code export}, with optional
 *       spaces around each. A name consists of ASCII letters, digits and {@code _}, and does not
 *       start with a digit. If a name occurs twice, the last value is used.
 *   <li>An unquoted value extends to the end of the line, without leading and trailing spaces. It
 *       must not contain quotes, backslashes, or {@code #} after a space; quote it instead.
 *   <li>In {@code '...'} every character is literal, including line breaks.
 *   <li>In {@code "..."} characters are literal except the escapes {@code \" \\ \$ \`}, {@code \n
 *       \r \t} as in C (systemd keeps these as two characters), and a backslash before a line
 *       break, which joins the lines. Any other escape is rejected.
 *   <li>After a closing quote, only spaces and a comment may follow.
 *   <li>{@code $NAME} is not expanded.
 * </ul>
 */
public final class EnvFile {
  private static final int MAX_BYTES = 1 << 20;

  private EnvFile() {}

  /**
   * Reads a file.
   *
   * @return the variables in the order of their first occurrence
   * @throws SpawnException with {@link SpawnFailure#BAD_ENVIRONMENT} if the file does not exist, is
   *     not a regular file, is over 1 MiB, is not UTF-8, or is not readable by this user; also if
   *     it has invalid lines, which the message lists as {@code FILE:LINE: CAUSE} without values
   * @throws LuhprocException if reading fails temporarily, for lack of descriptors for example
   */
  public static Map<String, String> read(Path file) {
    EnvFileParser parser = new EnvFileParser(decode(file, readBytes(file)));
    parser.parse();
    if (!parser.errors().isEmpty()) {
      StringBuilder message =
          new StringBuilder("the environment file has bad lines, so none of it is used:");
      parser.errors().forEach(it -> message.append("\n").append(file).append(':').append(it));
      throw new SpawnException(SpawnFailure.BAD_ENVIRONMENT, message.toString());
    }
    return parser.variables();
  }

  private static byte[] readBytes(Path file) {
    if (!Files.exists(file)) {
      throw unusable(file, "does not exist");
    }
    // Reading a pipe or a terminal could block.
    if (!Files.isRegularFile(file)) {
      throw unusable(file, Files.isDirectory(file) ? "is a directory" : "is not a regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw unusable(file, "is larger than 1 MiB");
      }
      return bytes;
    } catch (AccessDeniedException e) {
      throw unusable(file, "is not readable by this user");
    } catch (IOException e) {
      throw new LuhprocException("cannot read the environment file " + file + ": " + e, e);
    }
  }

  private static String decode(Path file, byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer text = CharBuffer.allocate(bytes.length + 1);
    CoderResult result = decoder.decode(in, text, true);
    if (result.isError()) {
      long line = 1 + text.flip().chars().filter(c -> c == '\n').count();
      throw unusable(file, "is not UTF-8 in line " + line);
    }
    return text.flip().toString();
  }

  private static SpawnException unusable(Path file, String cause) {
    return new SpawnException(
        SpawnFailure.BAD_ENVIRONMENT, "the environment file " + file + " " + cause);
  }
}
