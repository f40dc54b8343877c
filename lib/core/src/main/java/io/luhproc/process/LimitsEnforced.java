package io.luhproc.process;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What became of each limit that was asked for.
 *
 * @param limits one for each limit that was asked for, in the order of {@link Limit}
 */
public record LimitsEnforced(List<Enforcement> limits) {
  private static final LimitsEnforced NONE = new LimitsEnforced(List.of());

  /** Copies the list. */
  public LimitsEnforced {
    limits = List.copyOf(limits);
  }

  /** Returns that of a process for which no limit was asked. */
  public static LimitsEnforced none() {
    return NONE;
  }

  /** Returns the same answer for each limit that is asked for: none can be held. */
  public static LimitsEnforced nothing(ResourceLimits asked, String reason, String remedy) {
    return new LimitsEnforced(
        asked.asked().stream()
            .map(limit -> Enforcement.notEnforced(limit, reason, remedy))
            .toList());
  }

  /** Returns whether the kernel holds every limit that was asked for. */
  public boolean isComplete() {
    return limits.stream().allMatch(Enforcement::isInForce);
  }

  /** Returns what became of one limit; nothing when it was not asked for. */
  public Optional<Enforcement> of(Limit limit) {
    return limits.stream().filter(it -> it.limit() == limit).findFirst();
  }

  @Override
  public String toString() {
    return limits.isEmpty()
        ? "no limits"
        : limits.stream().map(Enforcement::toString).collect(Collectors.joining("\n"));
  }
}
