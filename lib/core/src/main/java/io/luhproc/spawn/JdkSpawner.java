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
 * and may create its own.
 */
final class JdkSpawner implements Spawner {
  private final Optional<String> setsid;
  private final EnvironmentDelta environmentDelta = new EnvironmentDelta();

  JdkSpawner(ToolLocator tools) {
    this.setsid = tools.find("setsid");
  }

  @Override
  public ChildProcess spawn(LaunchRequest request, String program, List<String> argv) {
    List<String> command = new ArrayList<>(argv.size() + 1);
    setsid.ifPresent(command::add);
    command.addAll(argv);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(request.workingDirectory().toFile());
    environmentDelta.apply(builder.environment(), request.environment());
    redirect(builder, request);
    try {
      SpawnFailureTranslator.checkDescriptors(request);
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
