package io.luhproc.worker;

import io.luhproc.LuhprocException;
import org.jspecify.annotations.Nullable;

/** A worker could not be launched, died before it was ready, or was not ready in time. */
public final class StartFailedException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  StartFailedException(String message, @Nullable Throwable cause) {
    super(message);
    if (cause != null) {
      initCause(cause);
    }
  }
}
