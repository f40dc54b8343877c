package io.luhproc.daemon.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects the errors and warnings of one load. */
final class Problems {
  private final List<ConfigProblem> errors = new ArrayList<>();
  private final List<ConfigProblem> warnings = new ArrayList<>();

  void error(Location location, String message) {
    errors.add(new ConfigProblem(location, message));
  }

  void warn(Location location, String message) {
    warnings.add(new ConfigProblem(location, message));
  }

  List<ConfigProblem> warnings() {
    return inOrderOfFiles(warnings);
  }

  /** Sorts by position within each file. The files keep the order of their first problems. */
  private static List<ConfigProblem> inOrderOfFiles(List<ConfigProblem> problems) {
    List<Path> files = problems.stream().map(it -> it.location().file()).distinct().toList();
    return problems.stream()
        .sorted(
            Comparator.comparingInt((ConfigProblem it) -> files.indexOf(it.location().file()))
                .thenComparingInt(it -> it.location().line())
                .thenComparingInt(it -> it.location().column()))
        .toList();
  }

  /**
   * Checks that there is no error.
   *
   * @throws InvalidConfigException if there is one
   */
  void throwIfAny() {
    if (!errors.isEmpty()) {
      throw new InvalidConfigException(inOrderOfFiles(errors));
    }
  }
}
