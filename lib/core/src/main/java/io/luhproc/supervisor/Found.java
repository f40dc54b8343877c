package io.luhproc.supervisor;

import io.luhproc.process.ProcessEnd;
import java.util.Optional;

/**
 * What a former supervisor left of a process.
 *
 * @param wanted whether it was wanted to run
 * @param living the process, where it lives
 * @param end how it ended, where that was seen
 */
record Found(boolean wanted, Optional<Living> living, Optional<ProcessEnd> end) {
  static final Found NOTHING = new Found(false, Optional.empty(), Optional.empty());
}
