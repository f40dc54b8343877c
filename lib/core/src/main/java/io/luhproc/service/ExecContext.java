package io.luhproc.service;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a process finds around itself.
 *
 * @param directory its working directory; that of its service where there is none
 * @param environment variables on top of the supervisor's and those of the files
 * @param envFiles files of variables, read anew at each start; a later one wins
 * @param credentials the user and group it runs as; the supervisor's where there is none
 * @param umask the bits that its new files do not get, 0 to 0777; the supervisor's where there is
 *     none
 * @param nice how much it yields to others, -20 to 19, see nice(1); the supervisor's where there is
 *     none
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
   * Checks the values.
   *
   * @throws IllegalArgumentException when one is out of its range, or a variable has no good name
   */
  public ExecContext {
    environment = Map.copyOf(environment);
    environment.forEach(ExecContext::checkVariable);
    envFiles = List.copyOf(envFiles);
    checkUmask(umask.orElse(0));
    checkRange("nice", nice, -20, 19);
  }

  /** Returns those of the supervisor itself; the default. */
  public static ExecContext inherited() {
    return INHERITED;
  }

  /** Returns these in another working directory. */
  ExecContext withDirectory(Path path) {
    return new ExecContext(Optional.of(path), environment, envFiles, credentials, umask, nice);
  }

  /** Returns these with one variable more. */
  ExecContext withVariable(String name, String value) {
    Map<String, String> variables = new LinkedHashMap<>(environment);
    variables.put(name, value);
    return new ExecContext(directory, variables, envFiles, credentials, umask, nice);
  }

  /** Returns these with one file of variables more. */
  ExecContext withEnvFile(Path file) {
    List<Path> files = new ArrayList<>(envFiles);
    files.add(file);
    return new ExecContext(directory, environment, files, credentials, umask, nice);
  }

  /** Returns these as another user and group. */
  ExecContext withCredentials(Credentials newCredentials) {
    return new ExecContext(directory, environment, envFiles, newCredentials, umask, nice);
  }

  /** Returns these with another umask. */
  ExecContext withUmask(int bits) {
    return new ExecContext(
        directory, environment, envFiles, credentials, OptionalInt.of(bits), nice);
  }

  /** Returns these with another niceness. */
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
          "variable (" + name + ") must not begin with LUHPROC_: the supervisor sets those");
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

  private static void checkRange(String name, OptionalInt value, int from, int to) {
    if (value.isPresent() && (value.getAsInt() < from || value.getAsInt() > to)) {
      throw new IllegalArgumentException(
          name + " (" + value.getAsInt() + ") must be from " + from + " to " + to);
    }
  }

  /**
   * Whom a process runs as.
   *
   * @param user a name or a number of a user
   * @param group a name or a number of a group; the user's own where there is none
   */
  public record Credentials(Optional<String> user, Optional<String> group) {}
}
