package io.luhproc.process;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Starts processes by {@link ProcessBuilder}, which closes every descriptor above 2 in the child,
 * so that no socket or file of ours leaks. It has no way to setsid(2); setsid(1) does that and then
 * becomes the command, so the pid stays. Where there is no setsid(1), the process stays in our
 * session and may leave it itself.
 */
final class JdkSpawner implements Spawner {
  private final Optional<String> setsid;
  private final Inheritance inherited = new Inheritance();

  JdkSpawner(Tools tools) {
    this.setsid = tools.find("setsid");
  }

  @Override
  public Child spawn(LaunchRequest request, String program, List<String> argv) {
    List<String> words = new ArrayList<>(argv.size() + 1);
    setsid.ifPresent(words::add);
    words.addAll(argv);
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.directory(request.directory().toFile());
    inherited.change(builder.environment(), request.environment());
    redirect(builder, request);
    try {
      SpawnRefusal.checkDescriptors(request);
      return new JdkChild(builder.start());
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
}
