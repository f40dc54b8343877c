/**
 * Keeps the log files of processes small: rotation, retention and time index. Start from {@link
 * io.luhproc.log.rotate.LogMaintainer} for one stream, from {@link
 * io.luhproc.log.rotate.LogMaintenanceService} for many directories.
 *
 * <p>Threading: a {@code LogMaintainer} is used by one thread at a time, its caller's. A {@code
 * LogMaintenanceService} has one daemon thread for all its directories and may be called by any
 * thread. A stream has at most one maintainer at a time, in all processes together.
 *
 * <p>Writers: a process should append ({@code O_APPEND}), as every process launched by luhproc does
 * unless it opens its log anew, for example with {@code exec >/dev/stdout}. The offset of another
 * writer does not follow when the file is shortened. While a process of the tree is seen to write
 * so, the file is only punched: no line is lost, and its size grows while its blocks do not. A hole
 * left by a writer that was not seen is left out of the stream, from the next tick on. {@code echo
 * >/dev/stderr} opens the file with {@code O_TRUNC} and deletes what was in it; {@code echo
 * >>/dev/stderr} or {@code echo >&2} does not.
 */
@NullMarked
package io.luhproc.log.rotate;

import org.jspecify.annotations.NullMarked;
