package io.luhproc.supervisor.state;

import io.luhproc.process.ProcessEnd;
import io.luhproc.service.Cause;

/** How what befalls a process is told in words. */
public final class ExitCauses {
  // Codes from here on are those of signals.
  private static final int SIGNAL_EXIT_BASE = 128;

  public static final Cause OUT_OF_MEMORY =
      new Cause(Cause.Kind.OUT_OF_MEMORY, "killed because its memory limit was reached");

  private ExitCauses() {}

  public static Cause fromEnd(ProcessEnd end) {
    // A task that was asked to stop by a signal, and returned, was not killed by it.
    if (end.signal().isPresent() && end.exitCode().orElse(SIGNAL_EXIT_BASE) >= SIGNAL_EXIT_BASE) {
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
  public static String describeThrowable(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null ? thrown.toString() : message;
  }
}
