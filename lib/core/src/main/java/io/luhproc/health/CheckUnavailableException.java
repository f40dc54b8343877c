package io.luhproc.health;

import io.luhproc.LuhprocException;

/**
 * A check could not be made, because this JVM lacks what it takes: a descriptor, a process. That
 * says nothing about the process, which must neither be replaced for it nor be taken for up.
 */
final class CheckUnavailableException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  CheckUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
