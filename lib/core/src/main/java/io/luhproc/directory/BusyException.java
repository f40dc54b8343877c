package io.luhproc.directory;

import io.luhproc.LuhprocException;

/** Somebody else was starting or stopping the same process for longer than we were to wait. */
public final class BusyException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  BusyException(String message) {
    super(message);
  }
}
