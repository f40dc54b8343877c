package io.luhproc.worker;

import io.luhproc.LuhprocException;
import java.util.List;
import java.util.Optional;

/** A task was named that this app has not registered. */
public final class UnknownTaskException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> known;
  private final transient Optional<String> nearest;

  private UnknownTaskException(String task, List<String> known, Optional<String> nearest) {
    super(
        "unknown task "
            + task
            + nearest.map(name -> "; did you mean " + name + "?").orElse(";")
            + (known.isEmpty()
                ? " no task is registered"
                : " known are " + String.join(", ", known)));
    this.known = known;
    this.nearest = nearest;
  }

  /**
   * Returns a new one. Not as what it is: the verifier would load it, and what it extends, with
   * each class that throws it, on the way of every check().
   */
  static RuntimeException of(String task, List<String> known, Optional<String> nearest) {
    return new UnknownTaskException(task, known, nearest);
  }

  /** Returns the registered tasks, in the order of registration. */
  public List<String> known() {
    return known;
  }

  /** Returns the registered task whose name is nearest, where one is near. */
  public Optional<String> nearest() {
    return nearest;
  }
}
