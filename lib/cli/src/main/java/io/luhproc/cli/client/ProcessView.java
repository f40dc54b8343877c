package io.luhproc.cli.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The status of a process of a service, as the daemon reports it.
 *
 * @param name the name of the process
 * @param state the state in lower case, see {@link io.luhproc.service.ProcessState}
 * @param desiredUp whether it is requested to run
 * @param pid the process id; empty if it does not run on the machine of the daemon
 * @param place the engine that runs it, and where; empty if it runs on this machine
 * @param started when the process was launched; empty if it is not running
 * @param restarts number of restarts
 * @param cause why it is in this state
 * @param exitCode the exit code of the last exit; empty if there was none or a signal
 * @param signal the signal that ended the last run, such as {@code SIGKILL}
 * @param health the health in lower case; empty without a health check
 * @param paused whether it is frozen
 */
public record ProcessView(
    String name,
    String state,
    boolean desiredUp,
    Optional<Long> pid,
    Optional<String> place,
    Optional<Instant> started,
    long restarts,
    Optional<String> cause,
    Optional<Integer> exitCode,
    Optional<String> signal,
    Optional<String> health,
    boolean paused) {

  static ProcessView of(JsonObject object) {
    Optional<JsonObject> exit = object.object("lastExit");
    return new ProcessView(
        object.text("name").orElse(""),
        object.text("state").orElse("unknown"),
        object.flag("desiredUp"),
        object.longNumber("pid"),
        object.text("place"),
        object.time("started"),
        object.longNumber("restarts").orElse(0L),
        object.text("cause"),
        exit.isPresent() ? exit.get().integer("exitCode") : Optional.empty(),
        exit.isPresent() ? exit.get().text("signal") : Optional.empty(),
        object.text("health"),
        object.flag("paused"));
  }

  /** Returns the time since a running process was launched. */
  public Optional<Duration> uptime(Instant now) {
    // No lambdas, which a cold status would wait for.
    if (started.isEmpty()) {
      return Optional.empty();
    }
    Duration uptime = Duration.between(started.get(), now);
    return Optional.of(uptime.isNegative() ? Duration.ZERO : uptime);
  }
}
