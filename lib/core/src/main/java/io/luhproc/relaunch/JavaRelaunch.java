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
 * @param program its name, see {@link JvmCommand#program()}
 */
record JavaRelaunch(CurrentJvm jvm, List<String> options, LaunchTarget target, String program)
    implements RelaunchStrategy {

  /** Returns the strategy that runs a target. Reads the jar file. */
  static JavaRelaunch of(CurrentJvm jvm, List<String> options, LaunchTarget target) {
    return new JavaRelaunch(jvm, options, target, target.program(pathResolver(jvm)));
  }

  @Override
  public Optional<String> missingFile() {
    return target.file(pathResolver(jvm)).filter(file -> Files.notExists(Path.of(file)));
  }

  @Override
  public LaunchCommand buildCommand(
      OptionChanges changes,
      List<String> arguments,
      Path directory,
      Map<String, String> environment) {
    PathResolver pathResolver = pathResolver(jvm);
    JvmOptionRewriter rewriter = new JvmOptionRewriter(pathResolver, directory.toString(), changes);
    List<String> argv = rewriter.rewrite(options);
    if (!changes.added().isEmpty()) {
      argv.addAll(JavaCommandLineParser.parseOptions(changes.added(), pathResolver));
    }
    NativeAccessOptions.addTo(argv, jvm.featureVersion());
    argv.add(0, jvm.javaExecutable());
    argv.addAll(target.launcherArguments(pathResolver));
    argv.addAll(arguments);
    Map<String, String> rewritten =
        new OptionEnvironment(rewriter, jvm.environment()).rewrite(environment);
    return new LaunchCommand(ArgFile.writeIfTooLong(argv, directory), rewritten);
  }

  private static PathResolver pathResolver(CurrentJvm jvm) {
    return new PathResolver(jvm.workingDirectory());
  }
}
