package io.luhproc.worker;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessKey;

/** A worker has no directory: it was never started, or it was stopped. */
public final class NoSuchWorkerException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  NoSuchWorkerException(ProcessKey key) {
    super(
        key + " has no directory: it was never started, or was stopped; list shows what there is");
  }
}
