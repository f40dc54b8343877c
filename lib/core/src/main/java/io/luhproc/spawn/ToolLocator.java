package io.luhproc.spawn;

import io.luhproc.process.SpawnException;
import io.luhproc.process.SpawnFailure;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds the small programs that a launch goes through, by their absolute path: the PATH of what is
 * launched has no say in it.
 *
 * @param searchPath folders as in {@code $PATH}
 */
record ToolLocator(String searchPath) {

  Optional<String> find(String name) {
    for (String entry : searchPath.split(File.pathSeparator, -1)) {
      Path file = Path.of(entry, name);
      if (file.isAbsolute() && Files.isExecutable(file)) {
        return Optional.of(file.toString());
      }
    }
    return Optional.empty();
  }

  /** Returns a tool that a launch cannot do without. */
  String require(String name, String purpose) {
    return find(name)
        .orElseThrow(
            () ->
                new SpawnException(
                    SpawnFailure.MISSING_TOOL,
                    name
                        + "(1) is needed to "
                        + purpose
                        + " and is in no folder of "
                        + searchPath
                        + "; Debian has it in util-linux or bsdutils"));
  }
}
