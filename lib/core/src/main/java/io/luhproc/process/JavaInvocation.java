package io.luhproc.process;

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
  public Relaunch relaunch(Request request) {
    OptionRules rules = new OptionRules(paths(), request.directory().toString());
    List<String> argv = rules.translate(options);
    argv.addAll(JvmOptions.check(request.jvmOptions(), paths()));
    NativeLayer.addTo(argv, jvm.feature());
    argv.add(0, jvm.java());
    argv.addAll(entry.arguments(paths()));
    argv.addAll(request.arguments());
    Map<String, String> environment = new OptionVariables(rules).clean(request.environment());
    return new Relaunch(ArgFile.shorten(argv, request.directory()), environment);
  }

  private AbsolutePaths paths() {
    return new AbsolutePaths(jvm.workingDirectory());
  }
}
