package io.luhproc.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Starts processes in a session of their own, whose output the kernel writes to files.
 *
 * <p>{@link ProcessBuilder} closes every descriptor above 2 in the child, so no socket or file of
 * ours leaks. It has no way to setsid(2); setsid(1) does that and then becomes the command, so the
 * pid stays. Where there is no setsid(1), the process stays in our session and may leave it itself.
 */
public final class Launcher {
  private static final String DEFAULT_PATH = "/usr/bin:/bin";

  private final @Nullable String setsid;

  private Launcher(@Nullable String setsid) {
    this.setsid = setsid;
  }

  /** Returns a launcher that uses the setsid(1) of a search path such as {@code $PATH}, if any. */
  public static Launcher searching(String searchPath) {
    for (String folder : searchPath.split(File.pathSeparator, -1)) {
      Path file = Path.of(folder, "setsid");
      if (file.isAbsolute() && Files.isExecutable(file)) {
        return new Launcher(file.toString());
      }
    }
    return new Launcher(null);
  }

  /**
   * Starts a process.
   *
   * @throws IOException when the kernel refuses, or the executable or the directory is not there
   */
  public Process launch(LaunchRequest request) throws IOException {
    check(request);
    ProcessBuilder builder = new ProcessBuilder(command(request.argv()));
    builder.directory(request.directory().toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.putAll(request.environment());
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(request.out().toFile()));
    builder.redirectError(ProcessBuilder.Redirect.appendTo(request.err().toFile()));
    return builder.start();
  }

  /**
   * Looks before the leap: behind setsid(1), exec(2) would fail in the child, where nobody sees.
   */
  private static void check(LaunchRequest request) throws IOException {
    if (!Files.isDirectory(request.directory())) {
      throw new IOException("the working directory " + request.directory() + " does not exist");
    }
    String name = request.argv().get(0);
    if (name.indexOf('/') < 0) {
      checkIsOnPath(name, request);
      return;
    }
    Path executable = request.directory().resolve(name);
    if (!isProgram(executable)) {
      throw new IOException(
          Files.exists(executable)
              ? executable + " is not executable"
              : executable + " does not exist any more; was it replaced by another version?");
    }
  }

  /** As execvp(3) looks for it; an empty entry is the working directory. */
  private static void checkIsOnPath(String name, LaunchRequest request) throws IOException {
    String searchPath = request.environment().getOrDefault("PATH", DEFAULT_PATH);
    for (String folder : searchPath.split(File.pathSeparator, -1)) {
      if (isProgram(request.directory().resolve(folder).resolve(name))) {
        return;
      }
    }
    throw new IOException(name + " is in no folder of the PATH; give its absolute path");
  }

  private static boolean isProgram(Path file) {
    return Files.isExecutable(file) && !Files.isDirectory(file);
  }

  private List<String> command(List<String> argv) {
    if (setsid == null) {
      return argv;
    }
    List<String> command = new ArrayList<>(argv.size() + 1);
    command.add(setsid);
    command.addAll(argv);
    return command;
  }
}
