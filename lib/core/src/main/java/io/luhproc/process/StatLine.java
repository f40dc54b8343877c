package io.luhproc.process;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Reads one {@code /proc/PID/stat}, see proc(5): the pid, the name in parentheses, then numbers.
 * The name may hold anything, so it ends with the last parenthesis of all.
 */
final class StatLine {
  // Fields by their number in proc(5).
  private static final int STATE = 3;
  private static final int PARENT = 4;
  private static final int GROUP = 5;
  private static final int SESSION = 6;
  private static final int USER_TICKS = 14;
  private static final int KERNEL_TICKS = 15;
  private static final int THREADS = 20;
  private static final int START_TICKS = 22;
  private static final int RSS_PAGES = 24;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final byte[] line;
  private final int length;
  private final long[] fields = new long[RSS_PAGES + 1];

  private StatLine(byte[] line, int length) {
    this.line = line;
    this.length = length;
  }

  /** Returns the entry that the first {@code length} bytes are; nothing when they are cut short. */
  static Optional<ProcessEntry> parse(byte[] line, int length, AuxiliaryVector units) {
    return new StatLine(line, length).entry(units);
  }

  private Optional<ProcessEntry> entry(AuxiliaryVector units) {
    int open = 0;
    while (open < length && line[open] != '(') {
      open++;
    }
    int close = length - 1;
    while (close > open && line[close] != ')') {
      close--;
    }
    if (close <= open || !readFields(close + 2)) {
      return Optional.empty();
    }
    String name = new String(line, open + 1, close - open - 1, StandardCharsets.UTF_8);
    return Optional.of(entry(units, name));
  }

  private ProcessEntry entry(AuxiliaryVector units, String name) {
    long ticks = fields[USER_TICKS] + fields[KERNEL_TICKS];
    return new ProcessEntry(
        number(0),
        fields[PARENT],
        fields[GROUP],
        fields[SESSION],
        (char) fields[STATE],
        fields[START_TICKS],
        Duration.ofNanos(ticks * (NANOS_PER_SECOND / units.ticksPerSecond())),
        fields[RSS_PAGES] * units.pageSize(),
        (int) fields[THREADS],
        name);
  }

  /** Reads from the state on, one space between two fields; returns whether all were there. */
  private boolean readFields(int start) {
    int at = start;
    for (int field = STATE; field <= RSS_PAGES; field++) {
      if (at >= length) {
        return false;
      }
      fields[field] = field == STATE ? line[at] : number(at);
      while (at < length && line[at] != ' ') {
        at++;
      }
      at++;
    }
    return true;
  }

  private long number(int start) {
    boolean negative = line[start] == '-';
    long value = 0;
    for (int at = negative ? start + 1 : start; at < length && isDigit(line[at]); at++) {
      value = value * 10 + line[at] - '0';
    }
    return negative ? -value : value;
  }

  private static boolean isDigit(byte character) {
    return character >= '0' && character <= '9';
  }
}
