/**
 * Provides clocks, timers, threads and randomness. No other package creates threads, sleeps, or
 * reads a clock.
 *
 * <p>Start from {@link io.luhproc.time.TimeSource}. Tests replace it by virtual time.
 */
@NullMarked
package io.luhproc.time;

import org.jspecify.annotations.NullMarked;
