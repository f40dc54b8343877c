package io.luhproc.cgroup;

/**
 * Why a controller cannot be used.
 *
 * @param reason the reason
 * @param remedy what to do about it
 */
record UnavailableReason(String reason, String remedy) {
  static final String DELEGATE_REMEDY =
      "start the supervisor by 'systemd-run --user --scope -p Delegate=yes COMMAND' or from a unit"
          + " with Delegate=yes, or configure a writable cgroup by"
          + " Supervisor.builder().cgroup(path)";

  /** Returns the reason for a failure, which is its message. */
  static UnavailableReason of(Exception failure, String remedy) {
    return new UnavailableReason(String.valueOf(failure.getMessage()), remedy);
  }
}
