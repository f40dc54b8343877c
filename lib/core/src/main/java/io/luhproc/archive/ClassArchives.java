package io.luhproc.archive;

import io.luhproc.process.LaunchCommand;
import io.luhproc.relaunch.JavaLaunch;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Adds to the command of a worker the options that use its archive, or record what one is made of.
 *
 * @param enabled false if the app has turned archives off
 * @param environment the environment of this JVM, which names the directory of the archives
 * @param time the clocks
 */
public record ClassArchives(boolean enabled, Map<String, String> environment, TimeSource time) {
  /** The variable that turns archives off by the values off, false, no and 0. */
  public static final String SWITCH = "LUHPROC_CLASS_ARCHIVE";

  /** The variable by which a worker knows which archive it uses or records, or why it has none. */
  public static final String VARIABLE = "LUHPROC_ARCHIVE";

  static final String USE = "use ";
  static final String RECORD = "record ";
  static final String WAIT = "wait ";
  static final String NONE = "none ";
  static final String USED = "used";
  static final String NOT_USED = "not used: ";
  private static final String USED_IN_PART =
      "used, but not for nested jars; start the jar that java -Djarmode=tools -jar APP.jar extract"
          + " makes";
  private static final String NESTED_JAR_LOADER = "org.springframework.boot.loader.";
  private static final List<String> OFF_VALUES = List.of("off", "false", "no", "0");

  /**
   * Returns the command with further JVM options, and with {@link #VARIABLE} set.
   *
   * @param isJava whether the command is that of {@code java}
   */
  public LaunchCommand addTo(LaunchCommand command, boolean isJava) {
    String state = state(command, isJava);
    List<String> argv = command.argv();
    if (state.startsWith(USE) || state.startsWith(RECORD)) {
      argv = new ArrayList<>(argv);
      // First, so that options of the app win.
      argv.addAll(1, options(state, argv));
      argv.addAll(1, verification(state, argv));
    }
    Map<String, String> extended = new HashMap<>(command.environment());
    extended.put(VARIABLE, state);
    return new LaunchCommand(argv, extended);
  }

  private String state(LaunchCommand command, boolean isJava) {
    String value = environment.getOrDefault(SWITCH, "").toLowerCase(Locale.ROOT);
    if (!enabled || OFF_VALUES.contains(value)) {
      return NONE + (enabled ? SWITCH + "=" + value : "the app has turned it off");
    }
    if (!isJava) {
      return NONE + "the program is not started by java";
    }
    Optional<JavaLaunch> launch = JavaLaunch.parse(command.argv(), command.environment());
    if (launch.isEmpty()) {
      return NONE + "the command line has no compiled program";
    }
    Optional<String> reason = ArchiveOptions.reasonAgainst(launch.get());
    return reason.isPresent() ? NONE + reason.get() : stateOnDisk(launch.get());
  }

  private String stateOnDisk(JavaLaunch launch) {
    try {
      ArchiveDirectory directory = ArchiveDirectory.open(environment);
      String key = ArchiveKey.of(launch);
      Optional<Path> archive = directory.findArchive(key);
      if (archive.isPresent()) {
        return USE + archive.get();
      }
      if (directory.isOff(key, time.now())) {
        return NONE + "the JVM could not make or use it; it is tried again after an hour";
      }
      Optional<Path> recording = directory.beginRecording(key, time.now());
      return recording.isPresent() ? RECORD + recording.get() : WAIT + directory.list(key);
    } catch (IOException | SecurityException e) {
      return NONE + "its directory cannot be used: " + e.getMessage();
    }
  }

  /**
   * Returns whether a launched worker uses an archive, and if not why, in one line.
   *
   * @param environment the environment of the worker
   * @param mainClass its main class
   */
  public static Optional<String> describe(Map<String, String> environment, String mainClass) {
    String state = environment.getOrDefault(VARIABLE, "");
    if (state.startsWith(USE)) {
      // The JVM archives no classes that a class loader of the app has defined.
      return Optional.of(mainClass.startsWith(NESTED_JAR_LOADER) ? USED_IN_PART : USED);
    }
    if (state.startsWith(NONE)) {
      return Optional.of(NOT_USED + state.substring(NONE.length()));
    }
    return state.isEmpty() ? Optional.empty() : Optional.of(NOT_USED + "there is none yet");
  }

  private List<String> verification(String state, List<String> argv) {
    try {
      boolean isTrusted =
          !state.startsWith(USE)
              || argv.contains(ArchiveOptions.VERIFY)
              || ArchiveDirectory.isIntact(Path.of(state.substring(USE.length())), time.now());
      return isTrusted ? List.of() : List.of(ArchiveOptions.VERIFY);
    } catch (IOException expected) {
      // Deleted just now: the JVM runs without one.
      return List.of();
    }
  }

  private static List<String> options(String state, List<String> argv) {
    String file = state.substring(state.indexOf(' ') + 1);
    List<String> options = new ArrayList<>();
    options.add(
        (state.startsWith(USE) ? "-XX:SharedArchiveFile=" : "-XX:DumpLoadedClassList=") + file);
    // A worker of a worker has inherited these.
    options.addAll(Arrays.asList(ArchiveOptions.silence(Runtime.version().feature())));
    options.removeAll(argv);
    return options;
  }
}
