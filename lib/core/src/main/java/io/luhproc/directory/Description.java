package io.luhproc.directory;

import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import java.time.Instant;
import java.util.Optional;

/**
 * What {@code process.properties} says of a process. {@link DescriptionFormat} is its form on disk.
 *
 * @param key what the process is called
 * @param program the app it belongs to: its main class, or its executable
 * @param launch tells this launch from every other one of the same directory
 * @param started when it was launched
 * @param identity which process it is; empty while it is being launched
 * @param command what was launched
 * @param running when its task began
 * @param ready when its task said that it is ready
 * @param end how it ended; empty while it runs, and when nobody saw it end
 */
public record Description(
    ProcessKey key,
    String program,
    String launch,
    Instant started,
    Optional<ProcessIdentity> identity,
    LaunchedCommand command,
    Optional<Instant> running,
    Optional<Instant> ready,
    Optional<ProcessEnd> end) {

  /** Returns the description of a process that is about to be launched. */
  public static Description launching(
      ProcessKey key, String program, Launch launch, LaunchedCommand command) {
    return new Description(
        key,
        program,
        launch.token(),
        launch.time(),
        Optional.empty(),
        command,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Returns this with the identity of the process that was launched. */
  public Description withIdentity(ProcessIdentity who) {
    return new Description(
        key, program, launch, started, Optional.of(who), command, running, ready, end);
  }

  /** Returns this with the moment its task began. */
  public Description withRunning(Instant time) {
    return new Description(
        key, program, launch, started, identity, command, Optional.of(time), ready, end);
  }

  /** Returns this with the moment its task was ready. */
  public Description withReady(Instant time) {
    return new Description(
        key, program, launch, started, identity, command, running, Optional.of(time), end);
  }

  /** Returns this with the way it ended. */
  public Description withEnd(ProcessEnd how) {
    return new Description(
        key, program, launch, started, identity, command, running, ready, Optional.of(how));
  }

  /**
   * One launch among all of a directory.
   *
   * @param token tells it from the others
   * @param time when it began
   */
  public record Launch(String token, Instant time) {}
}
