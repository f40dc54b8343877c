package io.luhproc.worker;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessKey;

/**
 * Thrown if a worker has no process directory: it was never started, or it was stopped.
 *
 * @since 0.1
 */
public final class NoSuchWorkerException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  NoSuchWorkerException(ProcessKey key) {
    super(
        "cannot find %s: it has no directory, because it was never started or was stopped; list shows the existing workers"
            .formatted(key));
  }
}
