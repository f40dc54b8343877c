package io.luhproc.process;

/** Where what a process writes goes; its stdin is {@code /dev/null} always. */
public enum OutputMode {
  /** Stdout to one file and stderr to the other. */
  FILES,
  /** Both to the file of stdout, in the order in which they are written. */
  MERGED,
  /** Both to where this JVM's own go, such as a terminal. */
  INHERIT
}
