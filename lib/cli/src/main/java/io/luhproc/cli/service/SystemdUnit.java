package io.luhproc.cli.service;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A unit of systemd that runs the daemon of a configuration, see systemd.service(5).
 *
 * @param config the absolute path of the configuration
 * @param command the command of the daemon; the first element is an absolute path
 * @param environment the variables of the daemon
 */
record SystemdUnit(Path config, List<String> command, Map<String, String> environment) {
  /** How the first line begins, before the configuration. */
  static final String ORIGIN = "# Made by luhproc install for ";

  // What Runtime.exit leaves after TERM.
  private static final int EXIT_CODE_OF_TERM = 143;

  /**
   * Creates a unit.
   *
   * @throws IllegalArgumentException if a text has a line feed or another control character
   */
  SystemdUnit {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    checkText(config.toString());
    command.forEach(SystemdUnit::checkText);
    environment.values().forEach(SystemdUnit::checkText);
  }

  private static void checkText(String text) {
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "a unit of systemd cannot contain a line feed or another control character, as a path,"
              + " an option or a variable of this command does");
    }
  }

  /** Returns the first line, by which a unit is recognised later. */
  static String origin(Path config) {
    return ORIGIN + config;
  }

  /** Returns the content of the unit file. */
  String text() {
    StringBuilder variables = new StringBuilder();
    new TreeMap<>(environment)
        .forEach(
            (name, value) ->
                variables.append("Environment=").append(quote(name + "=" + value)).append('\n'));
    return String.join(
        "\n",
        origin(config),
        "[Unit]",
        "Description=luhproc: the services of " + escape(config.toString()),
        "",
        "[Service]",
        "# The daemon reports with sd_notify(3) that all services are up, and its status.",
        "Type=notify",
        "ExecStart=" + commandLine(),
        "ExecReload=/bin/kill -HUP $MAINPID",
        "WorkingDirectory=" + escape(String.valueOf(config.getParent())),
        variables + "# TERM goes to the daemon alone, which stops the services in order.",
        "KillMode=mixed",
        "TimeoutStopSec=" + DaemonTask.GRACE.plusSeconds(15).toSeconds(),
        "SuccessExitStatus=" + EXIT_CODE_OF_TERM,
        "Restart=on-failure",
        "RestartSec=5",
        "# The configuration has errors: another start does not help.",
        "RestartPreventExitStatus=2",
        "# For the limits of services; one that is out of memory does not end the others.",
        "Delegate=yes",
        "OOMPolicy=continue",
        "",
        "[Install]",
        "WantedBy=default.target",
        "");
  }

  /** Variables are expanded in arguments, but not in the path of the program. */
  private String commandLine() {
    StringBuilder line = new StringBuilder(quote(command.get(0)));
    for (String argument : command.subList(1, command.size())) {
      line.append(' ').append(quote(argument).replace("$", "$$"));
    }
    return line.toString();
  }

  /** Returns one word, see "Quoting" in systemd.syntax(7). */
  private static String quote(String text) {
    return '"' + escape(text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** Escapes specifiers, see systemd.unit(5). */
  private static String escape(String text) {
    return text.replace("%", "%%");
  }
}
