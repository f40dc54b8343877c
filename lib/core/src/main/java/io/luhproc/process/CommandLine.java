package io.luhproc.process;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command line of {@code java}, taken apart.
 *
 * @param options the JVM's options, each in one element: {@code --class-path=x}, never {@code -cp},
 *     {@code x}
 * @param entry what is run; null when only options were given
 * @param arguments the arguments of the program
 */
record CommandLine(List<String> options, @Nullable EntryPoint entry, List<String> arguments) {

  /** Returns whether an option that begins so was given. */
  boolean has(String prefix) {
    for (String option : options) {
      if (option.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }
}
