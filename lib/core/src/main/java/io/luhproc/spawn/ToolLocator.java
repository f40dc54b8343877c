package io.luhproc.spawn;

import io.luhproc.process.SpawnException;
import io.luhproc.process.SpawnFailure;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds the tools that a launch needs, such as setsid(1). The PATH of the launched command is not
 * used for them. Thread-safe.
 *
 * <p>A tool that was found is only looked up again once it is no longer executable: a search costs
 * one access(2) per directory, and a launch needs several tools.
 */
final class ToolLocator {
  private final String searchPath;
  private final Map<String, Path> found = new ConcurrentHashMap<>();

  /**
   * Creates a locator.
   *
   * @param searchPath directories separated by {@code :}, as in {@code $PATH}
   */
  ToolLocator(String searchPath) {
    this.searchPath = searchPath;
  }

  Optional<String> find(String name) {
    Path known = found.get(name);
    if (known != null && Files.isExecutable(known)) {
      return Optional.of(known.toString());
    }
    for (String entry : searchPath.split(File.pathSeparator, -1)) {
      Path file = Path.of(entry, name);
      if (file.isAbsolute() && Files.isExecutable(file)) {
        found.put(name, file);
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
