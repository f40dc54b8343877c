package io.luhproc.relaunch;

import io.luhproc.process.LaunchCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Starts the app by {@code java}.
 *
 * @param jvm the running JVM
 * @param options its options, as given
 * @param target the program to run
 */
record JavaRelaunch(CurrentJvm jvm, List<String> options, LaunchTarget target)
    implements RelaunchStrategy {
  @Override
  public String program() {
    return target.program(pathResolver());
  }

  @Override
  public Optional<String> missingFile() {
    return target.file(pathResolver()).filter(file -> Files.notExists(Path.of(file)));
  }

  @Override
  public LaunchCommand buildCommand(
      List<String> jvmOptions,
      List<String> arguments,
      Path directory,
      Map<String, String> environment) {
    JvmOptionRewriter rewriter = new JvmOptionRewriter(pathResolver(), directory.toString());
    List<String> argv = rewriter.rewrite(options);
    if (!jvmOptions.isEmpty()) {
      argv.addAll(JavaCommandLineParser.parseOptions(jvmOptions, pathResolver()));
    }
    NativeAccessOptions.addTo(argv, jvm.featureVersion());
    argv.add(0, jvm.javaExecutable());
    argv.addAll(target.launcherArguments(pathResolver()));
    argv.addAll(arguments);
    Map<String, String> rewritten =
        new OptionEnvironment(rewriter, jvm.environment()).rewrite(environment);
    return new LaunchCommand(ArgFile.writeIfTooLong(argv, directory), rewritten);
  }

  private PathResolver pathResolver() {
    return new PathResolver(jvm.workingDirectory());
  }
}
