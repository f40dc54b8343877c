package io.luhproc.worker;

import io.luhproc.LuhprocException;
import java.util.List;
import java.util.Optional;

/**
 * Thrown if a task is not registered.
 *
 * @since 0.1
 */
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
                : " registered tasks: " + String.join(", ", registeredTasks)));
    this.registeredTasks = registeredTasks;
    this.suggestion = suggestion;
  }

  /**
   * Returns a new exception. The return type is a JDK type, so that the verifier does not load this
   * class at every {@code check()}, together with each class that throws it.
   */
  static RuntimeException of(
      String task, List<String> registeredTasks, Optional<String> suggestion) {
    return new UnknownTaskException(task, registeredTasks, suggestion);
  }

  /** Returns the registered tasks, in registration order. */
  public List<String> registeredTasks() {
    return registeredTasks;
  }

  /** Returns the registered task with the most similar name; empty if none is similar. */
  public Optional<String> suggestion() {
    return suggestion;
  }
}
