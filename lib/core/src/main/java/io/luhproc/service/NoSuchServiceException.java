package io.luhproc.service;

import io.luhproc.LuhprocException;
import java.util.Collection;

/** A service or a process of one was named that the supervisor does not have. */
public final class NoSuchServiceException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  private NoSuchServiceException(String message) {
    super(message);
  }

  public static NoSuchServiceException ofService(String name, Collection<String> known) {
    return new NoSuchServiceException("there is no service " + name + "; " + listKnown(known));
  }

  public static NoSuchServiceException ofProcess(
      String service, String name, Collection<String> known) {
    return new NoSuchServiceException(
        "service " + service + " has no process " + name + "; " + listKnown(known));
  }

  private static String listKnown(Collection<String> known) {
    return known.isEmpty() ? "there is none" : "there are: " + String.join(", ", known);
  }
}
