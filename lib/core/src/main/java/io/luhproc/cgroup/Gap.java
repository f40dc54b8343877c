package io.luhproc.cgroup;

/**
 * Why something cannot be limited, and what to do about it.
 *
 * @param reason why
 * @param remedy what to do
 */
record Gap(String reason, String remedy) {
  static final String DELEGATE =
      "start the supervisor by 'systemd-run --user --scope -p Delegate=yes COMMAND' or from a unit"
          + " with Delegate=yes, or name a group that is yours by Supervisor.builder().cgroup(path)";

  /** Returns that of a failure, whose message tells on what. */
  static Gap of(Exception failure, String remedy) {
    return new Gap(String.valueOf(failure.getMessage()), remedy);
  }
}
