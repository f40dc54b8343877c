package io.luhproc.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Starts the app by the launcher {@code java}.
 *
 * @param jvm the JVM to be repeated
 * @param options its options, as they were given
 * @param entry what to run
 */
record JavaInvocation(RunningJvm jvm, List<String> options, EntryPoint entry)
    implements Invocation {
  @Override
  public String program() {
    return entry.program(paths());
  }

  @Override
  public Relaunch relaunch(
      List<String> jvmOptions,
      List<String> arguments,
      Path directory,
      Map<String, String> environment) {
    OptionRules rules = new OptionRules(paths(), directory.toString());
    List<String> argv = rules.translate(options);
    if (!jvmOptions.isEmpty()) {
      argv.addAll(JvmOptions.check(jvmOptions, paths()));
    }
    NativeLayer.addTo(argv, jvm.feature());
    argv.add(0, jvm.java());
    argv.addAll(entry.arguments(paths()));
    argv.addAll(arguments);
    Map<String, String> cleaned = new OptionVariables(rules, jvm.environment()).clean(environment);
    return new Relaunch(ArgFile.shorten(argv, directory), cleaned);
  }

  private AbsolutePaths paths() {
    return new AbsolutePaths(jvm.workingDirectory());
  }
}
