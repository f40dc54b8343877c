package io.luhproc.worker;

import io.luhproc.LuhprocException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A worker could not be launched, died before it was ready, or was not ready in time. */
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

  /** Returns the worker when it runs on: it was only not ready in time. */
  public Optional<WorkerInfo> running() {
    return Optional.ofNullable(running);
  }
}
