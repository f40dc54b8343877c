package io.luhproc.process;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Describes how a process ended.
 *
 * @param time the time of the exit, or of its detection
 * @param exitCode the exit code, if known; 128 + signal number if a signal killed the process
 * @param signal the signal that killed the process or asked it to stop, if any
 * @param failure class and message of the exception that ended the process, if any
 * @param reason the cause in words, such as {@code exited with code 1}
 * @since 0.1
 */
public record ProcessEnd(
    Instant time,
    OptionalInt exitCode,
    Optional<Signal> signal,
    Optional<String> failure,
    String reason) {
  // Shells and java.lang.Process report a death by signal as 128 + signal number.
  private static final int SIGNAL_STATUS_BASE = 128;
  private static final String KILLED_BY = "killed by ";

  /** Returns the end of a process that exited with a code, which may be above 128. */
  public static ProcessEnd ofExitCode(Instant time, int code) {
    return new ProcessEnd(
        time, OptionalInt.of(code), Optional.empty(), Optional.empty(), "exited with code " + code);
  }

  /**
   * Returns the end of a process that a signal killed.
   *
   * @param number the number of the signal; a real-time signal has no constant, only a reason
   */
  public static ProcessEnd ofSignal(Instant time, int number) {
    Optional<Signal> signal = Signal.of(number);
    String name = signal.map(it -> "SIG" + it).orElse("signal " + number);
    return new ProcessEnd(
        time,
        OptionalInt.of(SIGNAL_STATUS_BASE + number),
        signal,
        Optional.empty(),
        KILLED_BY + name);
  }

  /** Returns an end of which only the time and a reason are known. */
  public static ProcessEnd ofReason(Instant time, String reason) {
    return new ProcessEnd(time, OptionalInt.empty(), Optional.empty(), Optional.empty(), reason);
  }

  /** Returns whether a signal killed the process, rather than only asked it to stop. */
  public boolean isKilled() {
    return reason.startsWith(KILLED_BY)
        || (signal.isPresent() && exitCode.orElse(SIGNAL_STATUS_BASE) >= SIGNAL_STATUS_BASE);
  }

  /**
   * Returns the end described by an exit status of {@link Process#exitValue()}, if nothing more is
   * known.
   *
   * <p>Java reports a death by signal as 128 + signal number, as shells do. Therefore {@code
   * exit(143)} is indistinguishable from a death by SIGTERM and is reported as SIGTERM. A death by
   * a real-time signal is reported as an exit code from 162 to 192.
   */
  public static ProcessEnd ofExitStatus(Instant time, int exitStatus) {
    Optional<Signal> signal =
        exitStatus > SIGNAL_STATUS_BASE
            ? Signal.of(exitStatus - SIGNAL_STATUS_BASE)
            : Optional.empty();
    String reason =
        signal
            .map(killedBy -> KILLED_BY + "SIG" + killedBy)
            .orElseGet(() -> "exited with code " + exitStatus);
    return new ProcessEnd(time, OptionalInt.of(exitStatus), signal, Optional.empty(), reason);
  }

  /** Returns the reason. */
  @Override
  public String toString() {
    return reason;
  }
}
