package io.luhproc.limits;

import java.util.Locale;

/** What can be limited of a process and all that it starts. */
public enum LimitKind {
  MEMORY,
  MEMORY_SWAP,
  CPU,
  PIDS,
  IO;

  /** Returns the name as people read it: {@code memory}, {@code memory-swap} and so on. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
