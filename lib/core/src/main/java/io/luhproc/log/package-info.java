/**
 * What a process wrote: reading it, following it and keeping it small, all without standing between
 * the process and its files; start from {@link io.luhproc.log.ProcessLog}.
 *
 * <p>Threading: a {@link io.luhproc.log.rotate.LogMaintainer} belongs to one thread, its caller's.
 * A {@link io.luhproc.log.ProcessLog} is immutable and may be used by any number of threads and
 * processes at once, beside a keeper. Each {@link io.luhproc.log.LogSubscription} has one daemon
 * thread of its own, which calls the listener. A {@link
 * io.luhproc.log.rotate.LogMaintenanceService} has one daemon thread for all its directories and
 * may be used by any thread.
 */
@NullMarked
package io.luhproc.log;

import org.jspecify.annotations.NullMarked;
