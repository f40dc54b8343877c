package io.luhproc.cli;

import io.luhproc.worker.ProcessManager;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Adds the worker commands to their parent at the moment the parent begins to parse: the one that
 * is named first on the command line alone; none for another command of the app; all of them for
 * everything else, such as help, completion and misspellings.
 */
final class CommandsOnDemand implements IParameterPreprocessor {
  private static final List<String> NAMES =
      List.of("start", "stop", "restart", "info", "list", "logs", "run", "completion");
  private static final String GENERATE_COMPLETION = "generate-completion";

  private final IParameterPreprocessor next;
  private final ProcessManager manager;

  private CommandsOnDemand(IParameterPreprocessor next, ProcessManager manager) {
    this.next = next;
    this.manager = manager;
  }

  static void install(CommandSpec parent, ProcessManager manager) {
    parent.preprocessor(new CommandsOnDemand(parent.preprocessor(), manager));
  }

  /** Adds all commands to every parent that waits for them, from {@code top} downwards. */
  static void addAllBelow(CommandSpec top) {
    for (IParameterPreprocessor one = top.preprocessor();
        one instanceof CommandsOnDemand;
        one = ((CommandsOnDemand) one).next) {
      ((CommandsOnDemand) one).addAll(top);
    }
    for (CommandLine below : List.copyOf(top.subcommands().values())) {
      addAllBelow(below.getCommandSpec());
    }
  }

  // The type of the stack is picocli's.
  @Override
  @SuppressWarnings("JdkObsolete")
  public boolean preprocess(
      Stack<String> arguments,
      CommandSpec parent,
      @Nullable ArgSpec argument,
      Map<String, Object> state) {
    if (argument == null) {
      addFor(parent, arguments.isEmpty() ? "" : arguments.peek());
    }
    return next.preprocess(arguments, parent, argument, state);
  }

  private void addFor(CommandSpec parent, String first) {
    CommandLine existing = parent.subcommands().get(first);
    if (existing != null) {
      if (looksAtItsSiblings(existing.getCommandSpec())) {
        addAll(parent);
      }
    } else if (first.equals(ListCommand.ALIAS) && !parent.subcommands().containsKey("list")) {
      add(parent, "list");
    } else if (NAMES.contains(first)) {
      add(parent, first);
    } else {
      addAll(parent);
    }
  }

  private static boolean looksAtItsSiblings(CommandSpec command) {
    return command.helpCommand() || command.name().equals(GENERATE_COMPLETION);
  }

  private void addAll(CommandSpec parent) {
    for (String name : NAMES) {
      if (!parent.subcommands().containsKey(name)) {
        add(parent, name);
      }
    }
  }

  private void add(CommandSpec parent, String name) {
    CommandLine above = parent.commandLine();
    CommandLine command = new CommandLine(create(name));
    if (name.equals("list") && !parent.subcommands().containsKey(ListCommand.ALIAS)) {
      command.getCommandSpec().aliases(ListCommand.ALIAS);
    }
    // picocli hands these down only to the commands that are there when they are set.
    command.setOut(above.getOut());
    command.setErr(above.getErr());
    command.setColorScheme(above.getColorScheme());
    parent.addSubcommand(name, command);
    DashedId.explainFor(above);
  }

  /**
   * Each branch returns the specification: to check a common class, the JVM would load them all.
   */
  private CommandSpec create(String name) {
    return switch (name) {
      case "start" -> new StartCommand(manager).spec();
      case "stop" -> new StopCommand(manager).spec();
      case "restart" -> new RestartCommand(manager).spec();
      case "info" -> new InfoCommand(manager).spec();
      case "list" -> new ListCommand(manager).spec();
      case "logs" -> new LogsCommand(manager).spec();
      case "run" -> new RunCommand(manager).spec();
      case "completion" -> new CompletionCommand(manager).spec();
      default -> throw new IllegalArgumentException("no command " + name);
    };
  }
}
