package io.luhproc.service;

import io.luhproc.health.HealthState;
import io.luhproc.limits.LimitReport;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Snapshot of the status of one process of a service.
 *
 * @param name the name of the process; with several replicas, the name of the replica
 * @param state the current state
 * @param desiredUp whether the process is requested to run
 * @param identity the identity of the running process; empty if it does not run on this machine
 * @param startedAt when the running process was launched, also if it was adopted; empty if it is
 *     not running
 * @param since the time of the last state change; of an adopted process, that of its adoption
 * @param nextRestart the time of the next restart, in state {@code BACKOFF}
 * @param retries number of consecutive restarts after failures, reset by a stable run
 * @param restarts number of restarts since the service was added
 * @param cause why the process is in this state
 * @param lastExit exit code, signal and time of the last exit; kept while the process runs again
 * @param health the health of the current or last run; empty without a health check
 * @param awaits what the start waits for, in state {@code STARTING}
 * @param message the status that the running process has sent by sd_notify(3), cut to 256
 *     characters
 * @param limits which resource limits are enforced, and why the others are not
 * @param paused whether the process is frozen
 * @param place the engine that runs the process, where, and what keeps it from running, such as
 *     {@code k8s:batch, pod shop-x7k2p on node-3}; empty if it runs on this machine, or not at all
 * @param directory the process directory, with {@code pid}, {@code out.log} and {@code err.log}
 * @since 0.1
 */
public record ProcessStatus(
    String name,
    ProcessState state,
    boolean desiredUp,
    Optional<ProcessIdentity> identity,
    Optional<Instant> startedAt,
    Instant since,
    Optional<Instant> nextRestart,
    int retries,
    long restarts,
    Optional<Cause> cause,
    Optional<ProcessEnd> lastExit,
    Optional<HealthState> health,
    Optional<String> awaits,
    Optional<String> message,
    LimitReport limits,
    boolean paused,
    Optional<String> place,
    Path directory) {

  /** Returns the process id; empty if the process does not run on this machine. */
  public OptionalLong pid() {
    return identity.isPresent() ? OptionalLong.of(identity.get().pid()) : OptionalLong.empty();
  }

  /** Returns one short line, such as {@code web running (pid 4711)}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(name);
    text.append(' ').append(state.name().toLowerCase(Locale.ROOT));
    identity.ifPresent(it -> text.append(" (pid ").append(it.pid()).append(')'));
    place.ifPresent(it -> text.append(" (").append(it).append(')'));
    cause.ifPresent(it -> text.append(": ").append(it));
    return text.toString();
  }
}
