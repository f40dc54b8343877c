package io.luhproc.directory;

import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import java.time.Instant;
import java.util.Optional;

/**
 * What {@code process.properties} says of a process. {@link ProcessRecordFormat} is its form on
 * disk.
 *
 * @param key what the process is called
 * @param program the app it belongs to: its main class, or its executable
 * @param launchToken tells this launch from every other one of the same directory
 * @param startedAt when it was launched
 * @param identity which process it is; empty while it is being launched
 * @param command what was launched
 * @param runningAt when its task began
 * @param readyAt when its task said that it is ready
 * @param end how it ended; empty while it runs, and when nobody saw it end
 */
public record ProcessRecord(
    ProcessKey key,
    String program,
    String launchToken,
    Instant startedAt,
    Optional<ProcessIdentity> identity,
    LaunchedCommand command,
    Optional<Instant> runningAt,
    Optional<Instant> readyAt,
    Optional<ProcessEnd> end) {

  /** Returns the description of a process that is about to be launched. */
  public static ProcessRecord forLaunch(
      ProcessKey key, String program, Launch launch, LaunchedCommand command) {
    return new ProcessRecord(
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
  public ProcessRecord withIdentity(ProcessIdentity newIdentity) {
    return new ProcessRecord(
        key,
        program,
        launchToken,
        startedAt,
        Optional.of(newIdentity),
        command,
        runningAt,
        readyAt,
        end);
  }

  /** Returns this with the moment its task began. */
  public ProcessRecord withRunningAt(Instant time) {
    return new ProcessRecord(
        key, program, launchToken, startedAt, identity, command, Optional.of(time), readyAt, end);
  }

  /** Returns this with the moment its task was ready. */
  public ProcessRecord withReadyAt(Instant time) {
    return new ProcessRecord(
        key, program, launchToken, startedAt, identity, command, runningAt, Optional.of(time), end);
  }

  /** Returns this with the way it ended. */
  public ProcessRecord withEnd(ProcessEnd newEnd) {
    return new ProcessRecord(
        key,
        program,
        launchToken,
        startedAt,
        identity,
        command,
        runningAt,
        readyAt,
        Optional.of(newEnd));
  }

  /**
   * One launch among all of a directory.
   *
   * @param token tells it from the others
   * @param time when it began
   */
  public record Launch(String token, Instant time) {}
}
