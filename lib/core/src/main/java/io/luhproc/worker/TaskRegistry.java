package io.luhproc.worker;

import io.luhproc.directory.TaskNames;
import io.luhproc.worker.bootstrap.Activation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** Registered tasks by variable, in registration order. Immutable. */
final class TaskRegistry {
  private static final int MAX_SUGGESTION_DISTANCE = 3;

  private final Map<String, Task> tasks;

  private TaskRegistry(Map<String, Task> tasks) {
    this.tasks = tasks;
  }

  static TaskRegistry empty() {
    return new TaskRegistry(Map.of());
  }

  /**
   * Returns a copy with one more task.
   *
   * @throws IllegalArgumentException if the variable is invalid or registered already
   */
  TaskRegistry with(String variable, Task task) {
    TaskNames.check(variable);
    Map<String, Task> copy = new LinkedHashMap<>(tasks);
    if (copy.put(variable, task) != null) {
      throw new IllegalArgumentException(
          "variable of a task (" + variable + ") must not be registered twice");
    }
    return new TaskRegistry(copy);
  }

  List<String> names() {
    return List.copyOf(tasks.keySet());
  }

  /** Returns whether the variable of any task is set to a value that selects the task. */
  boolean isAnySelected(Map<String, String> environment) {
    boolean selected = false;
    // The JDK's default class archive holds the entry iterator, not the key iterator.
    for (Map.Entry<String, Task> task : tasks.entrySet()) {
      String value = environment.get(task.getKey());
      if (value != null) {
        selected |= Activation.isSelecting(value);
        reportIfNotSelecting(task.getKey(), value);
      }
    }
    return selected;
  }

  private static void reportIfNotSelecting(String name, String value) {
    if (!Activation.isSelecting(value)) {
      LoggerFactory.getLogger(ProcessManager.class)
          .debug("variable {} is set, but its value does not select the task", name);
    }
  }

  boolean contains(String name) {
    return tasks.containsKey(name);
  }

  /**
   * Returns a task.
   *
   * @throws UnknownTaskException if it is not registered
   */
  Task get(String name) {
    Task task = tasks.get(name);
    if (task == null) {
      throw UnknownTaskException.of(name, names(), findSimilar(name));
    }
    return task;
  }

  private Optional<String> findSimilar(String name) {
    String best = null;
    int bestDistance = Math.min(MAX_SUGGESTION_DISTANCE, name.length() / 2 + 1) + 1;
    for (String candidate : tasks.keySet()) {
      int distance =
          editDistance(name.toUpperCase(Locale.ROOT), candidate.toUpperCase(Locale.ROOT));
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return Optional.ofNullable(best);
  }

  /**
   * Returns the Levenshtein distance. It is implemented here because {@link UnknownTaskException}
   * is part of the API, core has no library for it, and picocli's similarity is private to picocli.
   */
  private static int editDistance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
