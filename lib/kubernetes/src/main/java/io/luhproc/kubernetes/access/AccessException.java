package io.luhproc.kubernetes.access;

import io.luhproc.LuhprocException;

/** Thrown if the configuration of the cluster, or a credential, cannot be used. */
public final class AccessException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  AccessException(String message) {
    super(message);
  }

  AccessException(String message, Throwable cause) {
    super(message, cause);
  }
}
