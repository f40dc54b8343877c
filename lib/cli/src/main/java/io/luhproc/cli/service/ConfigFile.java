package io.luhproc.cli.service;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Finds the configuration file. */
final class ConfigFile {
  static final String VARIABLE = "LUHPROC_FILE";
  private static final List<String> NAMES =
      List.of(
          "luhproc.toml",
          "supervisors.toml",
          "process-compose.yaml",
          "process-compose.yml",
          "Procfile");

  private ConfigFile() {}

  /**
   * Returns the configuration that is named, else the first one found in a folder or above it, else
   * that of the user.
   *
   * @param option the value of the option; empty if it was not given
   * @param folder where to begin
   * @throws IllegalArgumentException if none is named and none exists
   */
  static Path find(String option, Path folder, Map<String, String> environment) {
    String named = option.isEmpty() ? environment.getOrDefault(VARIABLE, "") : option;
    if (!named.isEmpty()) {
      return folder.resolve(named);
    }
    Path start = folder.toAbsolutePath();
    for (Path parent = start; parent != null; parent = parent.getParent()) {
      for (String name : NAMES) {
        if (Files.isRegularFile(parent.resolve(name))) {
          return parent.resolve(name);
        }
      }
    }
    Path ofUser = configHome(environment).resolve("luhproc/luhproc.toml");
    if (Files.isRegularFile(ofUser)) {
      return ofUser;
    }
    throw new IllegalArgumentException(
        "cannot find a configuration: there is no "
            + String.join(", ", NAMES)
            + " in "
            + start
            + " or above it, and no "
            + ofUser
            + "; create one, or name it with -f or $"
            + VARIABLE);
  }

  /** See the XDG Base Directory Specification. */
  private static Path configHome(Map<String, String> environment) {
    String configHome = environment.getOrDefault("XDG_CONFIG_HOME", "");
    return configHome.startsWith("/")
        ? Path.of(configHome)
        : Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")), ".config");
  }
}
