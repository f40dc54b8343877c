package io.luhproc.supervisor.state;

import io.luhproc.limits.LimitReport;
import io.luhproc.process.ProcessIdentity;
import java.time.Instant;

/**
 * A process that was launched or adopted.
 *
 * @param identity which process it is
 * @param startedAt when it was launched
 * @param limits which of its limits are in force
 */
public record RunningProcess(ProcessIdentity identity, Instant startedAt, LimitReport limits) {}
