package io.luhproc.daemon.config;

import io.luhproc.LuhprocException;
import java.util.List;

/**
 * Thrown if a configuration has errors. Contains all of them.
 *
 * @since 0.1
 */
public final class InvalidConfigException extends LuhprocException {
  private static final long serialVersionUID = 1;

  @SuppressWarnings("serial") // Immutable lists of the JDK are serializable.
  private final List<ConfigProblem> errors;

  InvalidConfigException(List<ConfigProblem> errors) {
    super(describe(errors));
    this.errors = List.copyOf(errors);
  }

  private static String describe(List<ConfigProblem> errors) {
    StringBuilder text = new StringBuilder("cannot read the configuration:");
    for (ConfigProblem error : errors) {
      text.append('\n').append(error);
    }
    return text.toString();
  }

  /** Returns the errors in the order of the files and positions, at least one. */
  public List<ConfigProblem> errors() {
    return errors;
  }
}
