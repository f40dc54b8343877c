package io.luhproc.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A worker that is to be started.
 *
 * @param key identifies it
 * @param token identifies this start: a repeated start with the same token is the same start
 * @param command the complete command: program, options and arguments, as it would run here
 * @param environment the variables that the worker gets in addition to those of its surroundings:
 *     the variable of its task, {@code LUHPROC_ID}, and those of the caller
 * @param inherited the variables of this process that a worker on the same machine would inherit;
 *     an engine whose workers get a configuration of their own ignores them
 * @param directory the working directory
 * @param grace how long the task may keep running after a stop request
 * @param startTimeout how long the worker may wait for a place or for its program until the engine
 *     gives it up; empty for ever
 * @since 0.1
 */
public record WorkerSpec(
    WorkerKey key,
    String token,
    List<String> command,
    Map<String, String> environment,
    Map<String, String> inherited,
    Path directory,
    Duration grace,
    Optional<Duration> startTimeout) {

  /** Copies lists and maps. */
  public WorkerSpec {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    inherited = Map.copyOf(inherited);
  }

  /** Returns the values as text, without the values of environment variables. */
  @Override
  public String toString() {
    return "WorkerSpec[key="
        + key
        + ", command="
        + command
        + ", variables="
        + environment.keySet()
        + "]";
  }
}
