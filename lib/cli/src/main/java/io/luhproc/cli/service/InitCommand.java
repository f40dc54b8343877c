package io.luhproc.cli.service;

import io.luhproc.LuhprocException;
import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.ParseResult;

/** Command {@code init}. */
final class InitCommand extends ProgramCommand {
  private static final String FROM = "--from";
  private static final String FORCE = "--force";
  private static final String OUTPUT_FILE = "--output";
  private static final String HEALTH_URL = "--health-url";
  private static final String STDOUT = "-";
  private static final List<String> SOURCES =
      List.of("process-compose.yaml", "process-compose.yml", "Procfile", "package.json");
  private static final Set<PosixFilePermission> PUBLIC =
      PosixFilePermissions.fromString("rw-r--r--");
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  InitCommand() {
    super(
        "init",
        "Write a first luhproc.toml from a process-compose.yaml, Procfile, package.json or jar in"
            + " this folder; without one, an example.");
    addValue("SOURCE", "The file to begin with, instead of the first one found.", FROM);
    addValue(
        "FILE",
        "The file to write; default luhproc.toml beside the source, - is stdout.",
        "-o",
        OUTPUT_FILE);
    addFlag("Replace the file if it exists.", FORCE);
    addValue("URL", "With a jar: check the health of the service at this URL.", HEALTH_URL);
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    Optional<Path> source = source(value(parseResult, FROM, ""));
    String output = value(parseResult, OUTPUT_FILE, "");
    boolean isPrinted = output.equals(STDOUT);
    Path target = output.isEmpty() || isPrinted ? defaultTarget(source) : Path.of(output);
    checkFolder(source, target);
    FirstConfig config = read(source, parent(target), value(parseResult, HEALTH_URL, ""));
    if (isPrinted) {
      console.out().print(config.text());
      return ExitCode.SUCCESS.code();
    }
    write(target, config.text(), permissions(source), has(parseResult, FORCE));
    config.notes().forEach(console::printMessage);
    console.print("wrote " + target + " from " + config.origin() + "; start it with luhproc up");
    return ExitCode.SUCCESS.code();
  }

  private static Path defaultTarget(Optional<Path> source) {
    Path folder = source.filter(it -> !isJar(it)).map(InitCommand::parent).orElse(Path.of(""));
    return folder.resolve("luhproc.toml");
  }

  private static boolean isJar(Path file) {
    return file.toString().endsWith(".jar");
  }

  private static Path parent(Path file) {
    Path parent = file.getParent();
    return parent == null ? Path.of("") : parent;
  }

  private static Optional<Path> source(String named) {
    if (!named.isEmpty()) {
      return Optional.of(Path.of(named));
    }
    for (String name : SOURCES) {
      if (Files.isRegularFile(Path.of(name))) {
        return Optional.of(Path.of(name));
      }
    }
    return RunnableJar.find(Path.of(""));
  }

  private FirstConfig read(Optional<Path> source, Path folder, String healthUrl) {
    if (!healthUrl.isEmpty() && source.filter(InitCommand::isJar).isEmpty()) {
      throw usageError("--health-url needs a jar");
    }
    if (source.isEmpty()) {
      return FirstConfig.example();
    }
    if (isJar(source.get())) {
      return RunnableJar.read(source.get(), folder, healthUrl);
    }
    String name = String.valueOf(source.get().getFileName());
    if (name.endsWith(".json")) {
      return PackageScripts.read(source.get());
    }
    if (name.endsWith(".yaml") || name.endsWith(".yml") || name.startsWith("Procfile")) {
      return FirstConfig.convert(source.get());
    }
    throw usageError(
        "--from ("
            + source.get()
            + ") must be a process-compose.yaml, Procfile, package.json or jar");
  }

  /** Paths and commands of a source are relative to its folder. */
  private void checkFolder(Optional<Path> source, Path target) {
    if (source.isPresent()
        && !isJar(source.get())
        && !absoluteParent(source.get()).equals(absoluteParent(target))) {
      throw usageError(
          "--output ("
              + target
              + ") must be in the folder of "
              + source.get()
              + ", whose paths are relative");
    }
  }

  private static Path absoluteParent(Path file) {
    return parent(file.toAbsolutePath().normalize());
  }

  /** Returns those of a file that all can read, unless the source is private. */
  private static Set<PosixFilePermission> permissions(Optional<Path> source) {
    try {
      return source.isPresent()
              && !Files.getPosixFilePermissions(source.get())
                  .contains(PosixFilePermission.OTHERS_READ)
          ? OWNER_ONLY
          : PUBLIC;
    } catch (IOException | UnsupportedOperationException expected) {
      return OWNER_ONLY;
    }
  }

  private static void write(
      Path target, String text, Set<PosixFilePermission> permissions, boolean force) {
    try {
      Path temporary = Files.createTempFile(parent(target.toAbsolutePath()), ".luhproc", ".toml");
      try {
        Files.writeString(temporary, text);
        Files.setPosixFilePermissions(temporary, permissions);
        if (force) {
          Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } else {
          Files.move(temporary, target);
        }
      } finally {
        boolean ignored = Files.deleteIfExists(temporary);
      }
    } catch (FileAlreadyExistsException e) {
      throw new LuhprocException(
          "cannot write " + target + ": it exists; --force replaces it, -o - prints the text", e);
    } catch (IOException e) {
      throw new LuhprocException("cannot write " + target + ": " + e, e);
    }
  }
}
