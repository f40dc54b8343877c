package io.luhproc.supervisor;

import java.util.OptionalInt;

/**
 * What is to be done once nothing of a process lives any more.
 *
 * @param then what
 * @param cause why it is being ended, or how it ended
 * @param exitCode its exit code, where it ended by itself and left one
 */
record Plan(Then then, Cause cause, OptionalInt exitCode) {

  enum Then {
    /** It is not wanted: {@link ProcessState#INACTIVE}. */
    REST,
    /** A person wants it started again. */
    LAUNCH,
    /** It failed or ended by itself: as its restart policy says. */
    JUDGE,
    /** It waits for the others with which it is restarted. */
    REGROUP,
    /** It is given up: {@link ProcessState#FAILED}. */
    FAIL
  }

  static Plan of(Then then, Cause cause) {
    return new Plan(then, cause, OptionalInt.empty());
  }

  /** Returns it with what was found when it was carried out, where that is of use to people. */
  Plan told(String what) {
    boolean failed = then == Then.JUDGE;
    return failed ? judge(cause.kind(), cause.detail() + ": " + what) : this;
  }

  static Plan judge(Cause.Kind kind, String detail) {
    return of(Then.JUDGE, new Cause(kind, detail));
  }
}
