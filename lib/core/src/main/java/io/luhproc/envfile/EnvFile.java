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
 * Reads a file of environment variables, as {@code EnvironmentFile=} of systemd and {@code .env}
 * files are. Where those two would read a line differently, the line is refused.
 *
 * <p>The grammar, in UTF-8, lines ended by LF or CR LF:
 *
 * <ul>
 *   <li>A blank line, and a line that begins with {@code #} or {@code ;}, says nothing.
 *   <li>Any other is {@code NAME=VALUE}, with {@code export} in front if one likes, and spaces
 *       around either. A name has letters, digits and {@code _} and begins with no digit. Of two
 *       lines with one name the later holds.
 *   <li>A plain value is taken as it stands up to the end of the line, without spaces at its ends.
 *       It may hold no quote, no backslash and no {@code #} after a space: quote it then.
 *   <li>In {@code '...'} everything stands for itself, a new line too.
 *   <li>In {@code "..."} as well, but {@code \" \\ \$ \`} are the second character, {@code \n \r
 *       \t} are as in C (systemd keeps these as two characters), and a backslash at the end of a
 *       line joins the next to it; before anything else a backslash is refused.
 *   <li>After the closing quote there may be a comment and nothing else.
 *   <li>{@code $NAME} is never replaced by anything.
 * </ul>
 */
public final class EnvFile {
  private static final int MAX_BYTES = 1 << 20;

  private EnvFile() {}

  /**
   * Reads a file.
   *
   * @return the variables in the order of their first lines
   * @throws SpawnException with {@link SpawnFailure#BAD_ENVIRONMENT} when it is missing, no file,
   *     over 1 MiB, not UTF-8 or not this user's to read; and when any line is bad: the message
   *     then names all of them as {@code FILE:LINE: WHY}, and never a value
   * @throws LuhprocException when it cannot be read now, as for lack of descriptors
   */
  public static Map<String, String> read(Path file) {
    EnvFileParser parser = new EnvFileParser(decode(file, readBytes(file)));
    parser.parse();
    if (!parser.errors().isEmpty()) {
      StringBuilder message =
          new StringBuilder("the environment file has bad lines; none of it is used:");
      parser.errors().forEach(it -> message.append("\n").append(file).append(':').append(it));
      throw new SpawnException(SpawnFailure.BAD_ENVIRONMENT, message.toString());
    }
    return parser.variables();
  }

  private static byte[] readBytes(Path file) {
    if (!Files.exists(file)) {
      throw unusable(file, "does not exist");
    }
    // A pipe or a terminal would keep the reader waiting.
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
      throw unusable(file, "may not be read by this user");
    } catch (IOException e) {
      throw new LuhprocException("the environment file " + file + " cannot be read: " + e, e);
    }
  }

  private static String decode(Path file, byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer text = CharBuffer.allocate(bytes.length + 1);
    CoderResult result = decoder.decode(in, text, true);
    if (result.isError()) {
      long line = 1 + text.flip().chars().filter(c -> c == '\n').count();
      throw unusable(file, "is not UTF-8: see line " + line);
    }
    return text.flip().toString();
  }

  private static SpawnException unusable(Path file, String cause) {
    return new SpawnException(
        SpawnFailure.BAD_ENVIRONMENT, "the environment file " + file + " " + cause);
  }
}
