package io.luhproc.worker;

import io.luhproc.process.Signal;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a worker ended.
 *
 * @param time when it ended, or when that was noticed
 * @param exitCode its exit code, where it is known
 * @param signal the signal that ended it or asked it to stop, where there was one
 * @param failure class and message of the exception that ended the task, where there was one
 * @param reason why it ended, in words
 */
public record WorkerEnd(
    Instant time,
    OptionalInt exitCode,
    Optional<Signal> signal,
    Optional<String> failure,
    String reason) {

  @Override
  public String toString() {
    return reason;
  }
}
