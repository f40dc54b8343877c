package io.luhproc.relaunch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command line of {@code java}, taken apart.
 *
 * @param options the JVM's options, each in one element: {@code --class-path=x}, never {@code -cp},
 *     {@code x}
 * @param target what is run; null when only options were given
 * @param arguments the arguments of the program
 */
record JavaCommandLine(
    List<String> options, @Nullable LaunchTarget target, List<String> arguments) {

  /** Returns whether an option that begins so was given. */
  boolean hasOption(String prefix) {
    for (String option : options) {
      if (option.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }
}
