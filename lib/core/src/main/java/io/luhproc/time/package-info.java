/**
 * The only place with clocks, sleeps, threads and randomness; start from {@link
 * io.luhproc.time.TimeSource}.
 */
@NullMarked
package io.luhproc.time;

import org.jspecify.annotations.NullMarked;
