package io.luhproc.slurm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The directory of a run. Its files:
 *
 * <ul>
 *   <li>{@code record}: which worker it is, see {@link RunRecord}
 *   <li>{@code script}: the script of the job, see {@link JobScript}
 *   <li>{@code job}: the number of the job, once it is submitted
 *   <li>{@code started}: number and node of the job, written by the script; it exists at most once,
 *       so that a run never begins twice
 *   <li>{@code stop}: a stop was requested, with the grace period in seconds
 *   <li>{@code end}: {@code exit CODE}, {@code failed REASON} or {@code stopped}, written by the
 *       script
 *   <li>{@code final}: what Slurm said of the job after its end, see {@link SlurmJob#fields()}
 *   <li>{@code out.log}, {@code err.log}: the output of the worker
 *   <li>{@code job.log}: messages of Slurm and of the script
 * </ul>
 *
 * @param path the directory
 * @param name the name of the job, which all runs of the worker have
 * @param record which worker it is
 * @param start when its script began; empty before
 * @param job the number of the job, if one has been seen
 */
record Run(Path path, String name, RunRecord record, Optional<Start> start, OptionalLong job) {
  static final String RECORD = "record";
  static final String SCRIPT = "script";
  static final String JOB_LOG = "job.log";

  private static final Pattern STARTED = Pattern.compile("([1-9][0-9]{0,17}) (\\S*)\n");
  private static final Pattern JOB = Pattern.compile("([1-9][0-9]{0,17})\n");
  private static final Pattern END = Pattern.compile("(exit|failed|stopped) ?(.*)\n");
  private static final String FIELD_END = "\n";

  /** When and where the script began. */
  record Start(Optional<String> node, Instant time) {}

  /**
   * How the worker ended, as its script saw it.
   *
   * @param exitCode the exit code of the worker, 128 + signal number if a signal killed it; empty
   *     if it did not start
   * @param failure why it did not start; empty if a stop was the reason
   */
  record End(OptionalInt exitCode, Optional<String> failure, Instant time) {}

  /** Returns the name of the directory, which stands for the token of the run. */
  String directoryName() {
    return path.getFileName().toString();
  }

  /**
   * Reads a run. Job and start are read now: a list of jobs that is made later has the job, unless
   * Slurm has forgotten it.
   *
   * @param name the name of the job
   * @return the run; empty if there is none in the directory
   */
  static Optional<Run> read(Path path, String name) {
    Optional<RunRecord> record = PrivateFiles.read(path.resolve(RECORD)).flatMap(RunRecord::parse);
    if (record.isEmpty()) {
      return Optional.empty();
    }
    String text = PrivateFiles.read(path.resolve("started")).orElse("");
    Matcher started = STARTED.matcher(text);
    // Nothing is in the file if the disk was full; the script has begun all the same.
    boolean isComplete = started.matches();
    Optional<String> node = isComplete ? Optional.of(started.group(2)) : Optional.empty();
    Optional<Start> start = time(path.resolve("started")).map(time -> new Start(node, time));
    Matcher job =
        isComplete ? started : JOB.matcher(PrivateFiles.read(path.resolve("job")).orElse(""));
    OptionalLong id =
        isComplete || job.matches()
            ? OptionalLong.of(Long.parseLong(job.group(1)))
            : OptionalLong.empty();
    return Optional.of(new Run(path, name, record.get(), start, id));
  }

  Optional<End> end() {
    Matcher matcher = END.matcher(PrivateFiles.read(file("end")).orElse(""));
    return matcher.matches() ? time(file("end")).map(time -> end(matcher, time)) : Optional.empty();
  }

  private static End end(Matcher matcher, Instant time) {
    return switch (matcher.group(1)) {
      case "exit" -> new End(exitCode(matcher.group(2)), Optional.empty(), time);
      case "failed" -> new End(OptionalInt.empty(), Optional.of(matcher.group(2)), time);
      default -> new End(OptionalInt.empty(), Optional.empty(), time);
    };
  }

  private static OptionalInt exitCode(String text) {
    return text.matches("[0-9]{1,3}")
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }

  boolean isStopRequested() {
    return Files.exists(file("stop"), LinkOption.NOFOLLOW_LINKS);
  }

  void requestStop(Duration grace) {
    write("stop", JobScript.seconds(grace) + "\n");
  }

  void submitted(long job) {
    write("job", job + "\n");
  }

  /** Returns what Slurm said of the job after its end, if that was kept. */
  Optional<SlurmJob> finalJob() {
    return PrivateFiles.read(file("final")).flatMap(Run::parseJob);
  }

  private static Optional<SlurmJob> parseJob(String text) {
    try {
      List<String> lines = Arrays.asList(text.split(FIELD_END, -1));
      return Optional.of(SlurmJob.of(lines.subList(0, SlurmJob.FIELDS)));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  /** Keeps what Slurm says of the job after its end: Slurm forgets it (MinJobAge in slurm.conf). */
  void keep(SlurmJob ended) {
    write("final", String.join(FIELD_END, ended.fields()) + FIELD_END);
  }

  Path file(String name) {
    return path.resolve(name);
  }

  private static Optional<Instant> time(Path file) {
    try {
      return PrivateFiles.attributes(file).map(it -> it.lastModifiedTime().toInstant());
    } catch (IOException e) {
      throw PrivateFiles.unavailable(file, e);
    }
  }

  private void write(String name, String text) {
    try {
      PrivateFiles.write(file(name), text);
    } catch (IOException e) {
      throw PrivateFiles.unavailable(file(name), e);
    }
  }
}
