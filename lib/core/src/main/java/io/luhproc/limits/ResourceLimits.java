package io.luhproc.limits;

import io.luhproc.time.DurationAndSizeFormat;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Resource limits of a process and all its descendants together. Default: no limits.
 *
 * <p>The kernel enforces them by control groups, see cgroups(7). If it cannot, the process runs
 * without them, and {@link LimitReport} gives the reason and the remedy.
 *
 * <p>An empty component means no limit.
 *
 * @param memory the memory in bytes, including page cache and kernel memory, 1 MiB to 2^60. If the
 *     tree exceeds it and nothing can be reclaimed, the kernel kills processes of the tree: on
 *     cgroup v2, all of them
 * @param memorySwap the swap space in bytes, in addition to {@code memory}, 0 (no swapping) to 2^60
 * @param cpuPercent the processor time in percent of one core, 1 to 1000000: 250 is two and a half
 *     cores. It applies to each period of 100 ms; a tree that has used it up waits for the next one
 * @param pids the number of processes and threads, 1 to 4194304 (PID_MAX_LIMIT of the kernel)
 * @param io the throughput limits of disks, at most one per path; unmodifiable
 * @since 0.1
 */
public record ResourceLimits(
    OptionalLong memory,
    OptionalLong memorySwap,
    OptionalInt cpuPercent,
    OptionalLong pids,
    List<IoLimit> io) {
  // Measured on Linux 6.1: sh is killed at 128 KiB, and needs 280 KiB to start and run ls.
  private static final long MIN_MEMORY = 1 << 20;
  // The kernel silently takes a value above 2^63 for a small number or for no limit.
  private static final long MAX_MEMORY = 1L << 60;
  // The period is 100 ms, and the kernel rejects a quota under 1 ms (EINVAL).
  private static final int MIN_CPU = 1;
  private static final int MAX_CPU = 1_000_000;
  private static final long MAX_PIDS = 1 << 22;
  // Measured on JDK 17 with one processor: "hello world" fails at 12 MiB, and at 12 threads.
  private static final long MIN_JVM_MEMORY = 16 << 20;
  private static final long MIN_JVM_PIDS = 14;
  private static final ResourceLimits NONE = builder().build();

  /**
   * Creates limits with a copy of the list.
   *
   * @throws IllegalArgumentException if a value is out of range, or if a path is limited twice
   */
  public ResourceLimits {
    io = List.copyOf(io);
    check("memory", memory, MIN_MEMORY, MAX_MEMORY, "in bytes; a shell needs about 300 KiB");
    check("memorySwap", memorySwap, 0, MAX_MEMORY, "in bytes; 0 for no swap");
    check("pids", pids, 1, MAX_PIDS, "the command itself counts as one");
    if (cpuPercent.isPresent()) {
      OptionalLong percent = OptionalLong.of(cpuPercent.getAsInt());
      check("cpuPercent", percent, MIN_CPU, MAX_CPU, "100 is one core");
    }
    if (io.stream().map(IoLimit::path).distinct().count() < io.size()) {
      throw new IllegalArgumentException("io (" + io + ") must not limit a path twice");
    }
  }

  private static void check(String name, OptionalLong value, long min, long max, String hint) {
    if (value.isPresent() && (value.getAsLong() < min || value.getAsLong() > max)) {
      throw new IllegalArgumentException(
          "%s (%d) must be from %d to %d: %s".formatted(name, value.getAsLong(), min, max, hint));
    }
  }

  /** Returns the value without any limit. */
  public static ResourceLimits none() {
    return NONE;
  }

  /** Returns a new builder without limits. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the kinds of limits that are set. */
  public Set<LimitKind> kinds() {
    Set<LimitKind> kinds = EnumSet.noneOf(LimitKind.class);
    addIf(memory.isPresent(), LimitKind.MEMORY, kinds);
    addIf(memorySwap.isPresent(), LimitKind.MEMORY_SWAP, kinds);
    addIf(cpuPercent.isPresent(), LimitKind.CPU, kinds);
    addIf(pids.isPresent(), LimitKind.PIDS, kinds);
    addIf(!io.isEmpty(), LimitKind.IO, kinds);
    return kinds;
  }

  private static void addIf(boolean isSet, LimitKind kind, Set<LimitKind> kinds) {
    if (isSet) {
      kinds.add(kind);
    }
  }

  /** Returns whether no limit is set. */
  public boolean isEmpty() {
    return kinds().isEmpty();
  }

  /**
   * Checks that a JVM can start within these limits.
   *
   * <p>The minimum is 16 MiB of memory and 14 threads, measured on one processor. Each further
   * processor requires one or two more threads.
   *
   * @throws IllegalArgumentException if memory or pids are lower
   */
  public void checkSufficientForJvm() {
    checkSufficientForJvm("memory", memory, MIN_JVM_MEMORY);
    checkSufficientForJvm("pids", pids, MIN_JVM_PIDS);
  }

  private static void checkSufficientForJvm(String name, OptionalLong value, long min) {
    if (value.isPresent() && value.getAsLong() < min) {
      throw new IllegalArgumentException(
          "%s (%d) must be at least %d for a JVM to start".formatted(name, value.getAsLong(), min));
    }
  }

  /**
   * Builds {@link ResourceLimits}. Not thread-safe.
   *
   * @since 0.1
   */
  public static final class Builder {
    private final List<IoLimit> io = new ArrayList<>();
    private OptionalLong memory = OptionalLong.empty();
    private OptionalLong memorySwap = OptionalLong.empty();
    private OptionalInt cpuPercent = OptionalInt.empty();
    private OptionalLong pids = OptionalLong.empty();

    private Builder() {}

    /** Sets the memory in bytes, 1 MiB to 2^60. Default: no limit. */
    public Builder memory(long bytes) {
      memory = OptionalLong.of(bytes);
      return this;
    }

    /**
     * Sets the memory as text: {@code 512MiB}, {@code 2G}. Default: no limit.
     *
     * @param size a number and a unit; {@code K}, {@code KiB} and so on are powers of 1024, {@code
     *     KB} and so on powers of 1000, no unit means bytes
     * @throws IllegalArgumentException if the text is not a size
     */
    public Builder memory(String size) {
      return memory(parseBytes("memory", size));
    }

    /** Sets the swap space in bytes, 0 (no swapping) to 2^60. Default: no limit. */
    public Builder memorySwap(long bytes) {
      memorySwap = OptionalLong.of(bytes);
      return this;
    }

    /**
     * Sets the swap space as text: {@code 1GiB}, {@code 0}. Default: no limit.
     *
     * @param size a number and a unit, see {@link #memory(String)}
     * @throws IllegalArgumentException if the text is not a size
     */
    public Builder memorySwap(String size) {
      return memorySwap(parseBytes("memorySwap", size));
    }

    /** Sets the processor time in percent of one core, 1 to 1000000. Default: no limit. */
    public Builder cpuPercent(int percent) {
      cpuPercent = OptionalInt.of(percent);
      return this;
    }

    /** Sets the number of processes and threads, 1 to 4194304. Default: no limit. */
    public Builder pids(long count) {
      pids = OptionalLong.of(count);
      return this;
    }

    /** Adds a throughput limit of one disk. Default: none. */
    public Builder io(IoLimit limit) {
      io.add(limit);
      return this;
    }

    /**
     * Returns the limits.
     *
     * @throws IllegalArgumentException if a value is out of range, or if a path is limited twice
     */
    public ResourceLimits build() {
      return new ResourceLimits(memory, memorySwap, cpuPercent, pids, io);
    }

    private static long parseBytes(String name, String size) {
      try {
        return DurationAndSizeFormat.parseSize(size);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
      }
    }
  }
}
