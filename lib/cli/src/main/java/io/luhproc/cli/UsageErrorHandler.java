package io.luhproc.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExitCodeExceptionMapper;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Prints wrong usage of any command of the app in two lines, instead of the whole usage.
 *
 * <p>If the app has set a handler, that one prints it. An ID that begins with '-' and was parsed as
 * an option gets a hint.
 *
 * @since 0.1
 */
public final class UsageErrorHandler implements IParameterExceptionHandler {
  // Here the usage is what the user asks for: it lists the commands.
  private static final String MISSING_SUBCOMMAND = "Missing required subcommand";

  private final IParameterExceptionHandler next;

  private UsageErrorHandler(IParameterExceptionHandler next) {
    this.next = next;
  }

  /**
   * Wraps the handler of the root command, which is the one that picocli calls. {@link
   * WorkerCommands#addTo} does it too.
   *
   * @param command any command of the app
   */
  public static void installFor(CommandLine command) {
    CommandLine root = command.getCommandSpec().root().commandLine();
    if (!(root.getParameterExceptionHandler() instanceof UsageErrorHandler)) {
      root.setParameterExceptionHandler(new UsageErrorHandler(root.getParameterExceptionHandler()));
    }
  }

  @Override
  public int handleParseException(ParameterException failure, String[] arguments) throws Exception {
    CommandLine command = failure.getCommandLine();
    ParameterException hinted = withHint(failure, command, List.of(arguments));
    boolean isDefault = next.getClass().getName().startsWith(CommandLine.class.getName() + "$");
    if (!isDefault || MISSING_SUBCOMMAND.equals(failure.getMessage())) {
      return next.handleParseException(hinted, arguments);
    }
    CommandSpec spec = command.getCommandSpec();
    Console.of(command)
        .printMessage(message(hinted, command) + "\nSee '" + spec.qualifiedName() + " --help'.");
    IExitCodeExceptionMapper mapper = command.getExitCodeExceptionMapper();
    return mapper == null ? spec.exitCodeOnInvalidInput() : mapper.getExitCode(failure);
  }

  private static String message(ParameterException failure, CommandLine command) {
    if (failure instanceof UnmatchedArgumentException unmatched
        && !unmatched.isUnknownOption()
        && command.getCommandSpec().positionalParameters().isEmpty()
        && !command.getSubcommands().isEmpty()) {
      List<String> similar = unmatched.getSuggestions();
      return "unknown command '"
          + unmatched.getUnmatched().get(0)
          + "'"
          + (similar.isEmpty() ? "" : "; did you mean " + String.join(" or ", similar) + "?");
    }
    return String.valueOf(failure.getMessage());
  }

  private static ParameterException withHint(
      ParameterException failure, CommandLine command, List<String> arguments) {
    if (!(command.getCommand() instanceof WorkerCommand worker)
        || !worker.lacksId(command.getParseResult())) {
      return failure;
    }
    String hint =
        "; write an ID that begins with '-' as TASK/ID: " + command.getCommandName() + " TASK/-x";
    if (failure instanceof UnmatchedArgumentException unmatched) {
      return new UnmatchedArgumentException(command, unmatched.getUnmatched(), hint);
    }
    boolean hasUnknownOption =
        arguments.stream().anyMatch(word -> isUnknownOption(word, command.getCommandSpec()));
    return hasUnknownOption
        ? new ParameterException(command, failure.getMessage() + hint, failure)
        : failure;
  }

  private static boolean isUnknownOption(String word, CommandSpec command) {
    String name = word.replaceFirst("=.*", "");
    return name.startsWith("-") && !name.equals("--") && !command.optionsMap().containsKey(name);
  }
}
