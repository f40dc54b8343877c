package io.luhproc.spawn;

import io.luhproc.posix.PosixSpawner;
import io.luhproc.process.SpawnException;
import io.luhproc.procfs.LimitMarker;
import io.luhproc.time.RandomTokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts processes in new sessions, with files as output and without inherited descriptors.
 *
 * <p>If the request has {@link PreExecSettings} or a {@link LimitMarker}, a shell or a tool applies
 * them and then executes the command under the same pid. All signals have their default action and
 * are unblocked, whatever this JVM ignores. Thread-safe.
 */
public final class Launcher implements AutoCloseable {
  private final ToolLocator toolLocator;
  private final LimitMarkerCommand limitMarkerCommand;
  private final Spawner spawner;

  Launcher(ToolLocator toolLocator, Spawner spawner) {
    this.toolLocator = toolLocator;
    this.limitMarkerCommand = new LimitMarkerCommand(toolLocator);
    this.spawner = spawner;
  }

  /**
   * Returns a launcher that looks for its tools (such as setsid and prlimit) in a search path.
   *
   * @param searchPath directories separated by {@code :}, as in {@code $PATH}
   */
  public static Launcher withSearchPath(String searchPath) {
    ToolLocator toolLocator = new ToolLocator(searchPath);
    return new Launcher(toolLocator, JdkSpawner.forJavaPrograms(toolLocator));
  }

  /** Returns a launcher that looks for its tools in the PATH of an environment. */
  public static Launcher withPathOf(Map<String, String> environment) {
    return withSearchPath(environment.getOrDefault("PATH", ExecutableResolver.DEFAULT_PATH));
  }

  /**
   * Returns a launcher that uses posix_spawn(3), for callers that start many processes.
   *
   * <p>A background thread loads the native code. Until then, and if it cannot be loaded, the JDK
   * starts the processes. The caller must close the returned launcher.
   *
   * <p>Once loaded, it reaps the orphans that this JVM adopts, see {@link OrphanReaper}.
   *
   * @param childSubreaper whether this JVM becomes a child subreaper, see prctl(2), until the
   *     launcher is closed
   */
  public Launcher usingPosixSpawn(boolean childSubreaper) {
    Spawner fallback = JdkSpawner.forAllPrograms(toolLocator);
    return new Launcher(
        toolLocator,
        LazyNativeSpawner.startLoading(fallback, () -> PosixSpawner.tryLoad(childSubreaper)));
  }

  /**
   * Returns a request with a new random limit marker, to record before the launch.
   *
   * @return the request itself if it has a marker, or if this system cannot set one: the hard limit
   *     is too low, no tool can set it, or a sandbox refuses it
   */
  public LaunchRequest mark(LaunchRequest request) {
    if (request.limitMarker().isPresent()) {
      return request;
    }
    LimitMarker marker = LimitMarker.fromRandomBits(RandomTokens.bits());
    return limitMarkerCommand.canSet(marker, request) ? request.with(marker) : request;
  }

  /**
   * Checks program, interpreter, working directory, user and tools without starting anything.
   *
   * @throws SpawnException if {@link #launch} would fail because of one of them
   */
  public void check(LaunchRequest request) {
    ResolvedCommand ignored = resolve(request);
  }

  /**
   * Starts a process.
   *
   * @throws SpawnException if {@link #check} fails, or if the kernel or the JDK refuses; no process
   *     runs then
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

  /** The executable and its arguments. */
  private record ResolvedCommand(String program, List<String> argv) {}

  private ResolvedCommand resolve(LaunchRequest request) {
    Path program = new ExecutableResolver(request).resolve();
    List<String> argv = request.argv();
    List<String> wrapped = new ArrayList<>(limitMarkerCommand.prefix(request));
    request
        .preExec()
        .map(it -> new PreExecScript(toolLocator, request, it).prefix(program))
        .ifPresent(wrapped::addAll);
    if (wrapped.isEmpty()) {
      // The kernel resolves a name with a slash against the working directory by itself.
      boolean isOnSearchPath = argv.get(0).indexOf('/') < 0;
      return new ResolvedCommand(isOnSearchPath ? program.toString() : argv.get(0), argv);
    }
    wrapped.addAll(argv);
    return new ResolvedCommand(wrapped.get(0), wrapped);
  }

  /** Releases the resources of {@link #usingPosixSpawn} once its last child has exited. */
  @Override
  public void close() {
    spawner.close();
  }
}
