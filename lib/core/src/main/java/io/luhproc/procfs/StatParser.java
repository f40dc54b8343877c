package io.luhproc.procfs;

import io.luhproc.process.ProcessStat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Parses {@code /proc/PID/stat}, see proc(5): the pid, the name in parentheses, then numbers.
 *
 * <p>The name may contain any character, so it ends at the last closing parenthesis of the line.
 */
final class StatParser {
  // Field numbers of proc(5).
  private static final int STATE = 3;
  private static final int PARENT_PID = 4;
  private static final int PROCESS_GROUP = 5;
  private static final int SESSION_ID = 6;
  private static final int USER_TICKS = 14;
  private static final int KERNEL_TICKS = 15;
  private static final int THREADS = 20;
  private static final int START_TICKS = 22;
  private static final int RSS_PAGES = 24;
  private static final int FLAGS = 9;
  private static final int START_CODE = 26;
  private static final int END_CODE = 27;
  private static final int START_STACK = 28;
  private static final int EXIT_SIGNAL = 38;
  private static final int ARGUMENTS_START = 48;
  private static final int ENVIRONMENT_END = 51;
  // linux/sched.h. Neither an exiting process nor a kernel thread has user memory.
  private static final long PF_KTHREAD = 0x00200000;
  private static final long PF_EXITING_OR_KTHREAD = 0x00000004 | PF_KTHREAD;
  // The exit signal of a thread that is not the main one, see copy_process() in kernel/fork.c.
  private static final long NO_EXIT_SIGNAL = -1;
  // Set by fork(2), cleared by execve(2).
  private static final long PF_FORKNOEXEC = 0x00000040;
  // Replaces each address that this user may not read.
  private static final long HIDDEN_ADDRESS = 1;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final byte[] line;
  private final int length;
  private final long[] fields;

  private StatParser(byte[] line, int length) {
    this.line = line;
    this.length = length;
    this.fields = new long[ENVIRONMENT_END + 1];
  }

  /**
   * Parses the first {@code length} bytes of a line; empty if it is incomplete, or describes a
   * thread other than the main one. {@code /proc/TID} exists, although it is not listed.
   */
  static Optional<ProcessStat> parse(byte[] line, int length, AuxiliaryVector units) {
    return new StatParser(line, length).toStat(units);
  }

  /**
   * Returns the {@link #execId()} of a process; empty during execve(2).
   *
   * <p>The addresses are visible only to a user that may trace the process. Any other user may not
   * read its environment either.
   */
  static OptionalLong stableExecId(byte[] line, int length) {
    StatParser stat = new StatParser(line, length);
    boolean isComplete = stat.readFields() >= ENVIRONMENT_END;
    boolean isUserProcess = isComplete && (stat.fields[FLAGS] & PF_EXITING_OR_KTHREAD) == 0;
    return isUserProcess && stat.isInExec()
        ? OptionalLong.empty()
        : OptionalLong.of(isUserProcess ? stat.execId() : 0);
  }

  /** Returns whether a line describes a kernel thread. No program can fake this flag. */
  static boolean isKernelThread(byte[] line, int length) {
    StatParser stat = new StatParser(line, length);
    return stat.readFields() >= FLAGS && (stat.fields[FLAGS] & PF_KTHREAD) != 0;
  }

  private Optional<ProcessStat> toStat(AuxiliaryVector units) {
    return readFields() >= RSS_PAGES && fields[EXIT_SIGNAL] != NO_EXIT_SIGNAL
        ? Optional.of(toStat(units, name()))
        : Optional.empty();
  }

  private String name() {
    int start = indexOfOpeningParenthesis() + 1;
    return new String(line, start, indexOfClosingParenthesis() - start, StandardCharsets.UTF_8);
  }

  private int indexOfOpeningParenthesis() {
    int at = 0;
    while (at < length && line[at] != '(') {
      at++;
    }
    return at;
  }

  private int indexOfClosingParenthesis() {
    int at = length - 1;
    while (at >= 0 && line[at] != ')') {
      at--;
    }
    return at;
  }

  private ProcessStat toStat(AuxiliaryVector units, String name) {
    long ticks = fields[USER_TICKS] + fields[KERNEL_TICKS];
    return new ProcessStat(
        number(0),
        fields[PARENT_PID],
        fields[PROCESS_GROUP],
        fields[SESSION_ID],
        (char) fields[STATE],
        fields[START_TICKS],
        Duration.ofNanos(ticks * (NANOS_PER_SECOND / units.ticksPerSecond())),
        fields[RSS_PAGES] * units.pageSize(),
        (int) fields[THREADS],
        name,
        execId());
  }

  /**
   * Returns a hash of the addresses of code, stack, arguments and environment, which the kernel
   * randomises at every execve(2); 0 if unknown.
   */
  private long execId() {
    boolean hidden = fields[START_CODE] == HIDDEN_ADDRESS;
    if (!hidden && isInExec()) {
      return 0;
    }
    long hash = mix(fields[FLAGS] & PF_FORKNOEXEC, fields[START_CODE]);
    hash = mix(mix(hash, fields[END_CODE]), fields[START_STACK]);
    for (int field = ARGUMENTS_START; field <= ENVIRONMENT_END; field++) {
      hash = mix(hash, fields[field]);
    }
    return hash == 0 ? 1 : hash;
  }

  /**
   * Returns whether execve(2) has not yet set all addresses.
   *
   * <p>create_elf_tables() first sets the end of the environment to its start, then counts the
   * variables, then sets the end. The start of the code is set last.
   */
  private boolean isInExec() {
    return fields[ENVIRONMENT_END] == 0 || fields[START_CODE] == 0;
  }

  /** Adds a number to a hash with the xor, multiply and shift step of MurmurHash3. */
  private static long mix(long hash, long number) {
    long mixed = (hash ^ number) * 0xff51afd7ed558ccdL;
    return mixed ^ mixed >>> 33;
  }

  /** Parses the fields from the state on and returns the number of the last one present. */
  private int readFields() {
    int close = indexOfClosingParenthesis();
    if (close <= indexOfOpeningParenthesis()) {
      return 0;
    }
    int at = close + 2;
    for (int field = STATE; field < fields.length; field++) {
      if (at >= length || line[at] == '\n') {
        return field - 1;
      }
      fields[field] = field == STATE ? line[at] : number(at);
      while (at < length && line[at] != ' ') {
        at++;
      }
      at++;
    }
    return ENVIRONMENT_END;
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
