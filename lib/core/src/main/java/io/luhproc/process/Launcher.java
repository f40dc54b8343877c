package io.luhproc.process;

import io.luhproc.posix.Children;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts processes in a session of their own, whose output the kernel writes to files, and to which
 * no descriptor of this JVM leaks. A {@link LaunchSetup} is done by a shell first, which becomes
 * the command.
 */
public final class Launcher implements AutoCloseable {
  private final Tools tools;
  private final Spawner spawner;

  Launcher(Tools tools, Spawner spawner) {
    this.tools = tools;
    this.spawner = spawner;
  }

  /** Returns a launcher that uses the tools of a search path such as {@code $PATH}. */
  public static Launcher searching(String searchPath) {
    Tools tools = new Tools(searchPath);
    return new Launcher(tools, new JdkSpawner(tools));
  }

  /** Returns a launcher that uses the tools of the PATH of an environment. */
  public static Launcher inheriting(Map<String, String> environment) {
    return searching(environment.getOrDefault("PATH", ProgramSearch.DEFAULT_PATH));
  }

  /**
   * Returns one that starts processes by posix_spawn(3) as soon as that is loaded, for whoever
   * starts many of them; to be closed. Until then, and where it cannot be loaded, the JDK starts
   * them.
   */
  public Launcher spawningNatively() {
    return new Launcher(tools, LoadingSpawner.start(spawner, Children::load));
  }

  /**
   * Looks whether a launch can work: program, interpreter, working directory, user and tools.
   *
   * @throws SpawnException when it cannot
   */
  public void check(LaunchRequest request) {
    Prepared ignored = prepare(request);
  }

  /**
   * Starts a process.
   *
   * @throws SpawnException when what {@link #check} looks for is missing, and when the kernel or
   *     the JDK refuses; nothing runs then
   */
  public Child launch(LaunchRequest request) {
    Prepared prepared = prepare(request);
    if (request.setup().isPresent()) {
      forgetFailure(request, request.setup().get());
    }
    return spawner.spawn(request, prepared.program(), prepared.argv());
  }

  private static void forgetFailure(LaunchRequest request, LaunchSetup setup) {
    try {
      setup.forgetFailure();
    } catch (IOException e) {
      throw SpawnRefusal.of(request, e);
    }
  }

  /** What is executed, and its arguments. */
  private record Prepared(String program, List<String> argv) {}

  private Prepared prepare(LaunchRequest request) {
    Path program = new ProgramSearch(request).find();
    List<String> argv = request.argv();
    if (request.setup().isEmpty()) {
      // What has a slash is found from the working directory by the kernel too.
      boolean isSearched = argv.get(0).indexOf('/') < 0;
      return new Prepared(isSearched ? program.toString() : argv.get(0), argv);
    }
    List<String> words =
        new ArrayList<>(new Prologue(tools, request, request.setup().get()).lead(program));
    words.addAll(argv);
    return new Prepared(words.get(0), words);
  }

  /** Gives back what {@link #spawningNatively} takes once the last of its children has ended. */
  @Override
  public void close() {
    spawner.close();
  }
}
