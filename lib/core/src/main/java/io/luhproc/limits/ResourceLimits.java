package io.luhproc.limits;

import io.luhproc.time.DurationAndSizeFormat;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a process and all that it starts may use together; what is empty is not limited.
 *
 * <p>The kernel holds them by control groups, see cgroups(7); where it cannot, {@link LimitReport}
 * says why and what to do.
 *
 * @param memory bytes of memory, page cache and kernel memory included, from 1 MiB to 2^60. Whoever
 *     needs more and has nothing that can be reclaimed is killed, with all processes of the group
 * @param memorySwap bytes of swap beside the memory, 0 (never swapped) to 2^60
 * @param cpuPercent processor time in percent of one core, 1 to 1 000 000: 250 is two and a half
 *     cores; who has used it up waits for the next tenth of a second
 * @param pids processes and threads, 1 to 4194304, the kernel's PID_MAX_LIMIT
 * @param io speed of reading and writing, at most once for each path
 */
public record ResourceLimits(
    OptionalLong memory,
    OptionalLong memorySwap,
    OptionalInt cpuPercent,
    OptionalLong pids,
    List<IoLimit> io) {
  // Seen on Linux 6.1: sh is killed at 128 KiB and needs 280 KiB to start and run ls.
  private static final long MIN_MEMORY = 1 << 20;
  // The kernel takes what is above 2^63 for a small number or for no limit, without a word.
  private static final long MAX_MEMORY = 1L << 60;
  // The period is 100 ms, and a quota under 1 ms is EINVAL.
  private static final int MIN_CPU = 1;
  private static final int MAX_CPU = 1_000_000;
  private static final long MAX_PIDS = 1 << 22;
  // Seen on JDK 17 with one processor: "hello world" dies at 12 MiB, and at 12 threads.
  private static final long MIN_JVM_MEMORY = 16 << 20;
  private static final long MIN_JVM_PIDS = 14;
  private static final ResourceLimits NONE = builder().build();

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when one is outside of its range, or a path is limited twice
   */
  public ResourceLimits {
    io = List.copyOf(io);
    check("memory", memory, MIN_MEMORY, MAX_MEMORY, "a shell needs a third of that");
    check("memorySwap", memorySwap, 0, MAX_MEMORY, "in bytes, 0 for no swap");
    check("pids", pids, 1, MAX_PIDS, "the command itself is one");
    if (cpuPercent.isPresent()) {
      OptionalLong percent = OptionalLong.of(cpuPercent.getAsInt());
      check("cpuPercent", percent, MIN_CPU, MAX_CPU, "100 is one core");
    }
    if (io.stream().map(IoLimit::path).distinct().count() < io.size()) {
      throw new IllegalArgumentException("io (" + io + ") must have each path once only");
    }
  }

  private static void check(String name, OptionalLong value, long min, long max, String hint) {
    if (value.isPresent() && (value.getAsLong() < min || value.getAsLong() > max)) {
      throw new IllegalArgumentException(
          "%s (%d) must be from %d to %d: %s".formatted(name, value.getAsLong(), min, max, hint));
    }
  }

  /** Returns no limits at all. */
  public static ResourceLimits none() {
    return NONE;
  }

  /** Returns a builder that begins without limits. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns which limits are asked for. */
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

  /** Returns whether nothing is limited. */
  public boolean isEmpty() {
    return kinds().isEmpty();
  }

  /**
   * Checks that a JVM can start within these limits: with 16 MiB of memory and 14 threads, the
   * smallest that was seen to; each further processor takes a thread or two more.
   *
   * @throws IllegalArgumentException when it cannot
   */
  public void checkSufficientForJvm() {
    checkSufficientForJvm("memory", memory, MIN_JVM_MEMORY);
    checkSufficientForJvm("pids", pids, MIN_JVM_PIDS);
  }

  private static void checkSufficientForJvm(String name, OptionalLong value, long min) {
    if (value.isPresent() && value.getAsLong() < min) {
      throw new IllegalArgumentException(
          "%s (%d) is too little: a JVM needs at least %d to start"
              .formatted(name, value.getAsLong(), min));
    }
  }

  /** Collects limits. */
  public static final class Builder {
    private final List<IoLimit> io = new ArrayList<>();
    private OptionalLong memory = OptionalLong.empty();
    private OptionalLong memorySwap = OptionalLong.empty();
    private OptionalInt cpuPercent = OptionalInt.empty();
    private OptionalLong pids = OptionalLong.empty();

    private Builder() {}

    /** Sets the memory in bytes; default: no limit. */
    public Builder memory(long bytes) {
      memory = OptionalLong.of(bytes);
      return this;
    }

    /**
     * Sets the memory as people write it: {@code 512MiB}, {@code 2G}.
     *
     * @throws IllegalArgumentException when the text is not a size
     */
    public Builder memory(String size) {
      return memory(parseBytes("memory", size));
    }

    /** Sets the swap beside the memory in bytes; 0: never swapped; default: no limit. */
    public Builder memorySwap(long bytes) {
      memorySwap = OptionalLong.of(bytes);
      return this;
    }

    /**
     * Sets the swap beside the memory as people write it: {@code 1GiB}, {@code 0}.
     *
     * @throws IllegalArgumentException when the text is not a size
     */
    public Builder memorySwap(String size) {
      return memorySwap(parseBytes("memorySwap", size));
    }

    /** Sets the processor time in percent of one core; default: no limit. */
    public Builder cpuPercent(int percent) {
      cpuPercent = OptionalInt.of(percent);
      return this;
    }

    /** Sets the number of processes and threads; default: no limit. */
    public Builder pids(long count) {
      pids = OptionalLong.of(count);
      return this;
    }

    /** Adds a limit of reading and writing; default: none. */
    public Builder io(IoLimit limit) {
      io.add(limit);
      return this;
    }

    /**
     * Returns the limits.
     *
     * @throws IllegalArgumentException when a value is outside of its range, see {@link
     *     ResourceLimits}
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
