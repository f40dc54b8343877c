package io.luhproc.supervisor;

import io.luhproc.process.ProcessEnd;
import java.util.Optional;

/**
 * What a former supervisor left of a process.
 *
 * @param wanted whether it was wanted to run
 * @param trace what there is of it
 * @param living the process, where it lives
 * @param paused whether the process lives and is frozen or stopped
 * @param end how it ended, where that was seen
 * @param origin where the process came from, for people
 */
record Found(
    boolean wanted,
    Trace trace,
    Optional<Living> living,
    boolean paused,
    Optional<ProcessEnd> end,
    String origin) {
  static final Found NOTHING =
      new Found(false, Trace.NOTHING, Optional.empty(), false, Optional.empty(), "");

  /** What there is of a process whose supervisor was killed. */
  enum Trace {
    /** Nothing is left, and nothing is known to have been launched. */
    NOTHING,
    /** It was launched, and nothing is left of it. */
    LAUNCHED,
    /** The process lives. */
    LIVING,
    /** The process is gone, or was never launched, but somebody of its tree lives. */
    REMAINS
  }

  /** Returns the same of a process that is frozen, where it lives. */
  Found asPaused() {
    return new Found(wanted, trace, living, living.isPresent(), end, origin);
  }
}
