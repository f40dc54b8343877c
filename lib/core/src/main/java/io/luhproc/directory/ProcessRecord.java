package io.luhproc.directory;

import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.LimitMarker;
import java.time.Instant;
import java.util.Optional;

/**
 * The record of a process, stored in {@code process.properties}. {@link ProcessRecordFormat} is its
 * format on disk.
 *
 * @param key app, task and id
 * @param program the app it belongs to: its main class, or its executable
 * @param launchToken unique among the launches of its directory
 * @param limitMarker the limit marker of its processes; empty if it was launched without one
 * @param startedAt when it was launched
 * @param identity its identity; empty during the launch
 * @param command the command
 * @param runningAt when its task began; empty before
 * @param readyAt when its task reported that it is ready; empty before
 * @param classArchive whether it uses a class archive, and if not why; empty if it is no worker
 * @param end how it ended; empty while it runs, and if its end was not observed
 * @param remote the engine that runs it; empty if it runs on this machine
 */
public record ProcessRecord(
    ProcessKey key,
    String program,
    String launchToken,
    Optional<LimitMarker> limitMarker,
    Instant startedAt,
    Optional<ProcessIdentity> identity,
    LaunchedCommand command,
    Optional<Instant> runningAt,
    Optional<Instant> readyAt,
    Optional<String> classArchive,
    Optional<ProcessEnd> end,
    Optional<Remote> remote) {

  /** Returns the record of a process that is about to be launched. */
  public static ProcessRecord forLaunch(
      ProcessKey key, String program, Launch launch, LaunchedCommand command) {
    return new ProcessRecord(
        key,
        program,
        launch.token(),
        Optional.empty(),
        launch.time(),
        Optional.empty(),
        command,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Returns the launch that this record is about. */
  public RecordedLaunch launch() {
    return new RecordedLaunch(key, launchToken);
  }

  /** Returns whether this and another record are about the same launch. */
  public boolean isSameLaunch(ProcessRecord other) {
    return launch().equals(other.launch());
  }

  /** Returns whether an engine may still run the process. */
  public boolean isUnfinishedOnEngine() {
    return remote.isPresent() && end.isEmpty();
  }

  /** Returns this record with a limit marker. */
  public ProcessRecord withLimitMarker(Optional<LimitMarker> newMarker) {
    Copy copy = new Copy();
    copy.limitMarker = newMarker;
    return copy.build();
  }

  /** Returns this record with an identity. */
  public ProcessRecord withIdentity(ProcessIdentity newIdentity) {
    Copy copy = new Copy();
    copy.identity = Optional.of(newIdentity);
    return copy.build();
  }

  /** Returns this record with the time its task began. */
  public ProcessRecord withRunningAt(Instant time) {
    Copy copy = new Copy();
    copy.runningAt = Optional.of(time);
    return copy.build();
  }

  /** Returns this record with the time its task was ready. */
  public ProcessRecord withReadyAt(Instant time) {
    Copy copy = new Copy();
    copy.readyAt = Optional.of(time);
    return copy.build();
  }

  /** Returns this record with whether it uses a class archive, and if not why. */
  public ProcessRecord withClassArchive(Optional<String> newClassArchive) {
    Copy copy = new Copy();
    copy.classArchive = newClassArchive;
    return copy.build();
  }

  /** Returns this record with the end of the process. */
  public ProcessRecord withEnd(ProcessEnd newEnd) {
    Copy copy = new Copy();
    copy.end = Optional.of(newEnd);
    return copy.build();
  }

  /** Returns this record with the engine that runs the process. */
  public ProcessRecord withRemote(Remote newRemote) {
    Copy copy = new Copy();
    copy.remote = Optional.of(newRemote);
    return copy.build();
  }

  /** A copy of this record, of which a part may be replaced. */
  private final class Copy {
    private Optional<LimitMarker> limitMarker = ProcessRecord.this.limitMarker;
    private Optional<ProcessIdentity> identity = ProcessRecord.this.identity;
    private Optional<Instant> runningAt = ProcessRecord.this.runningAt;
    private Optional<Instant> readyAt = ProcessRecord.this.readyAt;
    private Optional<String> classArchive = ProcessRecord.this.classArchive;
    private Optional<ProcessEnd> end = ProcessRecord.this.end;
    private Optional<Remote> remote = ProcessRecord.this.remote;

    ProcessRecord build() {
      return new ProcessRecord(
          key,
          program,
          launchToken,
          limitMarker,
          startedAt,
          identity,
          command,
          runningAt,
          readyAt,
          classArchive,
          end,
          remote);
    }
  }

  /**
   * The run of a process on an engine.
   *
   * @param engine the address of the engine, such as {@code k8s:batch}
   * @param incarnation identifies the run; empty until the engine has accepted the start
   * @param where the place that it runs at, if the engine has said so
   */
  public record Remote(String engine, Optional<String> incarnation, Optional<String> where) {}

  /**
   * A launch of a process.
   *
   * @param token unique among the launches of a directory
   * @param time when it began
   */
  public record Launch(String token, Instant time) {}
}
