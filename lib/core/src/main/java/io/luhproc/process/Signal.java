package io.luhproc.process;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A signal by its name, with the number that signal(7) gives it on Linux. */
public enum Signal {
  HUP(1),
  INT(2),
  QUIT(3),
  ABRT(6),
  KILL(9),
  USR1(10),
  SEGV(11),
  USR2(12),
  PIPE(13),
  ALRM(14),
  TERM(15),
  CONT(18),
  STOP(19),
  TSTP(20),
  WINCH(28);

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
   * Returns the signal of a name in any case, with or without {@code SIG}, or of a number.
   *
   * @throws IllegalArgumentException when there is no such signal; the message lists all
   */
  public static Signal parse(String text) {
    String name = text.strip().toUpperCase(Locale.ROOT);
    String bare = name.startsWith("SIG") ? name.substring(3) : name;
    return Arrays.stream(values())
        .filter(signal -> signal.name().equals(bare) || String.valueOf(signal.number).equals(bare))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "signal (" + text + ") must be one of " + Arrays.toString(values())));
  }
}
