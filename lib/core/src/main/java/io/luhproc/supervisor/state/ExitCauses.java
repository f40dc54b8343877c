package io.luhproc.supervisor.state;

import io.luhproc.process.ProcessEnd;
import io.luhproc.service.Cause;

/** Converts process ends and exceptions into causes. */
public final class ExitCauses {
  // Exit codes from this one on stand for a signal: 128 + signal number.
  private static final int SIGNAL_EXIT_BASE = 128;

  /** The cause of a kill by the kernel's out-of-memory killer. */
  public static final Cause OUT_OF_MEMORY =
      new Cause(Cause.Kind.OUT_OF_MEMORY, "killed because its memory limit was reached");

  private ExitCauses() {}

  /** Returns the cause that describes a process end. */
  public static Cause fromEnd(ProcessEnd end) {
    // A task that returned after a stop signal was not killed by the signal.
    if (end.isKilled()) {
      return Cause.signal(
          end.signal()
              .map(it -> "SIG" + it)
              .orElseGet(() -> "signal " + (end.exitCode().orElse(0) - SIGNAL_EXIT_BASE)));
    }
    if (end.exitCode().isEmpty()) {
      return new Cause(Cause.Kind.UNKNOWN, end.reason());
    }
    Cause code = Cause.exitCode(end.exitCode().getAsInt());
    return end.failure()
        .map(threw -> new Cause(code.kind(), code.detail() + ", it threw " + threw))
        .orElse(code);
  }

  /** Returns the message of an exception, or its class if it has none. */
  public static String describeThrowable(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null ? thrown.toString() : message;
  }
}
