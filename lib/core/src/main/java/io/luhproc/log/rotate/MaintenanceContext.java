package io.luhproc.log.rotate;

import io.luhproc.posix.Posix;
import io.luhproc.time.TimeSource;
import java.util.function.Consumer;

/**
 * What a maintainer needs from outside.
 *
 * @param time the clock
 * @param posix removes bytes from files
 * @param onCheckpoint called after each change on disk; a test may throw from it
 * @param growth the growth of all streams with this context
 */
record MaintenanceContext(
    TimeSource time, Posix posix, Consumer<RotationCheckpoint> onCheckpoint, MeanGrowth growth) {

  /** Creates a context whose streams have not grown. */
  MaintenanceContext(TimeSource time, Posix posix, Consumer<RotationCheckpoint> onCheckpoint) {
    this(time, posix, onCheckpoint, new MeanGrowth());
  }
}
