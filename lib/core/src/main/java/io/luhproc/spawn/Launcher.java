package io.luhproc.spawn;

import io.luhproc.posix.PosixSpawner;
import io.luhproc.process.SpawnException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts processes in a session of their own, whose output the kernel writes to files, and to which
 * no descriptor of this JVM leaks. A {@link PreExecSettings} is done by a shell first, which
 * becomes the command.
 */
public final class Launcher implements AutoCloseable {
  private final ToolLocator toolLocator;
  private final Spawner spawner;

  Launcher(ToolLocator toolLocator, Spawner spawner) {
    this.toolLocator = toolLocator;
    this.spawner = spawner;
  }

  /** Returns a launcher that uses the tools of a search path such as {@code $PATH}. */
  public static Launcher withSearchPath(String searchPath) {
    ToolLocator toolLocator = new ToolLocator(searchPath);
    return new Launcher(toolLocator, new JdkSpawner(toolLocator));
  }

  /** Returns a launcher that uses the tools of the PATH of an environment. */
  public static Launcher withPathOf(Map<String, String> environment) {
    return withSearchPath(environment.getOrDefault("PATH", ExecutableResolver.DEFAULT_PATH));
  }

  /**
   * Returns one that starts processes by posix_spawn(3) as soon as that is loaded, for whoever
   * starts many of them; to be closed. Until then, and where it cannot be loaded, the JDK starts
   * them.
   */
  public Launcher usingPosixSpawn() {
    return new Launcher(
        toolLocator, LazyNativeSpawner.startLoading(spawner, PosixSpawner::tryLoad));
  }

  /**
   * Looks whether a launch can work: program, interpreter, working directory, user and tools.
   *
   * @throws SpawnException when it cannot
   */
  public void check(LaunchRequest request) {
    ResolvedCommand ignored = resolve(request);
  }

  /**
   * Starts a process.
   *
   * @throws SpawnException when what {@link #check} looks for is missing, and when the kernel or
   *     the JDK refuses; nothing runs then
   */
  public ChildProcess launch(LaunchRequest request) {
    ResolvedCommand command = resolve(request);
    if (request.preExec().isPresent()) {
      clearReport(request, request.preExec().get());
    }
    return spawner.spawn(request, command.program(), command.argv());
  }

  private static void clearReport(LaunchRequest request, PreExecSettings settings) {
    try {
      settings.clearReport();
    } catch (IOException e) {
      throw SpawnFailureTranslator.translate(request, e);
    }
  }

  /** What is executed, and its arguments. */
  private record ResolvedCommand(String program, List<String> argv) {}

  private ResolvedCommand resolve(LaunchRequest request) {
    Path program = new ExecutableResolver(request).resolve();
    List<String> argv = request.argv();
    if (request.preExec().isEmpty()) {
      // What has a slash is found from the working directory by the kernel too.
      boolean isOnSearchPath = argv.get(0).indexOf('/') < 0;
      return new ResolvedCommand(isOnSearchPath ? program.toString() : argv.get(0), argv);
    }
    List<String> wrapped =
        new ArrayList<>(
            new PreExecScript(toolLocator, request, request.preExec().get()).prefix(program));
    wrapped.addAll(argv);
    return new ResolvedCommand(wrapped.get(0), wrapped);
  }

  /** Gives back what {@link #usingPosixSpawn} takes once the last of its children has ended. */
  @Override
  public void close() {
    spawner.close();
  }
}
