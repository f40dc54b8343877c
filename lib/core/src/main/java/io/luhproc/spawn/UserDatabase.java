package io.luhproc.spawn;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Looks users and groups up, see passwd(5) and group(5). A number is first looked for as a name, as
 * by chown(1).
 *
 * @param directory where the files {@code passwd} and {@code group} are
 * @param getentCommand the command that knows the others
 */
record UserDatabase(Path directory, String getentCommand) {
  static final UserDatabase SYSTEM = new UserDatabase(Path.of("/etc"), "getent");
  private static final int PASSWD_FIELDS = 7;
  private static final int GROUP_FIELDS = 3;
  // uid_t is of 32 bits, and its last value means "none".
  private static final long MAX_ID = 0xffff_fffeL;
  private static final int MAX_ID_DIGITS = 10;

  static boolean isNumericId(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_ID_DIGITS
        && text.chars().allMatch(c -> c >= '0' && c <= '9')
        && Long.parseLong(text) <= MAX_ID;
  }

  Optional<PasswdEntry> findUser(String nameOrId) {
    return findFields("passwd", nameOrId)
        .filter(it -> it.length >= PASSWD_FIELDS && isNumericId(it[2]) && isNumericId(it[3]))
        .map(
            it ->
                new PasswdEntry(it[0], Long.parseLong(it[2]), Long.parseLong(it[3]), it[5], it[6]));
  }

  Optional<Long> findGroupId(String nameOrId) {
    return findFields("group", nameOrId)
        .filter(it -> it.length >= GROUP_FIELDS && isNumericId(it[2]))
        .map(it -> Long.parseLong(it[2]));
  }

  private Optional<String[]> findFields(String database, String key) {
    if (!isValidKey(key)) {
      return Optional.empty();
    }
    List<String[]> lines = readFile(database);
    Optional<String[]> byName = lines.stream().filter(it -> it[0].equals(key)).findFirst();
    return byName
        .or(() -> lines.stream().filter(it -> it.length > 2 && it[2].equals(key)).findFirst())
        .or(() -> runGetent(database, key));
  }

  private static boolean isValidKey(String key) {
    boolean plain = key.chars().noneMatch(c -> c <= ' ' || c == ':' || c == '/' || c == 0x7f);
    return plain && !key.isEmpty() && !key.startsWith("-");
  }

  private List<String[]> readFile(String database) {
    try (Stream<String> lines =
        Files.lines(directory.resolve(database), StandardCharsets.ISO_8859_1)) {
      return lines.map(line -> line.split(":", -1)).toList();
    } catch (IOException ignored) {
      // A machine may have all its users elsewhere.
      return List.of();
    }
  }

  private Optional<String[]> runGetent(String database, String key) {
    ProcessBuilder builder = new ProcessBuilder(getentCommand, "--", database, key);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      try (InputStream output = process.getInputStream()) {
        String line = new String(output.readAllBytes(), StandardCharsets.ISO_8859_1).strip();
        return line.isEmpty() ? Optional.empty() : Optional.of(line.split(":", -1));
      }
    } catch (IOException ignored) {
      // Not every system has getent(1); then the files are all there is.
      return Optional.empty();
    }
  }
}
