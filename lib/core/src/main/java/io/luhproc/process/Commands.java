package io.luhproc.process;

import java.util.List;

/** Makes argument lists of the commands that people write. */
public final class Commands {
  static final String SHELL = "/bin/sh";

  private Commands() {}

  /**
   * Returns the command that runs a line by {@code /bin/sh -c}. The shell looks for programs by the
   * PATH of the process; one that it does not find it tells on stderr, and exits with 127.
   *
   * @throws IllegalArgumentException when the line is blank
   */
  public static List<String> shell(String line) {
    if (line.isBlank()) {
      throw new IllegalArgumentException("shell command (" + line + ") must not be blank");
    }
    return List.of(SHELL, "-c", line);
  }
}
