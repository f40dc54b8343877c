package io.luhproc.supervisor.state;

import io.luhproc.limits.LimitReport;
import io.luhproc.process.ProcessIdentity;
import java.time.Instant;

/**
 * A live process, launched or adopted.
 *
 * @param identity its identity
 * @param startedAt when it was launched
 * @param limits which of its limits are enforced
 */
public record RunningProcess(ProcessIdentity identity, Instant startedAt, LimitReport limits) {

  /** Returns the same process under other limits. */
  public RunningProcess withLimits(LimitReport report) {
    return new RunningProcess(identity, startedAt, report);
  }
}
