package io.luhproc.daemon.config;

/**
 * An error or a warning about a configuration.
 *
 * @param location the position that it is about
 * @param message the message, without the position
 * @since 0.1
 */
public record ConfigProblem(Location location, String message) {

  /** Returns {@code file:line:column: message}. */
  @Override
  public String toString() {
    return location + ": " + message;
  }
}
