package io.luhproc.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Says how an id that begins with '-' is written, where it was taken for an option. What then is
 * printed is left to the handler of the app.
 */
final class DashIdHint implements IParameterExceptionHandler {
  private final IParameterExceptionHandler next;

  private DashIdHint(IParameterExceptionHandler next) {
    this.next = next;
  }

  /** Puts one in front of the handler that picocli asks: that of the command at the top. */
  static void installFor(CommandLine command) {
    CommandLine root = command;
    while (root.getParent() != null) {
      root = root.getParent();
    }
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
        "; an ID that begins with '-' is written behind --: "
            + command.getCommandName()
            + " TASK -- ID";
    if (failure instanceof MissingParameterException missing) {
      return arguments.stream()
              .anyMatch(argument -> isUnknownOption(argument, command.getCommandSpec()))
          ? new MissingParameterException(
              command, missing.getMissing(), failure.getMessage() + hint)
          : failure;
    }
    if (failure instanceof UnmatchedArgumentException unmatched && mayLackId(command)) {
      return new UnmatchedArgumentException(command, unmatched.getUnmatched(), hint);
    }
    return failure;
  }

  private static boolean isUnknownOption(String argument, CommandSpec command) {
    String name = argument.replaceFirst("=.*", "");
    return name.startsWith("-") && !name.equals("--") && !command.optionsMap().containsKey(name);
  }

  private static boolean mayLackId(CommandLine command) {
    return command.getCommandSpec().positionalParameters().size() > 1
        && !command.getParseResult().hasMatchedPositional(1);
  }
}
