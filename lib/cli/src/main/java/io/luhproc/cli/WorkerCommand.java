package io.luhproc.cli;

import io.luhproc.LuhprocException;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.WorkerInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Base of the worker commands: their options and parameters, their failures and exit codes.
 *
 * <p>The options are built in code instead of annotations, because picocli's reflection takes
 * longer than most commands.
 */
abstract class WorkerCommand implements Callable<Integer> {
  private static final String VERBOSE = "--verbose";
  private static final String OUTPUT = "--output";
  private static final String ENGINE = "--engine";

  private ProcessManager manager;
  private final CommandSpec spec;

  WorkerCommand(ProcessManager manager, String name, String... description) {
    this.manager = manager;
    spec = CommandSpec.wrapWithoutInspection(this).name(name);
    spec.usageMessage().description(description).sortOptions(false);
    spec.addOption(
        OptionSpec.builder("-h", "--help")
            .usageHelp(true)
            .description("Show this help and exit.")
            .build());
    spec.addOption(
        flagOption("Print the stack trace of a failure, as LUHPROC_DEBUG=1 does.", "-v", VERBOSE));
  }

  /** Runs the command and returns its exit code. */
  abstract int run(ParseResult parseResult, Console console);

  /** Returns the exit code of a failure that has no code of its own. */
  ExitCode fallbackExitCode() {
    return ExitCode.FAILURE;
  }

  final CommandSpec spec() {
    return spec;
  }

  final ProcessManager manager() {
    return manager;
  }

  @Override
  public final Integer call() {
    ParseResult parseResult = spec.commandLine().getParseResult();
    boolean verbose = hasOption(parseResult, VERBOSE);
    String engine = optionValue(parseResult, ENGINE);
    Console console = Console.of(spec.commandLine(), verbose);
    try {
      if (engine != null) {
        manager = onEngine(engine);
      }
      return console.finish(runAndReport(parseResult, console));
    } finally {
      console.flush();
    }
  }

  private ProcessManager onEngine(String address) {
    try {
      return manager.onEngine(address);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private int runAndReport(ParseResult parseResult, Console console) {
    try {
      return run(parseResult, console);
    } catch (LuhprocException e) {
      return report(e, console);
    } catch (ParameterException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      console.printFailure(e);
      return fallbackExitCode().code();
    }
  }

  /** Prints a failure and returns its exit code. */
  final int report(LuhprocException failure, Console console) {
    console.printFailure(failure);
    ExitCode code = ExitCode.of(failure);
    return (code == ExitCode.FAILURE ? fallbackExitCode() : code).code();
  }

  /** Returns an exception for wrong usage, which the handler of the app prints. */
  final ParameterException usageError(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  final void addOptionalTaskParameter(String description) {
    addTaskParameter("TASK", "0..1", description);
  }

  /**
   * Adds the parameters {@code TASK ID...} or {@code TASK/ID...}.
   *
   * @param idLabel how the usage shows what follows the task
   * @param idDescription what follows the task
   */
  final void addWorkerParameters(String idLabel, String idDescription) {
    addTaskParameter("TASK[/ID]", "1", "Name of the task, as registered by the app.");
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("1..*")
            .arity("0..*")
            .type(String[].class)
            .paramLabel(idLabel)
            .hideParamSyntax(true)
            .description(idDescription)
            .build());
  }

  private void addTaskParameter(String label, String arity, String description) {
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0")
            .arity(arity)
            .required(arity.equals("1"))
            .type(String.class)
            .paramLabel(label)
            .completionCandidates(manager.tasks())
            .description(description)
            .build());
  }

  /** Adds the option that chooses where the workers run. */
  final void addEngineOption() {
    spec.addOption(
        valueOption(
                "ADDRESS",
                "Engine that runs the workers: local:, k8s:NAMESPACE or slurm:PARTITION; default:"
                    + " $LUHPROC_ENGINE, else local:.",
                ENGINE)
            .build());
  }

  final void addOutputOption() {
    spec.addOption(
        valueOption("FORMAT", "Output format: table or json; default table.", "-o", OUTPUT)
            .completionCandidates(Format.NAMES)
            .build());
  }

  static OptionSpec flagOption(String description, String... names) {
    return OptionSpec.builder(names).type(boolean.class).description(description).build();
  }

  static OptionSpec.Builder valueOption(String label, String description, String... names) {
    return OptionSpec.builder(names)
        .type(String.class)
        .arity("1")
        .paramLabel(label)
        .description(description);
  }

  static OptionSpec.Builder listOption(String label, String description, String... names) {
    return valueOption(label, description, names).type(String[].class);
  }

  static String task(ParseResult parseResult) {
    return parseResult.matchedPositionalValue(0, "");
  }

  /** Returns the words of the positional parameters. */
  static List<String> words(ParseResult parseResult) {
    List<String> words = new ArrayList<>();
    if (parseResult.hasMatchedPositional(0)) {
      words.add(task(parseResult));
    }
    words.addAll(List.of(parseResult.matchedPositionalValue(1, new String[0])));
    return words;
  }

  /** Returns whether no worker is named yet: there is no ID, and the first word is no TASK/ID. */
  boolean lacksId(ParseResult parseResult) {
    List<String> words = words(parseResult);
    return spec.positionalParameters().size() > 1
        && words.size() < 2
        && words.stream().noneMatch(WorkerRef::isComplete);
  }

  /** Returns how many words follow {@code --}, which picocli removes. */
  final int wordsAfterDelimiter() {
    List<String> all = spec.root().commandLine().getParseResult().expandedArgs();
    int delimiter = all.indexOf("--");
    return delimiter < 0 ? 0 : all.size() - delimiter - 1;
  }

  /**
   * Returns the workers of the command line.
   *
   * @throws io.luhproc.worker.UnknownTaskException if a task is not registered
   */
  final List<WorkerRef> workers(List<String> words) {
    List<String> tasks = manager.tasks();
    if (!words.isEmpty() && !WorkerRef.isComplete(words.get(0)) && !tasks.contains(words.get(0))) {
      List<WorkerInfo> ignored = manager.list(words.get(0)); // throws, and names the tasks
    }
    List<WorkerRef> workers = WorkerRef.parse(words, tasks);
    for (WorkerRef worker : workers) {
      if (!tasks.contains(worker.task())) {
        List<WorkerInfo> ignored = manager.list(worker.task());
      }
    }
    return workers;
  }

  /**
   * Returns a worker.
   *
   * @throws MissingWorkerException if it does not exist
   */
  final WorkerInfo find(WorkerRef worker) {
    Optional<WorkerInfo> info = manager.info(worker.task(), worker.id());
    if (info.isEmpty()) {
      throw missing(worker);
    }
    return info.get();
  }

  final MissingWorkerException missing(WorkerRef worker) {
    return MissingWorkerException.of(
        worker, manager.list(worker.task()).stream().map(WorkerInfo::id).sorted().toList());
  }

  static boolean hasOption(ParseResult parseResult, String option) {
    return parseResult.hasMatchedOption(option);
  }

  static @Nullable String optionValue(ParseResult parseResult, String option) {
    return parseResult.matchedOptionValue(option, null);
  }

  static String[] optionValues(ParseResult parseResult, String option) {
    return parseResult.matchedOptionValue(option, new String[0]);
  }

  final Format format(ParseResult parseResult) {
    String name = optionValue(parseResult, OUTPUT);
    return name == null ? Format.TABLE : Format.of(name);
  }

  static void print(WorkerInfo worker, Format format, Console console) {
    switch (format) {
      case TABLE -> console.print(WorkerFormatter.format(worker));
      case JSON -> {
        try (WorkerJson json = new WorkerJson(console.out())) {
          json.writeWorker(worker);
        }
      }
    }
  }

  /**
   * Prints a worker in one line, or as its format says if the command line names one.
   *
   * @param event what has happened to it, such as {@code started}
   */
  static void print(
      WorkerInfo worker, String event, ParseResult parseResult, Format format, Console console) {
    if (hasOption(parseResult, OUTPUT)) {
      print(worker, format, console);
    } else {
      console.print(WorkerFormatter.format(worker, event));
    }
  }

  /** Output format of data. */
  enum Format {
    TABLE,
    JSON;

    static final List<String> NAMES = List.of("table", "json");

    static Format of(String name) {
      return switch (name) {
        case "table" -> TABLE;
        case "json" -> JSON;
        default ->
            throw new IllegalArgumentException("--output (" + name + ") must be table or json");
      };
    }
  }
}
