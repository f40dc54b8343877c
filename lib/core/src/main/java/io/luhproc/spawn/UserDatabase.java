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
 * Looks up users and groups, see passwd(5) and group(5). Like chown(1), a number is looked up as a
 * name first.
 *
 * <p>Names that are not in {@code /etc} are looked up by getent(1), which also asks LDAP and the
 * like and may be slow. getpwnam(3) of jnr-posix is not used: loading it takes 600 ms of CPU time
 * in a fresh JVM, and 200 ms more in one that has loaded jnr-ffi, against 1 ms for reading the
 * files; and a JDK 24 without native access would need the files and getent(1) anyway.
 *
 * @param directory the directory of the files {@code passwd} and {@code group}
 * @param getentCommand the name or path of getent(1)
 */
record UserDatabase(Path directory, String getentCommand) {
  static final UserDatabase SYSTEM = new UserDatabase(Path.of("/etc"), "getent");
  private static final int PASSWD_FIELDS = 7;
  private static final int GROUP_FIELDS = 3;
  // uid_t has 32 bits, and its highest value means "none".
  private static final long MAX_ID = 0xffff_fffeL;
  private static final int MAX_ID_DIGITS = 10;

  /**
   * A user and its primary group.
   *
   * @param uid the user id
   * @param gid the id of the primary group
   */
  record User(long uid, long gid) {}

  /** Returns whether a text is a valid user or group id: ASCII digits, at most 4294967294. */
  static boolean isNumericId(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_ID_DIGITS
        && text.chars().allMatch(c -> c >= '0' && c <= '9')
        && Long.parseLong(text) <= MAX_ID;
  }

  Optional<User> findUser(String nameOrId) {
    return findFields("passwd", nameOrId)
        .filter(it -> it.length >= PASSWD_FIELDS && isNumericId(it[2]) && isNumericId(it[3]))
        .map(it -> new User(Long.parseLong(it[2]), Long.parseLong(it[3])));
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
    boolean isPlain = key.chars().noneMatch(c -> c <= ' ' || c == ':' || c == '/' || c == 0x7f);
    return isPlain && !key.isEmpty() && !key.startsWith("-");
  }

  private List<String[]> readFile(String database) {
    try (Stream<String> lines =
        Files.lines(directory.resolve(database), StandardCharsets.ISO_8859_1)) {
      return lines.map(line -> line.split(":", -1)).toList();
    } catch (IOException ignored) {
      // The users of this machine may all be in another database.
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
      // A system without getent(1) has the files only.
      return Optional.empty();
    }
  }
}
