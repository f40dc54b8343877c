package io.luhproc.cli.service;

import io.luhproc.LuhprocException;
import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.cli.client.DaemonClient;
import io.luhproc.cli.client.RefusedRequestException;
import io.luhproc.cli.client.UnreachableException;
import io.luhproc.cli.text.TimeArguments;
import io.luhproc.daemon.StateDirectory;
import io.luhproc.daemon.config.InvalidConfigException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Base of the commands of the program: their options and parameters, failures and exit codes. */
abstract class ProgramCommand implements Callable<Integer> {
  private static final String VERBOSE = "--verbose";
  static final String FILE = "--file";
  private static final String OUTPUT = "--output";
  private static final String TIMEOUT = "--timeout";
  private static final int NOT_FOUND = 404;
  private static final int INVALID_CONFIG = 422;
  private static final int BAD_REQUEST = 400;

  private final CommandSpec spec;

  ProgramCommand(String name, String... description) {
    spec = CommandSpec.wrapWithoutInspection(this).name(name);
    spec.usageMessage().description(description).sortOptions(false);
    spec.addOption(helpOption());
    addFlag("Print the stack trace of a failure, as LUHPROC_DEBUG=1 does.", "-v", VERBOSE);
  }

  /** Returns a command that has only subcommands. */
  static CommandSpec group(String name, String description) {
    CommandSpec spec = CommandSpec.create().name(name).addOption(helpOption());
    spec.usageMessage().description(description);
    return spec;
  }

  static OptionSpec helpOption() {
    return OptionSpec.builder("-h", "--help")
        .usageHelp(true)
        .description("Show this help and exit.")
        .build();
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

  @Override
  public final Integer call() {
    ParseResult parseResult = spec.commandLine().getParseResult();
    Console console = Console.of(spec.commandLine(), has(parseResult, VERBOSE));
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
    return exitCode(failure).code();
  }

  private ExitCode exitCode(LuhprocException failure) {
    if (failure instanceof UnreachableException unreachable) {
      return unreachable.runs() ? fallbackExitCode() : ExitCode.NOT_RUNNING;
    }
    if (failure instanceof InvalidConfigException) {
      return ExitCode.USAGE;
    }
    if (failure instanceof RefusedRequestException refused) {
      return switch (refused.status()) {
        case NOT_FOUND -> ExitCode.NOT_RUNNING;
        case INVALID_CONFIG, BAD_REQUEST -> ExitCode.USAGE;
        default -> fallbackExitCode();
      };
    }
    ExitCode code = ExitCode.of(failure);
    return code == ExitCode.FAILURE ? fallbackExitCode() : code;
  }

  /** Returns an exception for wrong usage. */
  final ParameterException usageError(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  // Options.

  final void addFlag(String description, String... names) {
    spec.addOption(OptionSpec.builder(names).type(boolean.class).description(description).build());
  }

  final void addValue(String label, String description, String... names) {
    spec.addOption(value(label, description, names).build());
  }

  static OptionSpec.Builder value(String label, String description, String... names) {
    return OptionSpec.builder(names)
        .type(String.class)
        .arity("1")
        .paramLabel(label)
        .description(description);
  }

  final void addFileOption() {
    addFileOption("-f", FILE);
  }

  /** Adds {@code --file} under other names, where {@code -f} means something else. */
  final void addFileOption(String... names) {
    spec.addOption(fileOption(names));
  }

  static OptionSpec fileOption(String... names) {
    return value(
            "FILE",
            "Configuration file or folder; default: $LUHPROC_FILE, else the nearest luhproc.toml,"
                + " supervisors.toml, process-compose.yaml or Procfile in this folder or above"
                + " it.",
            names)
        .build();
  }

  final void addOutputOption() {
    spec.addOption(
        value("FORMAT", "Output format: table or json; default table.", "-o", OUTPUT)
            .completionCandidates(List.of("table", "json"))
            .build());
  }

  final void addTimeoutOption(String description) {
    addValue("TIME", description, "-t", TIMEOUT);
  }

  /**
   * Adds the parameters {@code NAME...}.
   *
   * @param arity how many are needed, such as {@code 0..*}
   */
  final void addNames(String arity, String description) {
    addNames("0..*", "NAME", arity, description);
  }

  final void addNames(String index, String label, String arity, String description) {
    spec.addPositional(
        PositionalParamSpec.builder()
            .index(index)
            .arity(arity)
            .type(String[].class)
            .paramLabel(label)
            .description(description)
            .build());
  }

  static boolean has(ParseResult parseResult, String option) {
    return parseResult.hasMatchedOption(option);
  }

  static @Nullable String value(ParseResult parseResult, String option) {
    return parseResult.matchedOptionValue(option, null);
  }

  static String value(ParseResult parseResult, String option, String defaultValue) {
    return parseResult.matchedOptionValue(option, defaultValue);
  }

  /** Returns the words of the first parameter. */
  static List<String> names(ParseResult parseResult) {
    return List.of(parseResult.matchedPositionalValue(0, new String[0]));
  }

  static Duration timeout(ParseResult parseResult, String defaultValue) {
    return TimeArguments.parseDuration(TIMEOUT, value(parseResult, TIMEOUT, defaultValue));
  }

  /** Returns whether {@code -o json} was given. */
  final boolean isJson(ParseResult parseResult) {
    String format = value(parseResult, OUTPUT, "table");
    if (!format.equals("table") && !format.equals("json")) {
      throw usageError("--output (" + format + ") must be table or json");
    }
    return format.equals("json");
  }

  // The daemon.

  /**
   * Returns the state directory of the configuration that is asked for.
   *
   * @throws IllegalArgumentException if there is no configuration
   */
  static StateDirectory stateDirectory(ParseResult parseResult) {
    Path config = ConfigFile.find(file(parseResult), Path.of(""), System.getenv());
    return StateDirectory.of(config, System.getenv());
  }

  /**
   * Returns the value of the option of the command, else of the program; empty if none is given.
   */
  static String file(ParseResult parseResult) {
    ParseResult ofProgram = parseResult.commandSpec().root().commandLine().getParseResult();
    return value(parseResult, FILE, value(ofProgram, FILE, ""));
  }

  static DaemonClient client(ParseResult parseResult) {
    return client(stateDirectory(parseResult));
  }

  static DaemonClient client(StateDirectory directory) {
    return new DaemonClient(directory.config(), directory.socket());
  }
}
