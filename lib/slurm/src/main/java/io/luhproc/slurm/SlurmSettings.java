package io.luhproc.slurm;

import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.EngineSettings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What an engine works with.
 *
 * @param partition the partition, or several that are separated by commas; empty for the default
 * @param app distinguishes the workers of this app
 * @param directory holds the runs; shared by submit hosts and nodes
 * @param environment the environment of this process
 * @param callLimit how long one call of the engine may wait for Slurm
 */
record SlurmSettings(
    String partition,
    String app,
    Path directory,
    Map<String, String> environment,
    Duration callLimit) {
  static final String DIRECTORY = "LUHPROC_SLURM_DIR";
  static final String OPTIONS = "LUHPROC_SLURM_OPTIONS";

  // The interface allows 30 s. Slurm's commands try again for 10 s (MessageTimeout) and longer.
  private static final Duration CALL_LIMIT = Duration.ofSeconds(20);
  private static final Pattern PARTITION = Pattern.compile("([A-Za-z0-9_][A-Za-z0-9_.,+-]*)?");
  // sbatch replaces % and \ in the names of output files.
  private static final Pattern DIRECTORY_RULE = Pattern.compile("/[^%\\\\\\p{Cntrl}]*");
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]*(=\\S*)?");
  // With them there is no job, no script of ours, or more than one job.
  private static final List<String> EXCLUDED =
      List.of("--array", "--wrap", "--wait", "--clusters", "--test-only", "--usage", "--version");

  static SlurmSettings of(EngineSettings settings) {
    if (!PARTITION.matcher(settings.target()).matches()) {
      throw new EngineRefusedException(
          "cannot use Slurm: partition (%s) must consist of letters, digits and _.,+-; see sinfo"
              .formatted(settings.target()));
    }
    SlurmSettings result =
        new SlurmSettings(
            settings.target(),
            settings.app(),
            directory(settings.environment()),
            settings.environment(),
            CALL_LIMIT);
    List<String> ignored = result.options(Map.of());
    return result;
  }

  private static Path directory(Map<String, String> environment) {
    String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
    String text = environment.getOrDefault(DIRECTORY, home + "/.luhproc/slurm");
    try {
      if (DIRECTORY_RULE.matcher(text).matches()) {
        return Path.of(text).normalize();
      }
    } catch (InvalidPathException ignored) {
      // Not representable in this locale: refused below.
    }
    throw new EngineRefusedException(
        "cannot use Slurm: %s (%s) must be an absolute path without %% and \\; set it"
            .formatted(DIRECTORY, text));
  }

  /** Returns the options of sbatch that the worker's variables name, or else those of this app. */
  List<String> options(Map<String, String> worker) {
    String text = worker.getOrDefault(OPTIONS, environment.getOrDefault(OPTIONS, ""));
    List<String> options =
        Arrays.stream(text.split("\\s+", -1)).filter(it -> !it.isEmpty()).toList();
    for (String option : options) {
      if (!OPTION.matcher(option).matches() || isExcluded(option.split("=", 2)[0])) {
        throw new EngineRefusedException(
            "cannot use Slurm: option (%s) in %s must be --NAME or --NAME=VALUE of sbatch, and none of %s"
                .formatted(option, OPTIONS, String.join(" ", EXCLUDED)));
      }
    }
    return options;
  }

  /** Returns whether sbatch could understand an option as one that is excluded: it may be short. */
  private static boolean isExcluded(String name) {
    return EXCLUDED.stream().anyMatch(it -> it.startsWith(name));
  }
}
