package io.luhproc.supervisor;

import io.luhproc.process.ProcessEnd;

/** How what befalls a process is told in words. */
final class Causes {
  // Codes from here on are those of signals.
  private static final int SIGNALLED = 128;

  static final Cause OUT_OF_MEMORY =
      new Cause(Cause.Kind.OUT_OF_MEMORY, "killed because its memory limit was reached");

  private Causes() {}

  static Cause of(ProcessEnd end) {
    // A task that was asked to stop by a signal, and returned, was not killed by it.
    if (end.signal().isPresent() && end.exitCode().orElse(SIGNALLED) >= SIGNALLED) {
      return Cause.signal("SIG" + end.signal().get());
    }
    if (end.exitCode().isEmpty()) {
      return new Cause(Cause.Kind.UNKNOWN, end.reason());
    }
    Cause code = Cause.exitCode(end.exitCode().getAsInt());
    return end.failure()
        .map(threw -> new Cause(code.kind(), code.detail() + ", it threw " + threw))
        .orElse(code);
  }

  /** Returns what something that was thrown says, or what it is where it says nothing. */
  static String message(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null ? thrown.toString() : message;
  }
}
