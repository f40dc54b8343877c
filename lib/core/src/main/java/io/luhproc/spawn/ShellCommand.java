package io.luhproc.spawn;

import java.util.List;

/** Converts shell command lines to argument lists. */
public final class ShellCommand {
  static final String SHELL_PATH = "/bin/sh";

  private ShellCommand() {}

  /**
   * Returns the command that runs a line by {@code /bin/sh -c}. If the shell cannot find a program
   * in the PATH of the process, it prints an error to stderr and exits with 127.
   *
   * @throws IllegalArgumentException if the line is blank
   */
  public static List<String> argv(String line) {
    if (line.isBlank()) {
      throw new IllegalArgumentException("shell command (" + line + ") must not be blank");
    }
    return List.of(SHELL_PATH, "-c", line);
  }
}
