package io.luhproc.limits;

/**
 * Whether the kernel holds one limit.
 *
 * @param kind which limit
 * @param state whether it is in force
 * @param reason where it is in force: what the kernel was told; else why it is not
 * @param remedy what to do so that it comes into force; empty where it is
 */
public record LimitStatus(LimitKind kind, State state, String reason, String remedy) {

  /** Whether a limit holds. */
  public enum State {
    /** The kernel holds it. */
    ENFORCED,
    /** Nobody holds it: the process runs without. */
    NOT_ENFORCED
  }

  /** Returns one that the kernel holds, with what it was told. */
  public static LimitStatus enforced(LimitKind kind, String written) {
    return new LimitStatus(kind, State.ENFORCED, written, "");
  }

  /** Returns one that nobody holds, with why, and what to do. */
  public static LimitStatus notEnforced(LimitKind kind, String reason, String remedy) {
    return new LimitStatus(kind, State.NOT_ENFORCED, reason, remedy);
  }

  /** Returns whether the kernel holds it. */
  public boolean isEnforced() {
    return state == State.ENFORCED;
  }

  @Override
  public String toString() {
    String label = isEnforced() ? " in force: " : " not enforced: ";
    return kind + label + reason + (remedy.isEmpty() ? "" : "; " + remedy);
  }
}
