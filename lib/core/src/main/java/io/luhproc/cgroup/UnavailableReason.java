package io.luhproc.cgroup;

/**
 * Why something cannot be limited, and what to do about it.
 *
 * @param reason why
 * @param remedy what to do
 */
record UnavailableReason(String reason, String remedy) {
  static final String DELEGATE_REMEDY =
      "start the supervisor by 'systemd-run --user --scope -p Delegate=yes COMMAND' or from a unit"
          + " with Delegate=yes, or name a group that is yours by"
          + " Supervisor.builder().cgroup(path)";

  /** Returns that of a failure, whose message tells on what. */
  static UnavailableReason of(Exception failure, String remedy) {
    return new UnavailableReason(String.valueOf(failure.getMessage()), remedy);
  }
}
