package io.luhproc.worker;

import io.luhproc.process.ProcessEnd;

/** Describes how a process ended, in one line with cause and exit code. */
final class EndText {
  private static final int SIGNAL_CODE_BASE = 128;

  private EndText() {}

  static String of(ProcessEnd end) {
    if (end.exitCode().isEmpty()) {
      return end.reason();
    }
    int code = end.exitCode().getAsInt();
    boolean named =
        end.reason().endsWith(" " + code)
            || (end.signal().isPresent()
                && end.signal().get().number() + SIGNAL_CODE_BASE == code
                && end.reason().equals("killed by SIG" + end.signal().get()));
    return named ? end.reason() : end.reason() + " (exit code " + code + ")";
  }
}
