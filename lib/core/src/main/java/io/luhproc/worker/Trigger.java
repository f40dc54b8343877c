package io.luhproc.worker;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which registered variables are set in the environment of this JVM, and which of them came by
 * inheritance.
 *
 * @param set the registered variables that are set, in the order of registration
 * @param launch the worker that this JVM, or the one it inherited from, was launched as
 */
record Trigger(List<String> set, Optional<Launched> launch) {

  /** Reads the environment; looks into a directory only when a variable is set. */
  static Trigger of(Tasks tasks, Map<String, String> environment, Optional<String> app) {
    List<String> set = new ArrayList<>();
    for (String name : tasks.names()) {
      if (environment.containsKey(name)) {
        set.add(name);
      }
    }
    String cookie = environment.get(Variables.DIRECTORY);
    if (set.isEmpty() || cookie == null) {
      return new Trigger(set, Optional.empty());
    }
    ProcessDirectory directory = ProcessDirectory.at(Path.of(cookie));
    Optional<Launched> launch =
        described(directory, set, environment.getOrDefault(Variables.LAUNCH, ""));
    return new Trigger(set, launch.isPresent() ? launch : named(directory, app, environment, set));
  }

  /**
   * The description is asked first: a locale without UTF-8 cannot carry every id in a variable. One
   * of our very launch need not be held against the name of its directory, whose hash takes a JVM
   * some milliseconds.
   */
  private static Optional<Launched> described(
      ProcessDirectory directory, List<String> set, String launch) {
    Optional<ProcessRecord> description = description(directory);
    if (description.isEmpty()) {
      return Optional.empty();
    }
    ProcessKey key = description.get().key();
    boolean ours =
        set.contains(key.task())
            && (description.get().launchToken().equals(launch)
                || key.directoryName().equals(directory.name()));
    return ours ? Optional.of(new Launched(directory, key)) : Optional.empty();
  }

  private static Optional<ProcessRecord> description(ProcessDirectory directory) {
    try {
      return directory.exists() ? directory.readRecord() : Optional.empty();
    } catch (LuhprocException expected) {
      // Not one that we launched: no directory, or another user's, as for sudo(8) in a worker.
      return Optional.empty();
    }
  }

  private static Optional<Launched> named(
      ProcessDirectory directory,
      Optional<String> app,
      Map<String, String> environment,
      List<String> set) {
    String id = environment.getOrDefault(Variables.ID, "");
    for (String task : set) {
      if (!id.isEmpty() && isNamed(directory, app, task, id)) {
        return Optional.of(new Launched(directory, new ProcessKey(app, task, id)));
      }
    }
    return Optional.empty();
  }

  private static boolean isNamed(
      ProcessDirectory directory, Optional<String> app, String task, String id) {
    try {
      return new ProcessKey(app, task, id).directoryName().equals(directory.name());
    } catch (IllegalArgumentException expected) {
      // Somebody set the variable to what can be no id, so we did not.
      return false;
    }
  }

  /** Returns the variables that are no inheritance of a launch: somebody set them by hand. */
  List<String> byHand() {
    return set.stream()
        .filter(name -> launch.filter(it -> it.key().task().equals(name)).isEmpty())
        .toList();
  }

  /**
   * One launch that the environment tells of.
   *
   * @param directory its process directory
   * @param key its task and id
   */
  record Launched(ProcessDirectory directory, ProcessKey key) {}
}
