package io.luhproc.slurm;

import io.luhproc.engine.WorkerStatus.Phase;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Slurm says about a job.
 *
 * @param id the number of the job, which Slurm may use again when its controller has lost its state
 * @param state its state, such as {@code PENDING}
 * @param reason why it is in that state; empty if Slurm names no reason
 * @param exit how its script ended, if it has
 * @param started when it began; empty before
 * @param ended when it ended; empty before
 * @param nodes the nodes that it has or had
 */
record SlurmJob(
    long id,
    String state,
    Optional<String> reason,
    Exit exit,
    Optional<Instant> started,
    Optional<Instant> ended,
    Optional<String> nodes) {
  static final int FIELDS = 7;

  private static final Pattern ID = Pattern.compile("[1-9][0-9]{0,17}");
  private static final Pattern TIME = Pattern.compile("[0-9]{1,12}");
  private static final Pattern EXIT = Pattern.compile("([0-9]{1,3}):([0-9]{1,3})|([0-9]{1,9})");
  private static final Pattern STATE = Pattern.compile("([A-Z_]+)\\+?( .*)?");

  /**
   * How the script of a job ended.
   *
   * @param code its exit code, if no signal killed it
   * @param signal the signal that killed it, or 0
   */
  record Exit(int code, int signal) {}

  boolean isLiving() {
    return phase() != Phase.ENDED;
  }

  Phase phase() {
    return JobState.phase(state);
  }

  /**
   * Reads the fields id, state, reason, exit code, begin, end and nodes.
   *
   * @throws IllegalArgumentException if a field is not as Slurm prints it
   */
  static SlurmJob of(List<String> fields) {
    Matcher state = STATE.matcher(fields.get(1));
    if (fields.size() != FIELDS || !ID.matcher(fields.get(0)).matches() || !state.matches()) {
      throw new IllegalArgumentException("fields " + fields + " do not describe a job");
    }
    return new SlurmJob(
        Long.parseLong(fields.get(0)),
        state.group(1),
        text(fields.get(2)),
        exit(fields.get(3)),
        time(fields.get(4)),
        time(fields.get(5)),
        text(fields.get(6)));
  }

  /** Returns the fields that {@link #of} reads. */
  List<String> fields() {
    return List.of(
        Long.toString(id),
        state,
        reason.orElse(""),
        exit.code() + ":" + exit.signal(),
        started.map(it -> Long.toString(it.getEpochSecond())).orElse(""),
        ended.map(it -> Long.toString(it.getEpochSecond())).orElse(""),
        nodes.orElse(""));
  }

  private static Optional<String> text(String field) {
    boolean isMissing = field.isEmpty() || field.equals("None") || field.equals("(null)");
    return isMissing ? Optional.empty() : Optional.of(field);
  }

  private static Optional<Instant> time(String field) {
    boolean isTime = TIME.matcher(field).matches() && !field.equals("0");
    return isTime ? Optional.of(Instant.ofEpochSecond(Long.parseLong(field))) : Optional.empty();
  }

  /** Slurm prints {@code 7:0}; squeue before 23.02 prints the wait status, see wait(2). */
  private static Exit exit(String field) {
    Matcher matcher = EXIT.matcher(field);
    if (!matcher.matches()) {
      return new Exit(0, 0);
    }
    if (matcher.group(3) == null) {
      return new Exit(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }
    int status = Integer.parseInt(matcher.group(3));
    return new Exit(status >> 8 & 0xff, status & 0x7f);
  }
}
