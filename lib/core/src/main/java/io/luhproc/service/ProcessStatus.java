package io.luhproc.service;

import io.luhproc.health.HealthState;
import io.luhproc.limits.LimitReport;
import io.luhproc.process.ProcessIdentity;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * What was known of one process of a service at one moment.
 *
 * @param name its name, that of the replica where there are several
 * @param state its state
 * @param desiredUp whether it is wanted to run
 * @param identity which process it is, while one lives
 * @param since when it came into this state
 * @param nextRestart when it is started again, while it is in backoff
 * @param retries how many times in a row it was started again after a failure
 * @param restarts how many times it was started again since it was added
 * @param cause why it is in this state
 * @param health what its health check found of its last run, where it has one
 * @param limits which of its limits are in force, and why others are not
 * @param paused whether it is frozen
 * @param directory its process directory, with {@code pid}, {@code out.log} and {@code err.log}
 */
public record ProcessStatus(
    String name,
    ProcessState state,
    boolean desiredUp,
    Optional<ProcessIdentity> identity,
    Instant since,
    Optional<Instant> nextRestart,
    int retries,
    long restarts,
    Optional<Cause> cause,
    Optional<HealthState> health,
    LimitReport limits,
    boolean paused,
    Path directory) {}
