package io.luhproc.relaunch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A parsed command line of {@code java}.
 *
 * @param options the JVM options, one element each: {@code --class-path=x} for {@code -cp x}
 * @param target the program to run; null if only options are given
 * @param arguments the arguments of the program
 */
record JavaCommandLine(
    List<String> options, @Nullable LaunchTarget target, List<String> arguments) {

  /** Returns whether there is an option with the given prefix. */
  boolean hasOption(String prefix) {
    for (String option : options) {
      if (option.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }
}
