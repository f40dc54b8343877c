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
 */
record MaintenanceContext(
    TimeSource time, Posix posix, Consumer<RotationCheckpoint> onCheckpoint) {}
