package io.luhproc.limits;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The status of each limit that was requested for a process.
 *
 * @param statuses one status per requested limit, in the order of {@link LimitKind}; unmodifiable
 * @since 0.1
 */
public record LimitReport(List<LimitStatus> statuses) {
  private static final LimitReport NONE = new LimitReport(List.of());

  /** Creates a report with a copy of the list. */
  public LimitReport {
    statuses = List.copyOf(statuses);
  }

  /** Returns the report of a process without requested limits. */
  public static LimitReport none() {
    return NONE;
  }

  /**
   * Returns a report in which no requested limit is enforced, all for the same reason.
   *
   * @param limits the requested limits
   * @param reason why they are not enforced
   * @param remedy what to do to get them enforced
   */
  public static LimitReport notEnforced(ResourceLimits limits, String reason, String remedy) {
    return new LimitReport(
        limits.kinds().stream()
            .map(kind -> LimitStatus.notEnforced(kind, reason, remedy))
            .toList());
  }

  /** Returns whether the kernel enforces every requested limit; true if none is requested. */
  public boolean isFullyEnforced() {
    return statuses.stream().allMatch(LimitStatus::isEnforced);
  }

  /** Returns the status of one kind of limit; empty if it is not requested. */
  public Optional<LimitStatus> statusOf(LimitKind kind) {
    return statuses.stream().filter(it -> it.kind() == kind).findFirst();
  }

  /** Returns one line per limit, see {@link LimitStatus#toString()}, or {@code no limits}. */
  @Override
  public String toString() {
    return statuses.isEmpty()
        ? "no limits"
        : statuses.stream().map(LimitStatus::toString).collect(Collectors.joining("\n"));
  }
}
