package io.luhproc.slurm;

import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.EngineUnavailableException;
import io.luhproc.slurm.CommandRunner.Output;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The jobs of this user, as the commands of Slurm show them, for one call of the engine. */
final class JobQueue {
  /** Asks the script of a job to stop its worker; Slurm itself never sends it. */
  static final String STOP_SIGNAL = "USR2";

  // Messages about connections, about munge, and of a controller that is not ready (slurm_errno.c).
  private static final Pattern NO_ANSWER =
      Pattern.compile(
          "(?i)unable to contact|timed out|connection|zero bytes|unexpected message|temporarily|"
              + "standby|authentication|munge|communication|insane message|configuration source|"
              + "being reconfigured|draining|system is not available|dns srv");
  // The job has begun or ended since squeue showed it.
  private static final Pattern CHANGED_MEANWHILE =
      Pattern.compile(
          "(?i)invalid job id|already|cannot be altered|can not be altered|pending|not running");
  private static final Pattern JOB_ID = Pattern.compile("(?m)^([1-9][0-9]*)(;.*)?$");
  private static final Pattern MARK =
      Pattern.compile("luhproc:1:([a-z0-9-]{1,80}):([0-9a-f]{1,64})");

  private final SlurmSettings settings;
  private final CommandRunner runner;

  JobQueue(SlurmSettings settings) {
    this.settings = settings;
    this.runner = new CommandRunner(settings.environment(), settings.callLimit());
  }

  /**
   * A job of a worker.
   *
   * @param name its name
   * @param run the name of the run's directory
   */
  record Marked(SlurmJob job, String name, String run) {}

  /** Returns the jobs of workers that Slurm knows, of all names or of one. */
  List<Marked> jobs(Optional<String> name) {
    // Names and comments of other jobs may contain anything, but not this.
    String separator = "|" + UUID.randomUUID() + "|";
    List<String> command = new ArrayList<>();
    command.addAll(List.of("squeue", "--me", "--noheader", "--states=all"));
    name.ifPresent(it -> command.add("--name=" + it));
    command.add(
        "--Format="
            + List.of(
                    "JobID",
                    "State",
                    "Reason",
                    "exit_code",
                    "StartTime",
                    "EndTime",
                    "NodeList",
                    "Comment")
                .stream()
                .map(field -> field + ":" + separator)
                .collect(Collectors.joining(",")));
    Output output = runner.run(command);
    if (!output.isSuccess()) {
      throw unavailable("list jobs", output);
    }
    return parse(output.out(), separator);
  }

  /**
   * Reads what squeue printed, in which a separator ends each field.
   *
   * @throws EngineUnavailableException if it is not complete
   */
  static List<Marked> parse(String text, String separator) {
    String[] fields = text.split(Pattern.quote(separator), -1);
    int columns = SlurmJob.FIELDS + 1;
    if ((fields.length - 1) % columns != 0 || !fields[fields.length - 1].isBlank()) {
      throw new EngineUnavailableException(
          "cannot list jobs: the output of squeue ends early; try again");
    }
    List<Marked> result = new ArrayList<>();
    for (int i = 0; i + columns < fields.length; i += columns) {
      Matcher mark = MARK.matcher(fields[i + SlurmJob.FIELDS]);
      if (mark.matches()) {
        List<String> job = new ArrayList<>(Arrays.asList(fields).subList(i, i + SlurmJob.FIELDS));
        // The line feed after the job before.
        job.set(0, job.get(0).strip());
        result.add(new Marked(read(job), mark.group(1), mark.group(2)));
      }
    }
    return result;
  }

  private static SlurmJob read(List<String> fields) {
    try {
      return SlurmJob.of(fields);
    } catch (IllegalArgumentException e) {
      throw new EngineUnavailableException(
          "cannot list jobs: squeue printed " + fields + "; is it squeue of Slurm 20.11 or later?",
          e);
    }
  }

  /** Returns the comment that marks a job. */
  static String mark(String name, String run) {
    return "luhproc:1:" + name + ":" + run;
  }

  /**
   * Submits a job that runs when all earlier jobs with its name have ended.
   *
   * @param variables the environment of the job, which sbatch passes on by the network: its values
   *     are neither on a command line nor in a file of ours
   * @return the number of the job
   */
  long submit(String name, Path run, Path script, Map<String, String> variables, String mark) {
    List<String> command = new ArrayList<>(List.of("sbatch", "--parsable"));
    command.addAll(sbatchOptions(variables));
    command.addAll(
        List.of(
            "--job-name=" + name,
            "--comment=" + mark,
            "--dependency=singleton",
            "--chdir=" + run,
            "--output=" + run.resolve(Run.JOB_LOG),
            "--error=" + run.resolve(Run.JOB_LOG),
            "--open-mode=append"));
    Output output = runner.run(command, sbatchVariables(variables), script);
    Matcher id = JOB_ID.matcher(output.out());
    if (output.isSuccess() && id.find()) {
      return Long.parseLong(id.group(1));
    }
    if (output.isSuccess()) {
      throw unavailable("submit a job", output);
    }
    throw failure("submit a job", output, "see sinfo, and sbatch(1) for " + SlurmSettings.OPTIONS);
  }

  /** Asks Slurm whether it would accept a job, and starts nothing. */
  Optional<String> refusal() {
    List<String> command = new ArrayList<>(List.of("sbatch", "--test-only", "--wrap=:"));
    command.addAll(sbatchOptions(Map.of()));
    Output output = runner.run(command, sbatchVariables(Map.of()), CommandRunner.NO_INPUT);
    return output.isSuccess() ? Optional.empty() : Optional.of(output.message());
  }

  private List<String> sbatchOptions(Map<String, String> variables) {
    List<String> options = new ArrayList<>(settings.options(variables));
    if (!settings.partition().isEmpty()) {
      options.add("--partition=" + settings.partition());
    }
    options.addAll(List.of("--no-requeue", "--export=ALL", "--ignore-pbs"));
    return options;
  }

  /**
   * Returns the variables of sbatch, which are those of the job. SBATCH_ variables are options of
   * sbatch; SLURM_ variables are those of a job, which would be another one.
   */
  private Map<String, String> sbatchVariables(Map<String, String> variables) {
    Map<String, String> result = new HashMap<>();
    settings
        .environment()
        .forEach(
            (name, value) -> {
              if (name.startsWith("SBATCH_") || name.equals("SLURM_CONF")) {
                result.put(name, value);
              }
            });
    result.putAll(variables);
    result
        .keySet()
        .removeAll(List.of("SBATCH_ARRAY_INX", "SBATCH_WAIT", "SBATCH_CLUSTERS", "SLURM_CLUSTERS"));
    return result;
  }

  /** Cancels a job unless it has begun. */
  void cancelPending(long id) {
    act("cancel", id, "--state=PENDING");
  }

  /** Cancels a job whose nodes are being prepared. */
  void cancel(long id) {
    act("cancel", id);
  }

  /** Sends the stop signal to the script of a job, and to no other process of it. */
  void signalScript(long id) {
    act("signal", id, "--batch", "--signal=" + STOP_SIGNAL);
  }

  private void act(String what, long id, String... options) {
    List<String> command = new ArrayList<>(List.of("scancel"));
    command.addAll(List.of(options));
    command.add(Long.toString(id));
    Output output = runner.run(command);
    if (!output.isSuccess() && !CHANGED_MEANWHILE.matcher(output.message()).find()) {
      throw failure(what + " job " + id, output, "see scancel(1)");
    }
  }

  /** Returns the facts about the cluster. */
  ClusterFacts facts() {
    Output output = runner.run(List.of("scontrol", "show", "config"));
    if (!output.isSuccess()) {
      throw unavailable("read the configuration of Slurm", output);
    }
    return ClusterFacts.parse(output.out());
  }

  /** Returns what Slurm says about the partition, or about all if there is none. */
  Output showPartition() {
    List<String> command = new ArrayList<>(List.of("scontrol", "--oneliner", "show", "partition"));
    if (!settings.partition().isEmpty()) {
      command.add(settings.partition());
    }
    return runner.run(command);
  }

  /**
   * Returns jobs that the accounting of Slurm knows. It keeps them when the controller has
   * forgotten them.
   *
   * @param names the names that the jobs must have, by their numbers
   */
  List<SlurmJob> accounted(Map<Long, String> names) {
    if (names.isEmpty()) {
      return List.of();
    }
    Output output = runner.run(accountingCommand(names.keySet()));
    if (!output.isSuccess()) {
      throw unavailable("read the accounting of Slurm", output);
    }
    return parseAccounting(output.out(), names);
  }

  private static List<String> accountingCommand(Collection<Long> ids) {
    String list = ids.stream().map(String::valueOf).collect(Collectors.joining(","));
    return List.of(
        "sacct",
        "--noheader",
        "--parsable2",
        "--allocations",
        "--jobs=" + list,
        "--format=JobIDRaw,State,Reason,ExitCode,Start,End,NodeList,JobName");
  }

  /** Reads what sacct printed; lines of other jobs and of steps are skipped. */
  static List<SlurmJob> parseAccounting(String text, Map<Long, String> names) {
    List<SlurmJob> result = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      String[] fields = line.split("\\|", SlurmJob.FIELDS + 1);
      if (fields.length == SlurmJob.FIELDS + 1 && fields[0].matches("[1-9][0-9]{0,17}")) {
        SlurmJob job = read(Arrays.asList(fields).subList(0, SlurmJob.FIELDS));
        if (fields[SlurmJob.FIELDS].equals(names.get(job.id()))) {
          result.add(job);
        }
      }
    }
    return result;
  }

  private static EngineUnavailableException unavailable(String what, Output output) {
    return new EngineUnavailableException(
        "cannot %s: %s; look at Slurm with scontrol ping".formatted(what, output.message()));
  }

  private static RuntimeException failure(String what, Output output, String remedy) {
    return NO_ANSWER.matcher(output.message()).find()
        ? unavailable(what, output)
        : new EngineRefusedException("cannot %s: %s; %s".formatted(what, output.message(), remedy));
  }
}
