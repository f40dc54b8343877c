package io.luhproc.bench;

import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The program luhproc with a configuration of its own.
 *
 * @param launcher its launcher script, whose class archive is made
 * @param variables the environment variables that it needs
 */
record LuhprocProgram(String launcher, Map<String, String> variables) {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  /**
   * Writes the configuration and makes the class archive.
   *
   * @param folder for the configuration, the archive and the state
   * @param services the sections of the services
   */
  static LuhprocProgram create(Path launcher, Path folder, String services)
      throws IOException, InterruptedException {
    Path file =
        Files.writeString(
            folder.resolve("luhproc.toml"),
            // The path of a socket has at most 107 bytes.
            "[supervisor]\ndirectory = \"run\"\n" + services);
    Path cache = folder.resolve("cache");
    Map<String, String> variables =
        Map.of(
            "LUHPROC_FILE", file.toString(),
            "XDG_STATE_HOME", folder.resolve("state").toString(),
            "XDG_CACHE_HOME", cache.toString());
    LuhprocProgram program = new LuhprocProgram(launcher.toString(), variables);
    makeClassArchive(program.command("version"), variables, cache);
    return program;
  }

  /** Returns the words of a command. */
  List<String> command(String... arguments) {
    return Stream.concat(Stream.of(launcher), Stream.of(arguments)).toList();
  }

  /**
   * Runs a command of a launcher script and waits for the class archive that it makes.
   *
   * @param cache {@code XDG_CACHE_HOME} of the variables
   */
  static void makeClassArchive(List<String> command, Map<String, String> variables, Path cache)
      throws IOException, InterruptedException {
    int ignored = new CommandRunner(command, variables).exitCode();
    if (!Deadline.after(TimeSource.system(), TIMEOUT).await(() -> hasArchive(cache))) {
      throw new IOException(command + " made no class archive");
    }
  }

  private static boolean hasArchive(Path cache) {
    try (Stream<Path> files = Files.walk(cache)) {
      return files.anyMatch(it -> it.toString().matches(".*\\.(jsa|aot)"));
    } catch (IOException expected) {
      // A file has just been renamed.
      return false;
    }
  }
}
