package io.luhproc.process;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A signal by its name, with the number that signal(7) gives it on Linux, x86 and ARM. The
 * real-time signals, 34 to 64, have no name of their own and are none of these.
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

  /** Returns the number of this signal on Linux. */
  public int number() {
    return number;
  }

  /** Returns the signal of a number, where it is one of these. */
  public static Optional<Signal> of(int number) {
    return Arrays.stream(values()).filter(signal -> signal.number == number).findFirst();
  }

  /**
   * Returns the signal of a name in any case, with or without {@code SIG}, or of a number. The
   * second names of signal(7) are known too: CLD, IOT and POLL.
   *
   * @throws IllegalArgumentException when there is no such signal; the message lists all
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
