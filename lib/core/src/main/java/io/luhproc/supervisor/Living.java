package io.luhproc.supervisor;

import io.luhproc.limits.LimitReport;
import io.luhproc.process.ProcessIdentity;
import java.time.Instant;

/**
 * A process that was launched or adopted.
 *
 * @param identity which process it is
 * @param started when it was launched
 * @param limits which of its limits are in force
 */
record Living(ProcessIdentity identity, Instant started, LimitReport limits) {}
