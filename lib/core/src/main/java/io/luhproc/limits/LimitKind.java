package io.luhproc.limits;

import java.util.Locale;

/**
 * The kinds of resources that can be limited for a process tree.
 *
 * @since 0.1
 */
public enum LimitKind {
  /** Memory, see {@link ResourceLimits#memory()}. */
  MEMORY,
  /** Swap space, see {@link ResourceLimits#memorySwap()}. */
  MEMORY_SWAP,
  /** Processor time, see {@link ResourceLimits#cpuPercent()}. */
  CPU,
  /** Number of processes and threads, see {@link ResourceLimits#pids()}. */
  PIDS,
  /** Disk throughput, see {@link ResourceLimits#io()}. */
  IO;

  /** Returns the name in lower case with hyphens, such as {@code memory-swap}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
