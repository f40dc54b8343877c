package io.luhproc.slurm;

import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.engine.WorkerStatus.WorkerEnd;
import io.luhproc.engine.WorkerStatus.WorkerEnd.Kind;
import io.luhproc.process.ProcessEnd;
import io.luhproc.slurm.SlurmJob.Exit;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** Tells the status of a worker from its run and from what Slurm says. */
final class StatusMapper {
  private static final int MAX_STANDARD_SIGNAL = 31;

  private StatusMapper() {}

  /**
   * Returns the status of a worker.
   *
   * @param job what Slurm says of the job of the run, or said after its end; empty if nothing
   * @return the status; empty if no job was submitted for the run as far as is known
   */
  static Optional<WorkerStatus> status(Run run, Optional<SlurmJob> job) {
    OptionalLong id = job.map(it -> OptionalLong.of(it.id())).orElse(run.job());
    if (id.isEmpty()) {
      return Optional.empty();
    }
    Optional<WorkerEnd> end =
        job.filter(SlurmJob::isLiving).isPresent() ? Optional.empty() : end(run, job);
    Phase phase = end.isPresent() ? Phase.ENDED : job.map(it -> phase(run, it)).orElse(Phase.LOST);
    return Optional.of(
        new WorkerStatus(
            run.record().key(),
            incarnation(id.getAsLong(), run.directoryName()),
            run.record().token(),
            phase,
            detail(phase, job, id.getAsLong()),
            where(run, job, id.getAsLong()),
            run.record().created(),
            started(run, job),
            end));
  }

  /**
   * Returns the incarnation of a run: the number of its job, and the name of its directory. The
   * number alone names another job when the controller has lost its state.
   */
  static String incarnation(long job, String run) {
    return job + "-" + run;
  }

  private static Phase phase(Run run, SlurmJob job) {
    Phase phase = job.phase();
    boolean isToStop = phase == Phase.STARTING || phase == Phase.RUNNING;
    return isToStop && run.isStopRequested() ? Phase.STOPPING : phase;
  }

  private static Optional<Instant> started(Run run, Optional<SlurmJob> job) {
    // Slurm tells an expected begin of jobs that wait.
    return run.start()
        .map(Run.Start::time)
        .or(() -> job.filter(it -> it.phase() == Phase.RUNNING).flatMap(SlurmJob::started));
  }

  private static Optional<String> where(Run run, Optional<SlurmJob> job, long id) {
    return run.start()
        .flatMap(Run.Start::node)
        .or(() -> job.flatMap(SlurmJob::nodes))
        .map(node -> "node " + node + " (job " + id + ")");
  }

  private static Optional<String> detail(Phase phase, Optional<SlurmJob> job, long id) {
    if (phase == Phase.LOST && job.isEmpty()) {
      return Optional.of(
          "Slurm does not know job " + id + " any more, and its script has recorded no end");
    }
    if (phase == Phase.STARTING || phase == Phase.LOST) {
      return job.map(
          it -> "job " + id + " is " + it.state() + it.reason().map(why -> ": " + why).orElse(""));
    }
    return Optional.empty();
  }

  /** Returns the end of a worker whose job does not live; empty if nothing says so. */
  private static Optional<WorkerEnd> end(Run run, Optional<SlurmJob> job) {
    Optional<Run.End> own = run.end();
    boolean isStopped =
        run.isStopRequested()
            || job.filter(it -> it.state().equals(JobState.CANCELLED)).isPresent();
    boolean isUnstarted = run.start().isEmpty() && own.isEmpty();
    if (own.isPresent()) {
      return Optional.of(scriptEnd(own.get(), job, isStopped));
    }
    Instant time = job.flatMap(SlurmJob::ended).orElse(run.record().created());
    if (isUnstarted && job.filter(it -> isExpired(run, it, time)).isPresent()) {
      return Optional.of(withoutExitCode(Kind.START_FAILED, time, "was not given a place in time"));
    }
    if (isUnstarted && isStopped) {
      return Optional.of(withoutExitCode(Kind.STOPPED, time, "stopped before it started"));
    }
    return job.map(it -> jobEnd(it, time, isUnstarted, isStopped));
  }

  /** Returns whether a job was cancelled because its worker had waited for too long. */
  private static boolean isExpired(Run run, SlurmJob job, Instant time) {
    // Slurm's times are whole seconds.
    return job.state().equals(JobState.CANCELLED)
        && !run.isStopRequested()
        && isExpired(run, time.plusSeconds(1));
  }

  /** Returns whether a worker that does not run at a time has waited for too long. */
  static boolean isExpired(Run run, Instant time) {
    Duration waited = Duration.between(run.record().created(), time);
    return run.record().startTimeout().filter(it -> waited.compareTo(it) >= 0).isPresent();
  }

  private static WorkerEnd scriptEnd(Run.End own, Optional<SlurmJob> job, boolean isStopped) {
    if (own.failure().isPresent()) {
      return withoutExitCode(Kind.START_FAILED, own.time(), own.failure().get());
    }
    if (own.exitCode().isEmpty()) {
      return withoutExitCode(Kind.STOPPED, own.time(), "stopped before it started");
    }
    ProcessEnd process = ProcessEnd.ofExitStatus(own.time(), own.exitCode().getAsInt());
    return job.map(it -> explained(it, process, isStopped))
        .orElse(new WorkerEnd(isStopped ? Kind.STOPPED : Kind.EXITED, process));
  }

  private static WorkerEnd jobEnd(
      SlurmJob job, Instant time, boolean isUnstarted, boolean isStopped) {
    String state = job.state();
    String reason = job.reason().orElse(state);
    Exit exit = job.exit();
    // Another host may see the files of the script late.
    boolean isRun = !isUnstarted || state.equals("COMPLETED") || reason.equals("NonZeroExitCode");
    // Slurm has codes of its own there: 53 if it cannot set the job up, 125 if memory is short.
    boolean isKilled = exit.signal() > 0 && exit.signal() <= MAX_STANDARD_SIGNAL;
    if (state.equals(JobState.BOOT_FAIL)
        || (state.equals(JobState.FAILED) && !isRun && !isKilled)) {
      return withoutExitCode(Kind.START_FAILED, time, "Slurm could not start the job: " + reason);
    }
    if (state.equals(JobState.OUT_OF_MEMORY) && !isKilled) {
      return withoutExitCode(Kind.OUT_OF_MEMORY, time, "out of memory");
    }
    if (state.equals(JobState.NODE_FAIL) || (!isKilled && (!isRun || exit.signal() > 0))) {
      return withoutExitCode(Kind.UNKNOWN, time, "Slurm ended the job: " + reason);
    }
    ProcessEnd process =
        exit.signal() > 0
            ? ProcessEnd.ofSignal(time, exit.signal())
            : ProcessEnd.ofExitStatus(time, exit.code());
    return explained(job, process, isStopped);
  }

  /** Returns an end with what Slurm adds to it. */
  private static WorkerEnd explained(SlurmJob job, ProcessEnd process, boolean isStopped) {
    return switch (job.state()) {
      case JobState.OUT_OF_MEMORY ->
          new WorkerEnd(Kind.OUT_OF_MEMORY, withReason(process, "out of memory"));
      case "TIMEOUT" -> new WorkerEnd(Kind.EXITED, withReason(process, "time limit of Slurm"));
      case "PREEMPTED", "DEADLINE", "REVOKED" ->
          new WorkerEnd(Kind.EXITED, withReason(process, "ended by Slurm: " + job.state()));
      default -> new WorkerEnd(isStopped ? Kind.STOPPED : Kind.EXITED, process);
    };
  }

  private static ProcessEnd withReason(ProcessEnd end, String cause) {
    return new ProcessEnd(
        end.time(), end.exitCode(), end.signal(), end.failure(), end.reason() + " (" + cause + ")");
  }

  private static WorkerEnd withoutExitCode(Kind kind, Instant time, String reason) {
    return new WorkerEnd(kind, ProcessEnd.ofReason(time, reason));
  }
}
