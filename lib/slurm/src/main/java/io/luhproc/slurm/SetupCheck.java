package io.luhproc.slurm;

import io.luhproc.LuhprocException;
import io.luhproc.engine.EngineProblem;
import io.luhproc.slurm.CommandRunner.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks for what keeps workers from running; starts nothing. */
final class SetupCheck {
  private static final List<String> COMMANDS = List.of("sbatch", "squeue", "scancel", "scontrol");
  private static final String SEPARATOR = "; ";

  private final SlurmSettings settings;
  private final List<EngineProblem> problems = new ArrayList<>();

  SetupCheck(SlurmSettings settings) {
    this.settings = settings;
  }

  List<EngineProblem> problems() {
    checkCommands();
    attempt(this::checkDirectory);
    if (problems.isEmpty()) {
      attempt(this::checkController);
    }
    return List.copyOf(problems);
  }

  private void checkCommands() {
    CommandRunner runner = new CommandRunner(settings.environment(), settings.callLimit());
    List<String> missing = COMMANDS.stream().filter(it -> runner.lookUp(it).isEmpty()).toList();
    if (!missing.isEmpty()) {
      problems.add(
          new EngineProblem(
              "not on PATH: " + String.join(", ", missing),
              "use a host that may submit jobs, or install Slurm's client commands"));
    }
  }

  private void checkDirectory() {
    new RunStore(settings, "").check();
  }

  private void checkController() {
    JobQueue queue = new JobQueue(settings);
    ClusterFacts ignored = queue.facts();
    partitionProblem(queue.showPartition()).ifPresent(problems::add);
    if (problems.isEmpty()) {
      submissionProblem(queue).ifPresent(problems::add);
    }
  }

  private Optional<EngineProblem> partitionProblem(Output shown) {
    String partition = settings.partition();
    // sbatch checks a list of partitions.
    if (partition.contains(",")) {
      return Optional.empty();
    }
    String remedy = "see sinfo, and use slurm:PARTITION";
    if (!shown.isSuccess()) {
      return Optional.of(new EngineProblem(shown.message(), remedy));
    }
    Optional<String> line =
        Stream.of(shown.out().split("\n", -1))
            .filter(it -> !partition.isEmpty() || it.contains(" Default=YES "))
            .findFirst();
    if (line.isEmpty()) {
      return Optional.of(new EngineProblem("there is no default partition", remedy));
    }
    return line.get().contains(" State=UP ")
        ? Optional.empty()
        : Optional.of(
            new EngineProblem("partition " + partition + " is not up: jobs wait in it", remedy));
  }

  private static Optional<EngineProblem> submissionProblem(JobQueue queue) {
    return queue
        .refusal()
        .map(
            it ->
                new EngineProblem(
                    "Slurm refuses jobs: " + it,
                    "see sinfo, and set " + SlurmSettings.OPTIONS + " (sbatch(1))"));
  }

  private void attempt(Runnable check) {
    try {
      check.run();
    } catch (LuhprocException e) {
      String message = String.valueOf(e.getMessage());
      int end = message.lastIndexOf(SEPARATOR);
      problems.add(
          end < 0
              ? new EngineProblem(message, "see the log of this app")
              : new EngineProblem(
                  message.substring(0, end), message.substring(end + SEPARATOR.length())));
    }
  }
}
