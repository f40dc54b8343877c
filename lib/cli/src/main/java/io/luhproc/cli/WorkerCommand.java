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
 * One worker command: what it accepts and what it does. The description is given to picocli in code
 * and not by annotations, as reading those by reflection takes longer than most commands.
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
        flag("Show the stack trace of a failure; so does LUHPROC_DEBUG=1.", "-v", VERBOSE));
  }

  /** Does it, and returns what to exit with. */
  abstract int run(ParseResult line, Console console);

  /** Returns the code of a failure that no other code is for. */
  ExitCode otherwise() {
    return ExitCode.FAILED;
  }

  final CommandSpec spec() {
    return spec;
  }

  final ProcessManager manager() {
    return manager;
  }

  @Override
  public final Integer call() {
    ParseResult line = spec.commandLine().getParseResult();
    boolean verbose = has(line, VERBOSE);
    Console console = Console.of(spec.commandLine(), System.getenv(), verbose);
    try {
      return console.finish(attempt(line, console));
    } finally {
      console.flush();
    }
  }

  private int attempt(ParseResult line, Console console) {
    try {
      return run(line, console);
    } catch (LuhprocException e) {
      console.failure(e);
      ExitCode code = ExitCode.of(e);
      return (code == ExitCode.FAILED ? otherwise() : code).code();
    } catch (ParameterException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      console.unexpected(e);
      return otherwise().code();
    }
  }

  /** Returns wrong usage, to be thrown; the app's handler prints it. */
  final ParameterException misuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  final void acceptTask() {
    spec.addPositional(taskParameter("0", "1", "The task, as the app registered it."));
  }

  final void acceptTaskIfGiven(String description) {
    spec.addPositional(taskParameter("0", "0..1", description));
  }

  private PositionalParamSpec taskParameter(String index, String arity, String description) {
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

  final void acceptId(String arity, String description) {
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

  final void acceptArguments() {
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("2..*")
            .arity("0..*")
            .type(String[].class)
            .paramLabel("[-- ARGS...]")
            .hideParamSyntax(true)
            .description("What the task gets as its arguments.")
            .build());
  }

  final void acceptOutput() {
    spec.addOption(
        value("FORMAT", "How to print: table or json; default table.", "-o", OUTPUT)
            .completionCandidates(Format.NAMES)
            .build());
  }

  static OptionSpec flag(String description, String... names) {
    return OptionSpec.builder(names).type(boolean.class).description(description).build();
  }

  static OptionSpec.Builder value(String label, String description, String... names) {
    return OptionSpec.builder(names)
        .type(String.class)
        .arity("1")
        .paramLabel(label)
        .description(description);
  }

  static OptionSpec.Builder values(String label, String description, String... names) {
    return value(label, description, names).type(String[].class);
  }

  static String task(ParseResult line) {
    return line.matchedPositionalValue(0, "");
  }

  static String id(ParseResult line) {
    return line.matchedPositionalValue(1, "");
  }

  static String[] arguments(ParseResult line) {
    return line.matchedPositionalValue(2, new String[0]);
  }

  static boolean has(ParseResult line, String option) {
    return line.hasMatchedOption(option);
  }

  static @Nullable String given(ParseResult line, String option) {
    return line.matchedOptionValue(option, null);
  }

  static String[] allGiven(ParseResult line, String option) {
    return line.matchedOptionValue(option, new String[0]);
  }

  final Format format(ParseResult line) {
    String name = given(line, OUTPUT);
    return name == null ? Format.TABLE : Format.of(name);
  }

  static void print(WorkerInfo worker, Format format, Console console) {
    switch (format) {
      case TABLE -> console.print(WorkerText.of(worker));
      case JSON -> {
        try (WorkerJson json = new WorkerJson(console.out())) {
          json.worker(worker);
        }
      }
    }
  }

  /** How data is printed. */
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
