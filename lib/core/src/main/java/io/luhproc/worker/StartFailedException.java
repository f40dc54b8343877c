package io.luhproc.worker;

import io.luhproc.LuhprocException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown if a worker cannot be launched, ends before it is ready, or is not ready in time.
 *
 * @since 0.1
 */
public final class StartFailedException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable WorkerInfo running;

  StartFailedException(String message, WorkerInfo running) {
    super(message);
    this.running = running;
  }

  StartFailedException(String message) {
    super(message);
    this.running = null;
  }

  StartFailedException(String message, Throwable cause) {
    super(message, cause);
    this.running = null;
  }

  /** Returns the worker if it still runs, because it was only not ready in time. */
  public Optional<WorkerInfo> running() {
    return Optional.ofNullable(running);
  }
}
