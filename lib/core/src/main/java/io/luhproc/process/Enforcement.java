package io.luhproc.process;

/**
 * Whether the kernel holds one limit.
 *
 * @param limit which limit
 * @param state whether it is in force
 * @param reason where it is in force: what the kernel was told; else why it is not
 * @param remedy what to do so that it comes into force; empty where it is
 */
public record Enforcement(Limit limit, State state, String reason, String remedy) {

  /** Whether a limit holds. */
  public enum State {
    /** The kernel holds it. */
    IN_FORCE,
    /** Nobody holds it: the process runs without. */
    NOT_ENFORCED
  }

  /** Returns one that the kernel holds, with what it was told. */
  public static Enforcement inForce(Limit limit, String told) {
    return new Enforcement(limit, State.IN_FORCE, told, "");
  }

  /** Returns one that nobody holds, with why, and what to do. */
  public static Enforcement notEnforced(Limit limit, String reason, String remedy) {
    return new Enforcement(limit, State.NOT_ENFORCED, reason, remedy);
  }

  /** Returns whether the kernel holds it. */
  public boolean isInForce() {
    return state == State.IN_FORCE;
  }

  @Override
  public String toString() {
    String verdict = isInForce() ? " in force: " : " not enforced: ";
    return limit + verdict + reason + (remedy.isEmpty() ? "" : "; " + remedy);
  }
}
