package io.luhproc.cli;

import io.luhproc.cli.text.TerminalText;
import io.luhproc.worker.StopResult;
import io.luhproc.worker.WorkerInfo;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A worker on the command line, written {@code TASK ID} or {@code TASK/ID}.
 *
 * <p>The name of a task contains no slash, so the first slash ends it; an ID may contain slashes.
 *
 * @param task the variable of the task
 * @param id the ID
 */
record WorkerRef(String task, String id) {

  /** Not the generated one, whose first call takes a cold command 20 ms. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WorkerRef worker && task.equals(worker.task) && id.equals(worker.id);
  }

  @Override
  public int hashCode() {
    return 31 * task.hashCode() + id.hashCode();
  }

  static WorkerRef of(WorkerInfo worker) {
    return new WorkerRef(worker.task(), worker.id());
  }

  static WorkerRef of(StopResult result) {
    return new WorkerRef(result.task(), result.id());
  }

  /** Returns whether a word names both the task and the ID. */
  static boolean isComplete(String word) {
    return word.indexOf('/') > 0;
  }

  /**
   * Returns the workers that words name, each once. After a task, a word that begins with the name
   * of a registered task and a slash is a {@code TASK/ID}, and any other word an ID.
   *
   * @param words the first is {@code TASK} or {@code TASK/ID}
   * @param tasks the registered tasks
   * @throws IllegalArgumentException if there is no ID, or a word after the first {@code TASK/ID}
   *     is none
   */
  static List<WorkerRef> parse(List<String> words, List<String> tasks) {
    List<WorkerRef> workers = new ArrayList<>();
    String task = "";
    for (String word : words) {
      if (workers.isEmpty() && task.isEmpty() && !isComplete(word)) {
        task = word;
        continue;
      }
      boolean complete =
          isComplete(word)
              && (task.isEmpty() || tasks.contains(word.substring(0, word.indexOf('/'))));
      if (!complete && task.isEmpty()) {
        throw new IllegalArgumentException(
            "worker (" + word + ") must be TASK/ID, as the first one is");
      }
      WorkerRef worker = complete ? split(word) : new WorkerRef(task, word);
      if (!workers.contains(worker)) {
        workers.add(worker);
      }
    }
    if (workers.isEmpty()) {
      throw new IllegalArgumentException("missing ID: name the worker as TASK ID or TASK/ID");
    }
    return workers;
  }

  private static WorkerRef split(String word) {
    int slash = word.indexOf('/');
    return new WorkerRef(word.substring(0, slash), word.substring(slash + 1));
  }

  /** Returns {@code TASK/ID}, as the commands accept it. */
  @Override
  public String toString() {
    return task + "/" + id;
  }

  /** Returns {@code TASK/ID} as one line without control sequences. */
  String escaped() {
    return TerminalText.escapeToLine(toString());
  }
}
