package io.luhproc.service;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The environment in which a process is executed. Values that are empty are inherited.
 *
 * @param directory the working directory; default: the working directory of the service
 * @param environment variables, which override the variables of the service; these override {@code
 *     envFiles}, which override the environment of the supervisor
 * @param envFiles files of variables, read at each start; later files override earlier ones
 * @param credentials the user and group; default: the user and group of the supervisor
 * @param umask file mode bits that are removed from new files, 0 to 0777; by default the
 *     supervisor's
 * @param nice the scheduling priority, -20 to 19, see nice(1); by default the supervisor's
 * @since 0.1
 */
public record ExecContext(
    Optional<Path> directory,
    Map<String, String> environment,
    List<Path> envFiles,
    Credentials credentials,
    OptionalInt umask,
    OptionalInt nice) {
  private static final ExecContext INHERITED =
      new ExecContext(
          Optional.empty(),
          Map.of(),
          List.of(),
          new Credentials(Optional.empty(), Optional.empty()),
          OptionalInt.empty(),
          OptionalInt.empty());

  /**
   * Creates a context.
   *
   * @throws IllegalArgumentException if {@code umask} or {@code nice} is out of range, or a
   *     variable has an invalid or reserved name
   */
  public ExecContext {
    environment = Map.copyOf(environment);
    environment.forEach(ExecContext::checkVariable);
    envFiles = List.copyOf(envFiles);
    checkUmask(umask.orElse(0));
    checkNice(nice.orElse(0));
  }

  /**
   * Returns a context that inherits everything from the service and the supervisor; the default.
   */
  public static ExecContext inherited() {
    return INHERITED;
  }

  ExecContext withDirectory(Path path) {
    return new ExecContext(Optional.of(path), environment, envFiles, credentials, umask, nice);
  }

  ExecContext withVariable(String name, String value) {
    Map<String, String> variables = new LinkedHashMap<>(environment);
    variables.put(name, value);
    return new ExecContext(directory, variables, envFiles, credentials, umask, nice);
  }

  ExecContext withEnvFile(Path file) {
    List<Path> files = new ArrayList<>(envFiles);
    files.add(file);
    return new ExecContext(directory, environment, files, credentials, umask, nice);
  }

  ExecContext withCredentials(Credentials newCredentials) {
    return new ExecContext(directory, environment, envFiles, newCredentials, umask, nice);
  }

  ExecContext withUmask(int bits) {
    return new ExecContext(
        directory, environment, envFiles, credentials, OptionalInt.of(bits), nice);
  }

  ExecContext withNice(int value) {
    return new ExecContext(
        directory, environment, envFiles, credentials, umask, OptionalInt.of(value));
  }

  static void checkVariable(String name, String value) {
    if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "variable (" + name.replace('\0', '\uFFFD') + ") must have a name without '=' and NUL");
    }
    if (name.startsWith("LUHPROC_")) {
      throw new IllegalArgumentException(
          "variable (" + name + ") must not begin with LUHPROC_, which is reserved");
    }
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("the value of variable " + name + " must not contain NUL");
    }
  }

  private static void checkUmask(int umask) {
    if (umask < 0 || umask > 0777) {
      throw new IllegalArgumentException(
          "umask (0" + Integer.toOctalString(umask) + ") must be from 0 to 0777, in octal");
    }
  }

  private static void checkNice(int nice) {
    if (nice < -20 || nice > 19) {
      throw new IllegalArgumentException("nice (" + nice + ") must be from -20 to 19");
    }
  }

  /**
   * The user and group of a process.
   *
   * @param user user name or number
   * @param group group name or number; by default the primary group of the user
   */
  public record Credentials(Optional<String> user, Optional<String> group) {}
}
