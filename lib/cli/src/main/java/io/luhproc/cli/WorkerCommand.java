package io.luhproc.cli;

import io.luhproc.LuhprocException;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.WorkerInfo;
import java.util.List;
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

  private final ProcessManager manager;
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
    Console console = Console.of(spec.commandLine(), System.getenv(), verbose);
    try {
      return console.finish(runAndReport(parseResult, console));
    } finally {
      console.flush();
    }
  }

  private int runAndReport(ParseResult parseResult, Console console) {
    try {
      return run(parseResult, console);
    } catch (LuhprocException e) {
      console.printFailure(e);
      ExitCode code = ExitCode.of(e);
      return (code == ExitCode.FAILURE ? fallbackExitCode() : code).code();
    } catch (ParameterException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      console.printUnexpectedFailure(e);
      return fallbackExitCode().code();
    }
  }

  /** Returns an exception for wrong usage, which the handler of the app prints. */
  final ParameterException usageError(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  final void addTaskParameter() {
    spec.addPositional(buildTaskParameter("0", "1", "Name of the task, as registered by the app."));
  }

  final void addOptionalTaskParameter(String description) {
    spec.addPositional(buildTaskParameter("0", "0..1", description));
  }

  private PositionalParamSpec buildTaskParameter(String index, String arity, String description) {
    return PositionalParamSpec.builder()
        .index(index)
        .arity(arity)
        .required(arity.equals("1"))
        .type(String.class)
        .paramLabel("TASK")
        .completionCandidates(manager.tasks())
        .description(description)
        .build();
  }

  final void addIdParameter(String arity, String description) {
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("1")
            .arity(arity)
            .required(arity.equals("1"))
            .type(String.class)
            .paramLabel("ID")
            .description(description)
            .build());
  }

  final void addArgumentsParameter() {
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("2..*")
            .arity("0..*")
            .type(String[].class)
            .paramLabel("[-- ARGS...]")
            .hideParamSyntax(true)
            .description("Arguments of the task.")
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

  static String id(ParseResult parseResult) {
    return parseResult.matchedPositionalValue(1, "");
  }

  static String[] arguments(ParseResult parseResult) {
    return parseResult.matchedPositionalValue(2, new String[0]);
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
