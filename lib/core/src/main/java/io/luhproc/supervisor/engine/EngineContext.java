package io.luhproc.supervisor.engine;

import io.luhproc.supervisor.runtime.ProcessRuntime;
import io.luhproc.time.TimeSource;
import io.luhproc.time.Timers;
import java.util.concurrent.Executor;
import java.util.function.DoubleSupplier;

/**
 * What everything that runs on the supervisor's thread works with.
 *
 * @param executor runs what it is given on the supervisor's thread, in order
 * @param timers run what they are given on the supervisor's thread, later
 * @param timeSource the clocks
 * @param jitter gives the jitter of a backoff, -1 to 1
 * @param runtime does what is slow
 */
public record EngineContext(
    Executor executor,
    Timers timers,
    TimeSource timeSource,
    DoubleSupplier jitter,
    ProcessRuntime runtime) {}
