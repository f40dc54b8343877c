package io.luhproc.log.rotate;

import io.luhproc.posix.Posix;
import io.luhproc.time.TimeSource;
import java.util.function.Consumer;

/**
 * What a keeper works with.
 *
 * @param time what the clock says
 * @param posix takes bytes out of files
 * @param onCheckpoint is told of each step; does nothing outside of tests
 */
record MaintenanceContext(
    TimeSource time, Posix posix, Consumer<RotationCheckpoint> onCheckpoint) {}
