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
 * Finds the program of a launch as execvp(3) would, and says why it cannot run. Behind setsid(1) or
 * a prologue, exec(2) would fail in the child, where nobody sees.
 */
final class ExecutableResolver {
  static final String DEFAULT_PATH = "/usr/bin:/bin";
  // The kernel reads no more of a script for the name of its interpreter, BINPRM_BUF_SIZE.
  private static final int MAX_SHEBANG_LENGTH = 256;

  private final LaunchRequest request;

  ExecutableResolver(LaunchRequest request) {
    this.request = request;
  }

  /**
   * Returns the path of the program.
   *
   * @throws SpawnException when it, its interpreter or the working directory cannot be used
   */
  Path resolve() {
    checkWorkingDirectory();
    String name = request.argv().get(0);
    if (name.isEmpty()) {
      throw badProgram("the command has an empty name");
    }
    if (name.startsWith("-")) {
      throw badProgram(name + " would be an option of the tools that start it; give its path");
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
      cause = " may not be entered by this user";
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
      throw badProgram(program + " does not exist; if it did, was it replaced by another version?");
    }
    if (!Files.isRegularFile(program)) {
      boolean isDirectory = Files.isDirectory(program);
      throw badProgram(
          program
              + " is a "
              + (isDirectory ? "directory" : "pipe, a socket or a device")
              + ", not a program");
    }
    throw badProgram(program + " is not executable; chmod +x it, or put its interpreter in front");
  }

  /** An empty entry of the search path is the working directory. */
  private Path resolveOnSearchPath(String name) {
    String searchPath = request.environment().getOrDefault("PATH", DEFAULT_PATH);
    Path notExecutable = null;
    for (String entry : searchPath.split(File.pathSeparator, -1)) {
      Path program = resolveAgainst(resolveAgainst(request.workingDirectory(), entry), name);
      if (isExecutableFile(program)) {
        return program;
      }
      notExecutable =
          notExecutable == null && Files.isRegularFile(program) ? program : notExecutable;
    }
    if (notExecutable != null) {
      throw badProgram(
          notExecutable + " is not executable; chmod +x it, or put its interpreter in front");
    }
    throw badProgram(name + " is in no folder of the PATH; give its absolute path");
  }

  private static Path resolveAgainst(Path base, String name) {
    try {
      return base.resolve(name);
    } catch (InvalidPathException e) {
      throw new SpawnException(
          SpawnFailure.BAD_PROGRAM, name + " cannot be a file here: " + e.getReason(), e);
    }
  }

  static boolean isExecutableFile(Path path) {
    return Files.isExecutable(path) && Files.isRegularFile(path);
  }

  /** The kernel's answer to a script without its interpreter is that the script does not exist. */
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
                ? " and ends in a carriage return; give the file Unix line ends"
                : ", which is no program here"));
  }

  private static @Nullable String readInterpreter(Path program) {
    byte[] start = new byte[MAX_SHEBANG_LENGTH];
    int length;
    try (FileInputStream in = new FileInputStream(program.toFile())) {
      length = in.read(start);
    } catch (IOException ignored) {
      // It may be executed and not read; then only the kernel knows.
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

  private static SpawnException badProgram(String message) {
    return new SpawnException(SpawnFailure.BAD_PROGRAM, message);
  }
}
