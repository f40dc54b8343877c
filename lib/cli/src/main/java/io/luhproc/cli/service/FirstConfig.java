package io.luhproc.cli.service;

import io.luhproc.cli.text.TerminalText;
import io.luhproc.daemon.config.ConfigLoader;
import io.luhproc.daemon.config.ConfigProblem;
import io.luhproc.daemon.config.DaemonConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.StringJoiner;
import org.tomlj.Toml;

/**
 * The first configuration of a folder, which {@code init} writes.
 *
 * @param origin the name of the file that it is made from
 * @param notes what could not be taken over, and what to know
 * @param body the tables in TOML
 */
record FirstConfig(String origin, List<String> notes, String body) {
  private static final String EXAMPLE =
      """
      # [services.web]
      # command = "exec python3 -m http.server 8000"    # a string runs in sh -c, an array without
      # restart = "on-failure"                          # always, on-failure, never
      # health = { http = "http://localhost:8000/", interval = "10s" }
      # env = { LOG_LEVEL = "info" }
      #
      # [services.worker]
      # command = ["python3", "worker.py"]
      # requires = ["web"]                              # starts when web is healthy
      # stop = { signal = "TERM", grace = "20s" }
      """;

  /** Returns an example in comments. */
  static FirstConfig example() {
    return new FirstConfig("an example", List.of(), EXAMPLE);
  }

  /**
   * Converts a process-compose.yaml or a Procfile.
   *
   * @throws io.luhproc.daemon.config.InvalidConfigException if it has errors
   */
  static FirstConfig convert(Path source) {
    ConfigLoader loader = ConfigLoader.create();
    DaemonConfig config = loader.load(source);
    String name = String.valueOf(source.getFileName());
    List<String> notes = new ArrayList<>();
    for (ConfigProblem warning : config.warnings()) {
      notes.add(
          name
              + ":"
              + warning.location().line()
              + ":"
              + warning.location().column()
              + ": "
              + warning.message());
    }
    boolean hasVariables =
        config.services().stream()
            .flatMap(it -> it.processes().stream())
            .anyMatch(it -> !it.execContext().environment().isEmpty());
    if (hasVariables) {
      notes.add(
          "the values of environment variables are copied from "
              + name
              + ", secrets among them too; ${NAME} takes a value from the environment of the"
              + " daemon, env_file from a file");
    }
    if (Files.isRegularFile(source.resolveSibling(".env"))) {
      notes.add(
          "the services get the variables of .env, but ${NAME} in this file does not; in a command,"
              + " $NAME and $${NAME} are left to the shell, which has them");
    }
    return new FirstConfig(name, notes, loader.convert(source));
  }

  /** Returns the whole text. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append("# Made by luhproc init from ").append(comment(origin)).append(".\n");
    text.append("# Check it with luhproc config check, and start it with luhproc up.\n");
    for (String note : notes) {
      text.append("#\n# Note: ").append(comment(note)).append('\n');
    }
    return text.append('\n').append(body).toString();
  }

  /** Returns a text that does not end a comment. */
  static String comment(String text) {
    return TerminalText.escapeToLine(text);
  }

  /** Returns a string in TOML. */
  static String quote(String text) {
    return "\"" + Toml.tomlEscape(text.replace("${", "$${")) + "\"";
  }

  /** Returns an array of strings in TOML. */
  static String quote(Collection<String> texts) {
    StringJoiner array = new StringJoiner(", ", "[", "]");
    texts.forEach(text -> array.add(quote(text)));
    return array.toString();
  }
}
