package io.luhproc.worker;

import io.luhproc.LuhprocException;
import java.util.List;
import java.util.Optional;

/** A task was named that this app has not registered. */
public final class UnknownTaskException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> registeredTasks;
  private final transient Optional<String> suggestion;

  private UnknownTaskException(
      String task, List<String> registeredTasks, Optional<String> suggestion) {
    super(
        "unknown task "
            + task
            + suggestion.map(name -> "; did you mean " + name + "?").orElse(";")
            + (registeredTasks.isEmpty()
                ? " no task is registered"
                : " known are " + String.join(", ", registeredTasks)));
    this.registeredTasks = registeredTasks;
    this.suggestion = suggestion;
  }

  /**
   * Returns a new one. Not as what it is: the verifier would load it, and what it extends, with
   * each class that throws it, on the way of every check().
   */
  static RuntimeException of(
      String task, List<String> registeredTasks, Optional<String> suggestion) {
    return new UnknownTaskException(task, registeredTasks, suggestion);
  }

  /** Returns the registered tasks, in the order of registration. */
  public List<String> registeredTasks() {
    return registeredTasks;
  }

  /** Returns the registered task whose name is nearest, where one is near. */
  public Optional<String> suggestion() {
    return suggestion;
  }
}
