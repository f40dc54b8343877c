package io.luhproc.process;

/**
 * The destination of the output of a process. Its stdin is always {@code /dev/null}.
 *
 * @since 0.1
 */
public enum OutputMode {
  /** Stdout and stderr are written to one file each. */
  FILES,
  /** Stdout and stderr are both written to the stdout file, in the order of the writes. */
  MERGED,
  /** Stdout and stderr are those of this JVM, for example a terminal. */
  INHERIT
}
