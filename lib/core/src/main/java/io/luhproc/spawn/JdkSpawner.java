package io.luhproc.spawn;

import io.luhproc.process.OutputMode;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Starts processes by {@link ProcessBuilder}, which closes every descriptor above 2 in the child.
 *
 * <p>{@code ProcessBuilder} cannot call setsid(2), so setsid(1) creates the session and executes
 * the command, which keeps the pid. Without setsid(1), the child stays in the session of this JVM
 * and may create its own. Likewise, env(1) resets the signals that this JVM ignores or blocks.
 */
final class JdkSpawner implements Spawner {
  private final Optional<String> setsid;
  private final SignalReset signalReset;
  private final EnvironmentDelta environmentDelta = new EnvironmentDelta();

  private JdkSpawner(ToolLocator tools, SignalReset signalReset) {
    this.setsid = tools.find("setsid");
    this.signalReset = signalReset;
  }

  /** Returns a spawner for JVMs, which unblock SIGQUIT by themselves. */
  static JdkSpawner forJavaPrograms(ToolLocator tools) {
    return new JdkSpawner(tools, SignalReset.exceptBlockedQuit(tools));
  }

  /** Returns a spawner for any programs. */
  static JdkSpawner forAllPrograms(ToolLocator tools) {
    return new JdkSpawner(tools, SignalReset.ofAll(tools));
  }

  @Override
  public ChildProcess spawn(LaunchRequest request, String program, List<String> argv) {
    SpawnFailureTranslator.checkDescriptors(request);
    List<String> command = new ArrayList<>(argv.size() + 3);
    setsid.ifPresent(command::add);
    command.addAll(argv);
    command.addAll(0, signalReset.prefix(command.get(0)));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(request.workingDirectory().toFile());
    environmentDelta.apply(builder.environment(), request.environment());
    redirect(builder, request);
    try {
      return new JdkChildProcess(builder.start());
    } catch (IOException e) {
      throw SpawnFailureTranslator.translate(request, e);
    }
  }

  private static void redirect(ProcessBuilder builder, LaunchRequest request) {
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    if (request.outputMode() == OutputMode.INHERIT) {
      builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      return;
    }
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(request.stdout().toFile()));
    if (request.outputMode() == OutputMode.MERGED) {
      builder.redirectErrorStream(true);
    } else {
      builder.redirectError(ProcessBuilder.Redirect.appendTo(request.stderr().toFile()));
    }
  }
}
