package io.luhproc.supervisor.state;

import io.luhproc.limits.LimitReport;
import io.luhproc.process.ProcessIdentity;
import java.time.Instant;
import java.util.Optional;

/**
 * A live process, launched or adopted.
 *
 * @param identity its identity; empty if an engine runs it
 * @param startedAt when it was launched
 * @param limits which of its limits are enforced
 */
public record RunningProcess(
    Optional<ProcessIdentity> identity, Instant startedAt, LimitReport limits) {

  /** Creates a process of this machine. */
  public RunningProcess(ProcessIdentity identity, Instant startedAt, LimitReport limits) {
    this(Optional.of(identity), startedAt, limits);
  }

  /** Returns a process that an engine runs. */
  public static RunningProcess remote(Instant startedAt) {
    return new RunningProcess(Optional.empty(), startedAt, LimitReport.none());
  }

  /** Returns whether an engine runs it. */
  public boolean isRemote() {
    return identity.isEmpty();
  }

  /** Returns the identity of a process of this machine. */
  public ProcessIdentity localIdentity() {
    return identity.orElseThrow();
  }

  /** Returns the same process under other limits. */
  public RunningProcess withLimits(LimitReport report) {
    return new RunningProcess(identity, startedAt, report);
  }
}
