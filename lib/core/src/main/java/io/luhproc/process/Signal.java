package io.luhproc.process;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A signal of signal(7), with its number on Linux for x86 and ARM.
 *
 * <p>Real-time signals (34 to 64) have no constant.
 *
 * @since 0.1
 */
public enum Signal {
  HUP(1),
  INT(2),
  QUIT(3),
  ILL(4),
  TRAP(5),
  ABRT(6),
  BUS(7),
  FPE(8),
  KILL(9),
  USR1(10),
  SEGV(11),
  USR2(12),
  PIPE(13),
  ALRM(14),
  TERM(15),
  STKFLT(16),
  CHLD(17),
  CONT(18),
  STOP(19),
  TSTP(20),
  TTIN(21),
  TTOU(22),
  URG(23),
  XCPU(24),
  XFSZ(25),
  VTALRM(26),
  PROF(27),
  WINCH(28),
  IO(29),
  PWR(30),
  SYS(31);

  private final int number;

  Signal(int number) {
    this.number = number;
  }

  /** Returns the signal number on Linux. */
  public int number() {
    return number;
  }

  /** Returns the signal with a number; empty if there is no constant for it. */
  public static Optional<Signal> of(int number) {
    return Arrays.stream(values()).filter(signal -> signal.number == number).findFirst();
  }

  /**
   * Parses a signal name or number.
   *
   * <p>Names are accepted in any case, with or without the prefix {@code SIG}, and include the
   * aliases CLD, IOT and POLL.
   *
   * @throws IllegalArgumentException if there is no such signal; the message lists all names
   */
  public static Signal parse(String text) {
    String name = text.strip().toUpperCase(Locale.ROOT);
    String bare = canonicalName(name.startsWith("SIG") ? name.substring(3) : name);
    return Arrays.stream(values())
        .filter(signal -> signal.name().equals(bare) || String.valueOf(signal.number).equals(bare))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "signal (" + text + ") must be one of " + Arrays.toString(values())));
  }

  private static String canonicalName(String name) {
    return switch (name) {
      case "CLD" -> "CHLD";
      case "IOT" -> "ABRT";
      case "POLL" -> "IO";
      default -> name;
    };
  }
}
