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
 * @param setVariables the registered variables that are set, in the order of registration
 * @param worker the worker that this JVM, or the one it inherited from, was launched as
 */
record Activation(List<String> setVariables, Optional<WorkerRef> worker) {

  /** Reads the environment; looks into a directory only when a variable is set. */
  static Activation fromEnvironment(
      TaskRegistry tasks, Map<String, String> environment, Optional<String> app) {
    List<String> setVariables = new ArrayList<>();
    for (String name : tasks.names()) {
      if (environment.containsKey(name)) {
        setVariables.add(name);
      }
    }
    String marker = environment.get(WorkerEnvironment.DIRECTORY);
    if (setVariables.isEmpty() || marker == null) {
      return new Activation(setVariables, Optional.empty());
    }
    ProcessDirectory directory = ProcessDirectory.at(Path.of(marker));
    Optional<WorkerRef> worker =
        findByRecord(
            directory, setVariables, environment.getOrDefault(WorkerEnvironment.LAUNCH, ""));
    return new Activation(
        setVariables,
        worker.isPresent()
            ? worker
            : findByDirectoryName(directory, app, environment, setVariables));
  }

  /**
   * The description is asked first: a locale without UTF-8 cannot carry every id in a variable. One
   * of our very launch need not be held against the name of its directory, whose hash takes a JVM
   * some milliseconds.
   */
  private static Optional<WorkerRef> findByRecord(
      ProcessDirectory directory, List<String> setVariables, String launchToken) {
    Optional<ProcessRecord> record = readRecord(directory);
    if (record.isEmpty()) {
      return Optional.empty();
    }
    ProcessKey key = record.get().key();
    boolean matches =
        setVariables.contains(key.task())
            && (record.get().launchToken().equals(launchToken)
                || key.directoryName().equals(directory.name()));
    return matches ? Optional.of(new WorkerRef(directory, key)) : Optional.empty();
  }

  private static Optional<ProcessRecord> readRecord(ProcessDirectory directory) {
    try {
      return directory.exists() ? directory.readRecord() : Optional.empty();
    } catch (LuhprocException expected) {
      // Not one that we launched: no directory, or another user's, as for sudo(8) in a worker.
      return Optional.empty();
    }
  }

  private static Optional<WorkerRef> findByDirectoryName(
      ProcessDirectory directory,
      Optional<String> app,
      Map<String, String> environment,
      List<String> setVariables) {
    String id = environment.getOrDefault(WorkerEnvironment.ID, "");
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
      // Somebody set the variable to what can be no id, so we did not.
      return false;
    }
  }

  /** Returns the variables that are no inheritance of a launch: somebody set them by hand. */
  List<String> setByUser() {
    return setVariables.stream()
        .filter(name -> worker.filter(it -> it.key().task().equals(name)).isEmpty())
        .toList();
  }

  /**
   * One launch that the environment tells of.
   *
   * @param directory its process directory
   * @param key its task and id
   */
  record WorkerRef(ProcessDirectory directory, ProcessKey key) {}
}
