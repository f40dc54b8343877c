package io.luhproc.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Starts processes in a session of their own, whose output the kernel writes to files.
 *
 * <p>{@link ProcessBuilder} closes every descriptor above 2 in the child, so no socket or file of
 * ours leaks. It has no way to setsid(2); setsid(1) does that and then becomes the command, so the
 * pid stays. Where there is no setsid(1), the process stays in our session and may leave it itself.
 * A {@link LaunchSetup} is done by a shell between the two, which becomes the command as well.
 */
public final class Launcher {
  private final Tools tools;
  private final Optional<String> setsid;
  private final Inheritance inherited = new Inheritance();

  private Launcher(Tools tools) {
    this.tools = tools;
    this.setsid = tools.find("setsid");
  }

  /** Returns a launcher that uses the tools of a search path such as {@code $PATH}. */
  public static Launcher searching(String searchPath) {
    return new Launcher(new Tools(searchPath));
  }

  /** Returns a launcher that uses the tools of the PATH of an environment. */
  public static Launcher inheriting(Map<String, String> environment) {
    return searching(environment.getOrDefault("PATH", ProgramSearch.DEFAULT_PATH));
  }

  /**
   * Looks whether a launch can work: program, interpreter, working directory, user and tools.
   *
   * @throws SpawnException when it cannot
   */
  public void check(LaunchRequest request) {
    List<String> ignored = prepare(request);
  }

  /**
   * Starts a process.
   *
   * @throws SpawnException when what {@link #check} looks for is missing, and when the kernel or
   *     the JDK refuses; nothing runs then
   */
  public Process launch(LaunchRequest request) {
    ProcessBuilder builder = new ProcessBuilder(prepare(request));
    builder.directory(request.directory().toFile());
    inherited.change(builder.environment(), request.environment());
    redirect(builder, request);
    try {
      if (request.setup().isPresent()) {
        request.setup().get().forgetFailure();
      }
      SpawnRefusal.checkDescriptors(request);
      return builder.start();
    } catch (IOException e) {
      throw SpawnRefusal.of(request, e);
    }
  }

  private static void redirect(ProcessBuilder builder, LaunchRequest request) {
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    if (request.output() == OutputMode.TERMINAL) {
      builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      return;
    }
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(request.out().toFile()));
    if (request.output() == OutputMode.MERGED) {
      builder.redirectErrorStream(true);
    } else {
      builder.redirectError(ProcessBuilder.Redirect.appendTo(request.err().toFile()));
    }
  }

  private List<String> prepare(LaunchRequest request) {
    Path program = new ProgramSearch(request).find();
    List<String> command = new ArrayList<>(request.argv().size() + 1);
    if (setsid.isPresent()) {
      command.add(setsid.get());
    }
    if (request.setup().isPresent()) {
      command.addAll(new Prologue(tools, request, request.setup().get()).lead(program));
    }
    command.addAll(request.argv());
    return command;
  }
}
