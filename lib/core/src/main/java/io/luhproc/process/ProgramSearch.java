package io.luhproc.process;

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
final class ProgramSearch {
  static final String DEFAULT_PATH = "/usr/bin:/bin";
  // The kernel reads no more of a script for the name of its interpreter, BINPRM_BUF_SIZE.
  private static final int LONGEST_FIRST_LINE = 256;

  private final LaunchRequest request;

  ProgramSearch(LaunchRequest request) {
    this.request = request;
  }

  /**
   * Returns the path of the program.
   *
   * @throws SpawnException when it, its interpreter or the working directory cannot be used
   */
  Path find() {
    checkDirectory();
    String name = request.argv().get(0);
    if (name.isEmpty()) {
      throw refused("the command has an empty name");
    }
    if (name.startsWith("-")) {
      throw refused(name + " would be an option of the tools that start it; give its path");
    }
    Path program = name.indexOf('/') < 0 ? onPath(name) : at(name);
    checkInterpreter(program);
    return program;
  }

  private void checkDirectory() {
    Path directory = request.directory();
    String why = null;
    if (!Files.isDirectory(directory)) {
      why = Files.exists(directory) ? " is not a directory" : " does not exist";
    } else if (!Files.isExecutable(directory)) {
      why = " may not be entered by this user";
    }
    if (why != null) {
      throw new SpawnException(
          SpawnFault.BAD_DIRECTORY, "the working directory " + directory + why);
    }
  }

  private Path at(String name) {
    Path program = resolve(request.directory(), name);
    if (isProgram(program)) {
      return program;
    }
    if (!Files.exists(program)) {
      throw refused(program + " does not exist; if it did, was it replaced by another version?");
    }
    if (!Files.isRegularFile(program)) {
      boolean isDirectory = Files.isDirectory(program);
      throw refused(
          program
              + " is a "
              + (isDirectory ? "directory" : "pipe, a socket or a device")
              + ", not a program");
    }
    throw refused(program + " is not executable; chmod +x it, or put its interpreter in front");
  }

  /** An empty entry of the search path is the working directory. */
  private Path onPath(String name) {
    String searchPath = request.environment().getOrDefault("PATH", DEFAULT_PATH);
    Path seen = null;
    for (String folder : searchPath.split(File.pathSeparator, -1)) {
      Path program = resolve(resolve(request.directory(), folder), name);
      if (isProgram(program)) {
        return program;
      }
      seen = seen == null && Files.isRegularFile(program) ? program : seen;
    }
    if (seen != null) {
      throw refused(seen + " is not executable; chmod +x it, or put its interpreter in front");
    }
    throw refused(name + " is in no folder of the PATH; give its absolute path");
  }

  private static Path resolve(Path folder, String name) {
    try {
      return folder.resolve(name);
    } catch (InvalidPathException e) {
      throw new SpawnException(
          SpawnFault.BAD_PROGRAM, name + " cannot be a file here: " + e.getReason(), e);
    }
  }

  static boolean isProgram(Path file) {
    return Files.isExecutable(file) && Files.isRegularFile(file);
  }

  /** The kernel's answer to a script without its interpreter is that the script does not exist. */
  private void checkInterpreter(Path program) {
    String name = interpreter(program);
    if (name == null || name.isEmpty() || isProgram(resolve(request.directory(), name))) {
      return;
    }
    boolean windows = name.endsWith("\r");
    throw refused(
        program
            + " cannot run: its first line names the interpreter "
            + name.strip()
            + (windows
                ? " and ends in a carriage return; give the file Unix line ends"
                : ", which is no program here"));
  }

  private static @Nullable String interpreter(Path program) {
    byte[] start = new byte[LONGEST_FIRST_LINE];
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

  private static SpawnException refused(String why) {
    return new SpawnException(SpawnFault.BAD_PROGRAM, why);
  }
}
