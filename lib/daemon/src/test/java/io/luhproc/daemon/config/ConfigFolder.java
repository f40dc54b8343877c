package io.luhproc.daemon.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.luhproc.service.ServiceSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A temporary folder with configuration files. */
final class ConfigFolder {
  private final Path folder;
  private Map<String, String> environment = Map.of();

  ConfigFolder(Path folder) {
    this.folder = folder;
  }

  void environment(Map<String, String> variables) {
    environment = variables;
  }

  Path write(String name, String text) {
    Path file = folder.resolve(name);
    try {
      Files.createDirectories(file.getParent());
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  DaemonConfig load(String name) {
    return ConfigLoader.withEnvironment(environment).load(folder.resolve(name));
  }

  /** Loads a file {@code a.toml} with a text. */
  DaemonConfig loadText(String text) {
    write("a.toml", text);
    return load("a.toml");
  }

  /** Loads a file with the keys of a service {@code web} and returns the service. */
  ServiceSpec loadService(String keys) {
    return loadText("[services.web]\n" + keys).services().get(0);
  }

  /** Loads a file that is invalid and returns its errors, with paths relative to the folder. */
  List<String> errors(String name) {
    InvalidConfigException e = catchThrowableOfType(InvalidConfigException.class, () -> load(name));
    return e == null ? List.of() : e.errors().stream().map(this::relative).toList();
  }

  /** Loads an invalid file {@code a.toml} with a text and returns its errors. */
  List<String> errorsOfText(String text) {
    write("a.toml", text);
    return errors("a.toml");
  }

  List<String> warnings(DaemonConfig config) {
    return config.warnings().stream().map(this::relative).toList();
  }

  private String relative(ConfigProblem problem) {
    return problem.toString().replace(folder + "/", "");
  }
}
