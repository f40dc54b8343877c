package io.luhproc.process;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a process ended.
 *
 * @param time when it ended, or when that was noticed
 * @param exitCode its exit code, where it is known; 128 and the number of the signal when one
 *     killed it
 * @param signal the signal that ended it or asked it to stop, where there was one
 * @param failure class and message of the exception that ended it, where there was one
 * @param reason why it ended, in words
 */
public record ProcessEnd(
    Instant time,
    OptionalInt exitCode,
    Optional<Signal> signal,
    Optional<String> failure,
    String reason) {
  // wait(2) as shells show it: 128 and the number of the signal.
  private static final int SIGNAL_STATUS_BASE = 128;

  /**
   * Returns the end that an exit status tells of, as {@link Process#exitValue()} gives it.
   *
   * <p>Java shows a death by a signal as 128 and its number, just as shells pass it on, so {@code
   * exit(143)} and a death by SIGTERM look the same: both are told as a death by SIGTERM. A death
   * by a real-time signal is told as an exit with a code from 162 to 192.
   */
  public static ProcessEnd ofExitStatus(Instant time, int exitStatus) {
    Optional<Signal> signal =
        exitStatus > SIGNAL_STATUS_BASE
            ? Signal.of(exitStatus - SIGNAL_STATUS_BASE)
            : Optional.empty();
    String reason =
        signal.map(it -> "killed by SIG" + it).orElseGet(() -> "exited with code " + exitStatus);
    return new ProcessEnd(time, OptionalInt.of(exitStatus), signal, Optional.empty(), reason);
  }

  @Override
  public String toString() {
    return reason;
  }
}
