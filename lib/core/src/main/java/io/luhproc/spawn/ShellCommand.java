package io.luhproc.spawn;

import java.util.List;

/** Makes argument lists of the commands that people write. */
public final class ShellCommand {
  static final String SHELL_PATH = "/bin/sh";

  private ShellCommand() {}

  /**
   * Returns the command that runs a line by {@code /bin/sh -c}. The shell looks for programs by the
   * PATH of the process; one that it does not find it tells on stderr, and exits with 127.
   *
   * @throws IllegalArgumentException when the line is blank
   */
  public static List<String> argv(String line) {
    if (line.isBlank()) {
      throw new IllegalArgumentException("shell command (" + line + ") must not be blank");
    }
    return List.of(SHELL_PATH, "-c", line);
  }
}
