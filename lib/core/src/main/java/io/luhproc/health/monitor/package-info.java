/**
 * Runs the health checks of supervised processes; start from {@link
 * io.luhproc.health.monitor.HealthMonitor}.
 *
 * <p>Threading: a {@code HealthMonitor} belongs to the thread that runs the timers of its {@link
 * io.luhproc.health.monitor.HealthExecutor}; this thread never blocks. Checks run on the threads of
 * the executor, at most 64 at a time for all monitors, and post their results back. A check that
 * takes longer than 500 ms does not count among the 64 until it returns.
 */
@NullMarked
package io.luhproc.health.monitor;

import org.jspecify.annotations.NullMarked;
