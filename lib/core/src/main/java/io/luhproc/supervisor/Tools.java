package io.luhproc.supervisor;

import io.luhproc.time.TimeSource;
import io.luhproc.time.Timers;
import java.util.concurrent.Executor;
import java.util.function.DoubleSupplier;

/**
 * What everything that runs on the supervisor's thread works with.
 *
 * @param loop runs what it is given on the supervisor's thread, in order
 * @param timers run what they are given on the supervisor's thread, later
 * @param time the clocks
 * @param dice gives the jitter of a backoff, -1 to 1
 * @param world does what is slow
 */
record Tools(Executor loop, Timers timers, TimeSource time, DoubleSupplier dice, World world) {}
