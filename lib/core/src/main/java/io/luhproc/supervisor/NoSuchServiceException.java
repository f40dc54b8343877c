package io.luhproc.supervisor;

import io.luhproc.LuhprocException;
import java.util.Collection;

/** A service or a process of one was named that the supervisor does not have. */
public final class NoSuchServiceException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  private NoSuchServiceException(String message) {
    super(message);
  }

  static NoSuchServiceException ofService(String name, Collection<String> known) {
    return new NoSuchServiceException("there is no service " + name + "; " + list(known));
  }

  static NoSuchServiceException ofProcess(String service, String name, Collection<String> known) {
    return new NoSuchServiceException(
        "service " + service + " has no process " + name + "; " + list(known));
  }

  private static String list(Collection<String> known) {
    return known.isEmpty() ? "there is none" : "there are: " + String.join(", ", known);
  }
}
