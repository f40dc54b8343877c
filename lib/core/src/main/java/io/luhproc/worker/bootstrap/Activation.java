package io.luhproc.worker.bootstrap;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.RecordedLaunch;
import io.luhproc.process.EnvironmentNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Task variables that are set in the environment of this JVM.
 *
 * @param setVariables the task variables with a value that selects the task, in registration order
 * @param worker the worker that the environment describes: this JVM, or an ancestor of it
 */
public record Activation(List<String> setVariables, Optional<WorkerRef> worker) {
  // A system property is shared by the class loaders of this JVM, which may load luhproc twice.
  private static final String CONSUMED_PROPERTY = "luhproc.launch";

  /**
   * Reads the environment, and the process directory only if a variable is set.
   *
   * @param tasks the variables of the registered tasks, in registration order
   * @param app the name of the app, if it has one
   */
  public static Activation fromEnvironment(
      List<String> tasks, Map<String, String> environment, Optional<String> app) {
    List<String> setVariables = new ArrayList<>();
    for (String name : tasks) {
      if (isSelecting(environment.getOrDefault(name, ""))) {
        setVariables.add(name);
      }
    }
    String marker = environment.get(EnvironmentNames.DIRECTORY);
    if (setVariables.isEmpty() || marker == null) {
      return new Activation(setVariables, Optional.empty());
    }
    ProcessDirectory directory = ProcessDirectory.at(Path.of(marker));
    Optional<WorkerRef> worker =
        findByRecord(
            directory, setVariables, environment.getOrDefault(EnvironmentNames.LAUNCH, ""));
    return new Activation(
        setVariables,
        worker.isPresent()
            ? worker
            : findByDirectoryName(directory, app, environment, setVariables));
  }

  /**
   * Returns whether the value of a task's variable selects the task: any value but an empty one,
   * {@code 0}, {@code false}, {@code no} and {@code off}, in any case. Variables such as {@code CI}
   * and {@code DEBUG} are switched off by these.
   */
  public static boolean isSelecting(String value) {
    return switch (value.strip().toLowerCase(Locale.ROOT)) {
      case "", "0", "false", "no", "off" -> false;
      default -> true;
    };
  }

  /**
   * Finds the worker by its process record. The record comes first because a locale without UTF-8
   * garbles some ids in variables. If the launch token matches, the directory name is not computed:
   * its hash takes a cold JVM some milliseconds.
   */
  private static Optional<WorkerRef> findByRecord(
      ProcessDirectory directory, List<String> setVariables, String launchToken) {
    Optional<RecordedLaunch> launch = readLaunch(directory);
    if (launch.isEmpty()) {
      return Optional.empty();
    }
    ProcessKey key = launch.get().key();
    boolean matches =
        setVariables.contains(key.task())
            && (launch.get().token().equals(launchToken)
                || key.directoryName().equals(directory.name()));
    return matches ? Optional.of(new WorkerRef(directory, key)) : Optional.empty();
  }

  private static Optional<RecordedLaunch> readLaunch(ProcessDirectory directory) {
    try {
      return directory.exists() ? directory.readLaunch() : Optional.empty();
    } catch (LuhprocException expected) {
      // Not our launch: no directory, or one of another user, as under sudo(8) in a worker.
      return Optional.empty();
    }
  }

  private static Optional<WorkerRef> findByDirectoryName(
      ProcessDirectory directory,
      Optional<String> app,
      Map<String, String> environment,
      List<String> setVariables) {
    String id = environment.getOrDefault(EnvironmentNames.ID, "");
    for (String task : setVariables) {
      if (!id.isEmpty() && matchesDirectoryName(directory, app, task, id)) {
        return Optional.of(new WorkerRef(directory, new ProcessKey(app, task, id)));
      }
    }
    return Optional.empty();
  }

  private static boolean matchesDirectoryName(
      ProcessDirectory directory, Optional<String> app, String task, String id) {
    try {
      return new ProcessKey(app, task, id).directoryName().equals(directory.name());
    } catch (IllegalArgumentException expected) {
      // An invalid id was set by hand, not by a launch.
      return false;
    }
  }

  /** Marks the launch of this JVM as consumed: its task runs. */
  public static void consumeLaunch(Map<String, String> environment) {
    System.setProperty(CONSUMED_PROPERTY, environment.getOrDefault(EnvironmentNames.LAUNCH, ""));
  }

  /** Returns whether a task of this JVM has consumed the launch with a token. */
  static boolean isConsumed(String launchToken) {
    return launchToken.equals(System.getProperty(CONSUMED_PROPERTY));
  }

  /** Returns the variables that are not inherited from a launch, but set by the user. */
  public List<String> setByUser() {
    return setVariables.stream()
        .filter(name -> worker.filter(it -> it.key().task().equals(name)).isEmpty())
        .toList();
  }

  /**
   * The worker that an environment describes.
   *
   * @param directory its process directory
   * @param key its task and id
   */
  public record WorkerRef(ProcessDirectory directory, ProcessKey key) {}
}
