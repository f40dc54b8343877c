package io.luhproc.cli.service;

import io.luhproc.LuhprocException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The file of a user unit of systemd.
 *
 * @param name the name with its suffix, such as {@code luhproc-shop.service}
 * @param file the path of the file
 */
record UserUnit(String name, Path file) {
  private static final int MAX_NAME = 200;
  private static final int TIMEOUT_SECONDS = 180;

  /**
   * Returns the unit of a configuration, see "UNIT FILE LOAD PATH" in systemd.unit(5).
   *
   * @param chosen the name without prefix and suffix; empty for the name of the configuration, or
   *     of its folder if it has a common name
   */
  static UserUnit of(Path config, String chosen, Map<String, String> environment) {
    String file = String.valueOf(config.getFileName()).replaceFirst("\\.(toml|ya?ml)$", "");
    boolean isCommon =
        List.of("luhproc", "supervisors", "process-compose", "Procfile").contains(file);
    Path folder = config.getParent();
    Path folderName = folder == null ? null : folder.getFileName();
    String name = !chosen.isEmpty() ? chosen : isCommon ? String.valueOf(folderName) : file;
    String valid = name.replaceAll("[^A-Za-z0-9_.-]+", "-");
    String unit = "luhproc-" + valid.substring(0, Math.min(valid.length(), MAX_NAME)) + ".service";
    return new UserUnit(unit, configHome(environment).resolve("systemd/user").resolve(unit));
  }

  private static Path configHome(Map<String, String> environment) {
    String configHome = environment.getOrDefault("XDG_CONFIG_HOME", "");
    return configHome.startsWith("/")
        ? Path.of(configHome)
        : Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")), ".config");
  }

  /** Returns the first line of the file; empty if there is no file. */
  Optional<String> firstLine() {
    try {
      return Optional.of(Files.readString(file).lines().findFirst().orElse(""));
    } catch (NoSuchFileException expected) {
      return Optional.empty();
    } catch (IOException e) {
      throw new LuhprocException("cannot read " + file + ": " + e, e);
    }
  }

  /**
   * Checks that the file is missing, or was made for a configuration.
   *
   * @throws LuhprocException if it is another one
   */
  void checkMadeFor(Path config) {
    Optional<String> line = firstLine();
    if (line.isPresent() && !line.get().equals(SystemdUnit.origin(config))) {
      throw new LuhprocException(
          "cannot change "
              + file
              + ": it was not made for "
              + config
              + "; choose another name with --name");
    }
  }

  void write(String text) {
    try {
      Path folder = file.resolveSibling("");
      Files.createDirectories(folder);
      Path temporary = Files.createTempFile(folder, ".luhproc", ".new");
      try {
        Files.writeString(temporary, text);
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        boolean ignored = Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new LuhprocException("cannot write " + file + ": " + e, e);
    }
  }

  /** Removes the file. */
  void delete() {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new LuhprocException("cannot remove " + file + ": " + e, e);
    }
  }

  /** Returns a command for the service manager of this user. */
  static List<String> systemctl(String... arguments) {
    List<String> command = new ArrayList<>(List.of("systemctl", "--user"));
    command.addAll(List.of(arguments));
    return command;
  }

  /**
   * Runs a command with the terminal of this process.
   *
   * @throws LuhprocException if it fails
   */
  static void run(List<String> command) {
    String shown = String.join(" ", command);
    try {
      Process process = new ProcessBuilder(command).inheritIO().start();
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new LuhprocException(shown + " is still running after " + TIMEOUT_SECONDS + " s");
      }
      if (process.exitValue() != 0) {
        throw new LuhprocException(shown + " failed with exit code " + process.exitValue());
      }
    } catch (IOException e) {
      throw new LuhprocException("cannot run " + shown + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LuhprocException("interrupted during " + shown, e);
    }
  }
}
