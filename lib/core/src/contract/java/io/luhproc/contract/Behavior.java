package io.luhproc.contract;

/** What the process of a worker of the contract does. */
public enum Behavior {
  /** Writes the line {@code running} to stdout, then runs until it is stopped. */
  RUN,
  /** Writes {@code running}; after a stop request {@code last words} to stdout, and exits. */
  SAY_GOODBYE,
  /** Exits with code 0. */
  EXIT_0,
  /** Exits with code 7. */
  EXIT_7,
  /** Kills itself by SIGKILL. */
  KILL_ITSELF,
  /** Uses more memory than it may. */
  RUN_OUT_OF_MEMORY,
  /** Writes {@code out 1} to {@code out 200} to stdout, {@code err 1} to stderr, and exits. */
  WRITE_LINES,
  /** Asks for more than any machine has, so that it never runs. */
  NEVER_PLACED,
  /** Its program, or the image that has it, does not exist. */
  PROGRAM_MISSING
}
