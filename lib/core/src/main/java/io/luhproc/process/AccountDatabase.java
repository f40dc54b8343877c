package io.luhproc.process;

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
 * @param folder where the files {@code passwd} and {@code group} are
 * @param getent the command that knows the others
 */
record AccountDatabase(Path folder, String getent) {
  static final AccountDatabase SYSTEM = new AccountDatabase(Path.of("/etc"), "getent");
  private static final int USER_FIELDS = 7;
  private static final int GROUP_FIELDS = 3;
  // uid_t is of 32 bits, and its last value means "none".
  private static final long LAST_ID = 0xffff_fffeL;
  private static final int MOST_DIGITS = 10;

  static boolean isId(String text) {
    return !text.isEmpty()
        && text.length() <= MOST_DIGITS
        && text.chars().allMatch(c -> c >= '0' && c <= '9')
        && Long.parseLong(text) <= LAST_ID;
  }

  Optional<Account> user(String nameOrId) {
    return find("passwd", nameOrId)
        .filter(it -> it.length >= USER_FIELDS && isId(it[2]) && isId(it[3]))
        .map(it -> new Account(it[0], Long.parseLong(it[2]), Long.parseLong(it[3]), it[5], it[6]));
  }

  Optional<Long> group(String nameOrId) {
    return find("group", nameOrId)
        .filter(it -> it.length >= GROUP_FIELDS && isId(it[2]))
        .map(it -> Long.parseLong(it[2]));
  }

  private Optional<String[]> find(String database, String key) {
    if (!isKey(key)) {
      return Optional.empty();
    }
    List<String[]> lines = linesOf(database);
    Optional<String[]> named = lines.stream().filter(it -> it[0].equals(key)).findFirst();
    return named
        .or(() -> lines.stream().filter(it -> it.length > 2 && it[2].equals(key)).findFirst())
        .or(() -> ask(database, key));
  }

  private static boolean isKey(String key) {
    boolean plain = key.chars().noneMatch(c -> c <= ' ' || c == ':' || c == '/' || c == 0x7f);
    return plain && !key.isEmpty() && !key.startsWith("-");
  }

  private List<String[]> linesOf(String database) {
    try (Stream<String> lines =
        Files.lines(folder.resolve(database), StandardCharsets.ISO_8859_1)) {
      return lines.map(line -> line.split(":", -1)).toList();
    } catch (IOException ignored) {
      // A machine may have all its users elsewhere.
      return List.of();
    }
  }

  private Optional<String[]> ask(String database, String key) {
    ProcessBuilder builder = new ProcessBuilder(getent, "--", database, key);
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
