package io.luhproc.daemon.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Reads the configuration of a daemon. Start here.
 *
 * <p>Recognises by name and content:
 *
 * <ul>
 *   <li>a TOML file with {@code [services.NAME]} tables, the format of luhproc;
 *   <li>a TOML file with {@code [programs.NAME]} tables;
 *   <li>a folder with one TOML file for each service;
 *   <li>a {@code Procfile};
 *   <li>a {@code process-compose.yaml}.
 * </ul>
 *
 * <p>All errors of all files are reported at once. Thread-safe.
 *
 * @since 0.1
 */
public final class ConfigLoader {
  private final Map<String, String> environment;

  private ConfigLoader(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** Returns a loader that replaces {@code ${NAME}} by the variables of this process. */
  public static ConfigLoader create() {
    return new ConfigLoader(System.getenv());
  }

  /**
   * Returns a loader that replaces {@code ${NAME}} by given variables.
   *
   * @param environment the variables by name
   */
  public static ConfigLoader withEnvironment(Map<String, String> environment) {
    return new ConfigLoader(environment);
  }

  /**
   * Reads a configuration.
   *
   * @param path a file, or a folder with one file for each service
   * @return the configuration, with warnings about what is not honoured
   * @throws InvalidConfigException if the configuration has errors; nothing may be started then
   */
  public DaemonConfig load(Path path) {
    return read(path).build();
  }

  /**
   * Returns a configuration as TOML, with included files, templates and variables in their places.
   * Above each table of the files, a comment has its position.
   *
   * <p>Unless asked for, secrets are shown as {@code ***}: the value of every {@code ${NAME}},
   * environment variables whose name or value looks like a secret, HTTP headers, and passwords in
   * URLs. A configuration in another format is shown with its own keys.
   *
   * @param path a file, or a folder with one file for each service
   * @param showSecrets whether secrets are shown
   * @return the text
   * @throws InvalidConfigException if the configuration has errors
   */
  public String show(Path path, boolean showSecrets) {
    ConfigBuilder config = read(path);
    DaemonConfig ignored = config.build();
    Interpolation interpolation = config.context().interpolation();
    ConfigNode.Table merged = config.merged();
    return TomlText.of(
        showSecrets
            ? interpolation.resolve(merged)
            : SecretMask.mask(interpolation.masked().resolve(merged)));
  }

  /**
   * Returns the JSON Schema (draft 2020-12) of the format of luhproc, the resource {@code
   * luhproc.schema.json}.
   */
  public static String schema() {
    try (InputStream in = ConfigLoader.class.getResourceAsStream("/luhproc.schema.json")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns a {@code Procfile} or a {@code process-compose.yaml} in the format of luhproc, for a
   * file in the same folder. References such as <code>${NAME}</code> and the values of environment
   * variables are copied as they are.
   *
   * @param path the file
   * @return the text; what {@link #load} warns about is missing in it
   * @throws InvalidConfigException if the file has errors
   */
  public String convert(Path path) {
    ConfigBuilder config = read(path);
    DaemonConfig ignored = config.build();
    return TomlText.of(ConfigConversion.convert(path, config.merged()));
  }

  /** Reads all files, and collects their problems. */
  ConfigBuilder read(Path path) {
    ReadContext context =
        new ReadContext(new Interpolation(environment), new Problems(), new TreeSet<>());
    ConfigBuilder config = new ConfigBuilder(context);
    if (Files.isDirectory(path)) {
      new ServiceFolderFormat(config).readAll(path);
    } else {
      readFile(path, config);
    }
    return config;
  }

  private static void readFile(Path file, ConfigBuilder config) {
    String name = String.valueOf(file.getFileName());
    if (name.endsWith(".yaml") || name.endsWith(".yml")) {
      new ProcessComposeFormat(config).read(file);
    } else if (name.startsWith("Procfile")) {
      new ProcfileFormat(config).read(file);
    } else {
      Optional<ConfigNode.Table> table = TomlReader.read(file, config.problems());
      if (table.isPresent()) {
        readToml(file, table.get(), config);
      }
    }
  }

  private static void readToml(Path file, ConfigNode.Table table, ConfigBuilder config) {
    if (table.entries().containsKey("programs")) {
      new ProgramsFormat(config).read(table);
    } else {
      new LuhprocFormat(config).read(file, table);
    }
  }
}
