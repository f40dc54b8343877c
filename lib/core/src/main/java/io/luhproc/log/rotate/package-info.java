/**
 * Keeps the log files of processes small: rotation, retention and time index. Start from {@link
 * io.luhproc.log.rotate.LogMaintainer} for one stream, from {@link
 * io.luhproc.log.rotate.LogMaintenanceService} for many directories.
 *
 * <p>Threading: a {@code LogMaintainer} is used by one thread at a time, its caller's. A {@code
 * LogMaintenanceService} has one daemon thread for all its directories and may be called by any
 * thread. A stream has at most one maintainer at a time, in all processes together.
 *
 * <p>Writers: a process must append ({@code O_APPEND}), as every process launched by luhproc does
 * unless it reopens its log. The offset of another writer does not follow when the file is
 * collapsed or truncated. Its next write then leaves a gap as long as all bytes removed so far,
 * which reads as NULs and is rotated like output. No line is lost, but the retained files hold less
 * of them.
 */
@NullMarked
package io.luhproc.log.rotate;

import org.jspecify.annotations.NullMarked;
