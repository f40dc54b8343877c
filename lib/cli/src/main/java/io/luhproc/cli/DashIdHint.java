package io.luhproc.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Adds a hint to the error of an ID that begins with '-' and was parsed as an option. The handler
 * of the app then prints the error.
 */
final class DashIdHint implements IParameterExceptionHandler {
  private final IParameterExceptionHandler next;

  private DashIdHint(IParameterExceptionHandler next) {
    this.next = next;
  }

  /** Wraps the handler of the root command, which is the one that picocli calls. */
  static void installFor(CommandLine command) {
    CommandLine root = command.getCommandSpec().root().commandLine();
    if (!(root.getParameterExceptionHandler() instanceof DashIdHint)) {
      root.setParameterExceptionHandler(new DashIdHint(root.getParameterExceptionHandler()));
    }
  }

  @Override
  public int handleParseException(ParameterException failure, String[] arguments) throws Exception {
    return next.handleParseException(withHint(failure, List.of(arguments)), arguments);
  }

  private static ParameterException withHint(ParameterException failure, List<String> arguments) {
    CommandLine command = failure.getCommandLine();
    if (!(command.getCommand() instanceof WorkerCommand)) {
      return failure;
    }
    String hint =
        "; put an ID that begins with '-' after --: " + command.getCommandName() + " TASK -- ID";
    if (failure instanceof MissingParameterException missing) {
      return arguments.stream()
              .anyMatch(argument -> isUnknownOption(argument, command.getCommandSpec()))
          ? new MissingParameterException(
              command, missing.getMissing(), failure.getMessage() + hint)
          : failure;
    }
    if (failure instanceof UnmatchedArgumentException unmatched && lacksId(command)) {
      return new UnmatchedArgumentException(command, unmatched.getUnmatched(), hint);
    }
    return failure;
  }

  private static boolean isUnknownOption(String argument, CommandSpec command) {
    String name = argument.replaceFirst("=.*", "");
    return name.startsWith("-") && !name.equals("--") && !command.optionsMap().containsKey(name);
  }

  private static boolean lacksId(CommandLine command) {
    return command.getCommandSpec().positionalParameters().size() > 1
        && !command.getParseResult().hasMatchedPositional(1);
  }
}
