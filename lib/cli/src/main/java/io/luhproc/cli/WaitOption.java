package io.luhproc.cli;

import io.luhproc.cli.text.TimeArguments;
import io.luhproc.worker.StartOptions;
import java.util.Map;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Option {@code --wait[=10s]}.
 *
 * <p>Without {@code =} it has the default value; picocli would take the next argument as the value.
 * {@code --wait 30s} is rejected, because 30s would become a parameter of the command.
 */
final class WaitOption implements IParameterPreprocessor {
  private static final String NAME = "--wait";
  private static final String DEFAULT_WAIT = "10s";

  private WaitOption() {}

  static OptionSpec spec() {
    return WorkerCommand.valueOption(
            "TIME", "Wait until the worker is ready, at most this long; default 10s.", NAME)
        .arity("0..1")
        .preprocessor(new WaitOption())
        .build();
  }

  static void apply(ParseResult parseResult, StartOptions.Builder options) {
    String wait = WorkerCommand.optionValue(parseResult, NAME);
    if (wait != null) {
      options.awaitReady(TimeArguments.parseDuration(NAME, wait));
    }
  }

  @Override
  @SuppressWarnings("JdkObsolete") // picocli declares the parameter as a Stack.
  public boolean preprocess(
      Stack<String> arguments,
      CommandSpec command,
      @Nullable ArgSpec option,
      Map<String, Object> state) {
    if (!" ".equals(state.get("separator"))) {
      return false;
    }
    if (!arguments.isEmpty() && TimeArguments.isDuration(arguments.peek())) {
      throw new ParameterException(
          command.commandLine(), "write --wait=" + arguments.peek() + ", without a space");
    }
    arguments.push(DEFAULT_WAIT);
    return false;
  }
}
