package io.luhproc.limits;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What became of each limit that was asked for.
 *
 * @param statuses one for each limit that was asked for, in the order of {@link LimitKind}
 */
public record LimitReport(List<LimitStatus> statuses) {
  private static final LimitReport NONE = new LimitReport(List.of());

  /** Copies the list. */
  public LimitReport {
    statuses = List.copyOf(statuses);
  }

  /** Returns that of a process for which no limit was asked. */
  public static LimitReport none() {
    return NONE;
  }

  /** Returns the same answer for each limit that is asked for: none can be held. */
  public static LimitReport notEnforced(ResourceLimits limits, String reason, String remedy) {
    return new LimitReport(
        limits.kinds().stream()
            .map(kind -> LimitStatus.notEnforced(kind, reason, remedy))
            .toList());
  }

  /** Returns whether the kernel holds every limit that was asked for. */
  public boolean isFullyEnforced() {
    return statuses.stream().allMatch(LimitStatus::isEnforced);
  }

  /** Returns what became of one limit; nothing when it was not asked for. */
  public Optional<LimitStatus> statusOf(LimitKind kind) {
    return statuses.stream().filter(it -> it.kind() == kind).findFirst();
  }

  @Override
  public String toString() {
    return statuses.isEmpty()
        ? "no limits"
        : statuses.stream().map(LimitStatus::toString).collect(Collectors.joining("\n"));
  }
}
