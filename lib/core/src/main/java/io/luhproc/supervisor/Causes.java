package io.luhproc.supervisor;

import io.luhproc.process.ProcessEnd;

/** How the end of a process is told in causes. */
final class Causes {
  private Causes() {}

  static Cause of(ProcessEnd end) {
    if (end.signal().isPresent()) {
      return Cause.signal("SIG" + end.signal().get());
    }
    return end.exitCode().isPresent()
        ? Cause.exitCode(end.exitCode().getAsInt())
        : new Cause(Cause.Kind.UNKNOWN, end.reason());
  }
}
