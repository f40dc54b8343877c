package io.luhproc.spawn;

import io.luhproc.process.SpawnException;
import io.luhproc.process.SpawnFailure;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Finds the program of a launch like execvp(3), and explains why it cannot run.
 *
 * <p>Behind setsid(1) or the setup script, exec(2) fails in the child, where the error is lost.
 */
final class ExecutableResolver {
  static final String DEFAULT_PATH = "/usr/bin:/bin";
  // BINPRM_BUF_SIZE: the kernel reads no more of a script to find its interpreter.
  private static final int MAX_SHEBANG_LENGTH = 256;

  private final LaunchRequest request;

  ExecutableResolver(LaunchRequest request) {
    this.request = request;
  }

  /**
   * Returns the path of the program.
   *
   * @throws SpawnException if the program, its interpreter or the working directory cannot be used
   */
  Path resolve() {
    checkWorkingDirectory();
    String name = request.argv().get(0);
    if (name.isEmpty()) {
      throw badProgram("cannot start the command: its name is empty");
    }
    if (name.startsWith("-")) {
      throw badProgram(
          "cannot start "
              + name
              + ": the tools that start it take '-' for an option; give its path");
    }
    Path program = name.indexOf('/') < 0 ? resolveOnSearchPath(name) : resolveByPath(name);
    checkInterpreter(program);
    return program;
  }

  private void checkWorkingDirectory() {
    Path directory = request.workingDirectory();
    String cause = null;
    if (!Files.isDirectory(directory)) {
      cause = Files.exists(directory) ? " is not a directory" : " does not exist";
    } else if (!Files.isExecutable(directory)) {
      cause = " is not accessible to this user";
    }
    if (cause != null) {
      throw new SpawnException(
          SpawnFailure.BAD_DIRECTORY, "the working directory " + directory + cause);
    }
  }

  private Path resolveByPath(String name) {
    Path program = resolveAgainst(request.workingDirectory(), name);
    if (isExecutableFile(program)) {
      return program;
    }
    if (!Files.exists(program)) {
      throw badProgram(program + " does not exist; was it replaced by another version?");
    }
    if (!Files.isRegularFile(program)) {
      boolean isDirectory = Files.isDirectory(program);
      throw badProgram(
          program
              + " is a "
              + (isDirectory ? "directory" : "pipe, socket or device")
              + ", not a program");
    }
    throw notExecutable(program);
  }

  /** Searches PATH, in which an empty entry means the working directory. */
  private Path resolveOnSearchPath(String name) {
    String searchPath = request.environment().getOrDefault("PATH", DEFAULT_PATH);
    Path firstNotExecutable = null;
    for (String entry : searchPath.split(File.pathSeparator, -1)) {
      Path program = resolveAgainst(resolveAgainst(request.workingDirectory(), entry), name);
      if (isExecutableFile(program)) {
        return program;
      }
      if (firstNotExecutable == null && Files.isRegularFile(program)) {
        firstNotExecutable = program;
      }
    }
    throw firstNotExecutable == null
        ? badProgram(name + " is not in any directory of PATH; give its absolute path")
        : notExecutable(firstNotExecutable);
  }

  private static Path resolveAgainst(Path base, String name) {
    try {
      return base.resolve(name);
    } catch (InvalidPathException e) {
      throw new SpawnException(
          SpawnFailure.BAD_PROGRAM, name + " is not a valid file name: " + e.getReason(), e);
    }
  }

  static boolean isExecutableFile(Path path) {
    return Files.isExecutable(path) && Files.isRegularFile(path);
  }

  /**
   * Checks the interpreter of a script. If it is missing, exec(2) reports ENOENT for the script.
   */
  private void checkInterpreter(Path program) {
    String name = readInterpreter(program);
    if (name == null
        || name.isEmpty()
        || isExecutableFile(resolveAgainst(request.workingDirectory(), name))) {
      return;
    }
    boolean hasWindowsLineEnd = name.endsWith("\r");
    throw badProgram(
        program
            + " cannot run: its first line names the interpreter "
            + name.strip()
            + (hasWindowsLineEnd
                ? " and ends in a carriage return; convert the file to Unix line ends"
                : ", which is not an executable file"));
  }

  private static @Nullable String readInterpreter(Path program) {
    byte[] start = new byte[MAX_SHEBANG_LENGTH];
    int length;
    try (FileInputStream in = new FileInputStream(program.toFile())) {
      length = in.read(start);
    } catch (IOException ignored) {
      // Executable but not readable: leave the check to the kernel.
      return null;
    }
    if (length < 2 || start[0] != '#' || start[1] != '!') {
      return null;
    }
    String line = new String(start, 2, length - 2, StandardCharsets.UTF_8);
    int end = line.indexOf('\n');
    String words = (end < 0 ? line : line.substring(0, end)).replace('\t', ' ');
    int from = 0;
    while (from < words.length() && words.charAt(from) == ' ') {
      from++;
    }
    int space = words.indexOf(' ', from);
    return space < 0 ? words.substring(from) : words.substring(from, space);
  }

  private static SpawnException notExecutable(Path program) {
    return badProgram(program + " is not executable; chmod +x it, or name its interpreter first");
  }

  private static SpawnException badProgram(String message) {
    return new SpawnException(SpawnFailure.BAD_PROGRAM, message);
  }
}
