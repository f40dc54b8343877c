package io.luhproc.supervisor.state;

import io.luhproc.process.ProcessEnd;
import io.luhproc.service.Cause;

/** Turns ends and exceptions into causes. */
public final class ExitCauses {
  // Codes from here on are those of signals.
  private static final int SIGNAL_EXIT_BASE = 128;

  /** The end of a process that the kernel killed for lack of memory. */
  public static final Cause OUT_OF_MEMORY =
      new Cause(Cause.Kind.OUT_OF_MEMORY, "killed because its memory limit was reached");

  private ExitCauses() {}

  /** Returns the cause that an end is. */
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

  /** Returns the message of an exception, or its class where it has none. */
  public static String describeThrowable(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null ? thrown.toString() : message;
  }
}
