package io.luhproc.limits;

/**
 * Whether the kernel enforces one limit, and why not.
 *
 * @param kind the kind of limit
 * @param isEnforced whether the kernel enforces it; otherwise the process runs without it
 * @param reason if enforced, the interface file and the value written to it, such as {@code
 *     pids.max = 64}; otherwise why it is not enforced
 * @param remedy what to do to get it enforced; empty if it is enforced
 * @since 0.1
 */
public record LimitStatus(LimitKind kind, boolean isEnforced, String reason, String remedy) {

  /** Returns the status of an enforced limit, with the interface file and value as reason. */
  public static LimitStatus enforced(LimitKind kind, String written) {
    return new LimitStatus(kind, true, written, "");
  }

  /** Returns the status of a limit that is not enforced. */
  public static LimitStatus notEnforced(LimitKind kind, String reason, String remedy) {
    return new LimitStatus(kind, false, reason, remedy);
  }

  /**
   * Returns one line: {@code memory enforced: ..} or {@code memory not enforced: REASON; REMEDY}.
   */
  @Override
  public String toString() {
    String label = isEnforced ? " enforced: " : " not enforced: ";
    return kind + label + reason + (remedy.isEmpty() ? "" : "; " + remedy);
  }
}
