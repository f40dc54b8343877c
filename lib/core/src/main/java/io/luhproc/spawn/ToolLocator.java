package io.luhproc.spawn;

import io.luhproc.process.SpawnException;
import io.luhproc.process.SpawnFailure;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds the tools that a launch needs, such as setsid(1). The PATH of the launched command is not
 * used for them.
 *
 * @param searchPath directories separated by {@code :}, as in {@code $PATH}
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

  /**
   * Returns the absolute path of a required tool.
   *
   * @throws SpawnException if the tool is missing
   */
  String require(String name, String purpose) {
    return find(name)
        .orElseThrow(
            () ->
                new SpawnException(
                    SpawnFailure.MISSING_TOOL,
                    "cannot "
                        + purpose
                        + ": "
                        + name
                        + "(1) is not in any directory of "
                        + searchPath
                        + "; on Debian install util-linux or bsdutils"));
  }
}
