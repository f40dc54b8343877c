package io.luhproc.supervisor.engine;

import io.luhproc.service.SupervisorEvent;
import io.luhproc.supervisor.runtime.ProcessRuntime;
import io.luhproc.time.TimeSource;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * The collaborators of everything that runs on the supervisor's thread.
 *
 * @param loop runs bodies on the supervisor's thread, now or later
 * @param timeSource the clocks
 * @param jitter returns the jitter of a backoff, -1 to 1
 * @param runtime performs all slow operations
 * @param statuses publishes the status of services to all threads
 * @param events receives all events
 */
public record EngineContext(
    SupervisorLoop loop,
    TimeSource timeSource,
    DoubleSupplier jitter,
    ProcessRuntime runtime,
    StatusStore statuses,
    Consumer<SupervisorEvent> events) {}
