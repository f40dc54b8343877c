package io.luhproc.worker;

import io.luhproc.directory.TaskNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The registered tasks, in the order of registration. */
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
   * Returns these and one more.
   *
   * @throws IllegalArgumentException when the variable breaks its rule or is registered already
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

  /** Returns whether the variable of any task is set. */
  boolean isAnySet(Map<String, String> environment) {
    // By entries: the JDK's archive of classes has the iterator of these and not the one of keys.
    for (Map.Entry<String, Task> task : tasks.entrySet()) {
      if (environment.containsKey(task.getKey())) {
        return true;
      }
    }
    return false;
  }

  boolean contains(String name) {
    return tasks.containsKey(name);
  }

  /**
   * Returns a task.
   *
   * @throws UnknownTaskException when it is not registered
   */
  Task get(String name) {
    Task task = tasks.get(name);
    if (task == null) {
      throw UnknownTaskException.of(name, names(), nearest(name));
    }
    return task;
  }

  private Optional<String> nearest(String name) {
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

  /** The Levenshtein distance: how many letters to insert, delete or replace. */
  private static int editDistance(String a, String b) {
    List<Integer> row = new ArrayList<>();
    for (int j = 0; j <= b.length(); j++) {
      row.add(j);
    }
    for (int i = 1; i <= a.length(); i++) {
      List<Integer> next = new ArrayList<>(List.of(i));
      for (int j = 1; j <= b.length(); j++) {
        int replace = row.get(j - 1) + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        next.add(Math.min(replace, 1 + Math.min(row.get(j), next.get(j - 1))));
      }
      row = next;
    }
    return row.get(b.length());
  }
}
