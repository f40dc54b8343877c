/**
 * Whether a process that runs also does its work: checks, how often they are made, and what follows
 * from their results; start from {@link io.luhproc.health.HealthCheck}.
 *
 * <p>Threading: checks, policies, results and tallies are immutable. A {@link
 * io.luhproc.health.HealthMonitor} belongs to the thread that runs the timers it was given, which
 * never waits: checks run on the threads of {@link io.luhproc.health.HealthExecutor}, at most 64 at
 * a time for all probes together, and post their results back. A check that takes longer than half
 * a second does not count among the 64 until it returns.
 */
@NullMarked
package io.luhproc.health;

import org.jspecify.annotations.NullMarked;
