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
 * Adds worker commands to their parent when the parent starts to parse.
 *
 * <p>If the first argument names a worker command, only that one is added. If it names another
 * command of the app, none is added. Otherwise, as for help, completion and misspellings, all are.
 */
final class LazySubcommands implements IParameterPreprocessor {
  private static final List<String> COMMAND_NAMES =
      List.of(
          "start",
          "stop",
          "restart",
          "kill",
          "wait",
          "rm",
          "prune",
          "info",
          "list",
          "logs",
          "run",
          "check",
          "completion");
  private static final String GENERATE_COMPLETION = "generate-completion";

  private final IParameterPreprocessor next;
  private final ProcessManager manager;

  private LazySubcommands(IParameterPreprocessor next, ProcessManager manager) {
    this.next = next;
    this.manager = manager;
  }

  static void install(CommandSpec parent, ProcessManager manager) {
    parent.preprocessor(new LazySubcommands(parent.preprocessor(), manager));
  }

  /** Adds all commands to {@code root} and to its subcommands, where they were installed. */
  static void addAllRecursively(CommandSpec root) {
    for (IParameterPreprocessor preprocessor = root.preprocessor();
        preprocessor instanceof LazySubcommands;
        preprocessor = ((LazySubcommands) preprocessor).next) {
      ((LazySubcommands) preprocessor).addAll(root);
    }
    for (CommandLine subcommand : List.copyOf(root.subcommands().values())) {
      addAllRecursively(subcommand.getCommandSpec());
    }
  }

  @Override
  @SuppressWarnings("JdkObsolete") // picocli declares the parameter as a Stack.
  public boolean preprocess(
      Stack<String> arguments,
      CommandSpec parent,
      @Nullable ArgSpec argument,
      Map<String, Object> state) {
    if (argument == null) {
      addRequested(parent, arguments.isEmpty() ? "" : arguments.peek());
    }
    return next.preprocess(arguments, parent, argument, state);
  }

  private void addRequested(CommandSpec parent, String first) {
    CommandLine existing = parent.subcommands().get(first);
    if (existing != null) {
      if (needsAllSubcommands(existing.getCommandSpec())) {
        addAll(parent);
      }
    } else if (first.equals(ListCommand.ALIAS) && !parent.subcommands().containsKey("list")) {
      addSubcommand(parent, "list");
    } else if (COMMAND_NAMES.contains(first)) {
      addSubcommand(parent, first);
    } else {
      addAll(parent);
    }
  }

  private static boolean needsAllSubcommands(CommandSpec command) {
    return command.helpCommand() || command.name().equals(GENERATE_COMPLETION);
  }

  private void addAll(CommandSpec parent) {
    for (String name : COMMAND_NAMES) {
      if (!parent.subcommands().containsKey(name)) {
        addSubcommand(parent, name);
      }
    }
  }

  private void addSubcommand(CommandSpec parent, String name) {
    CommandLine parentLine = parent.commandLine();
    CommandLine command = new CommandLine(createSpec(name));
    if (name.equals("list") && !parent.subcommands().containsKey(ListCommand.ALIAS)) {
      command.getCommandSpec().aliases(ListCommand.ALIAS);
    }
    // picocli passes these only to the subcommands that exist when they are set.
    command.setOut(parentLine.getOut());
    command.setErr(parentLine.getErr());
    command.setColorScheme(parentLine.getColorScheme());
    parent.addSubcommand(name, command);
    UsageErrorHandler.installFor(parentLine);
  }

  /**
   * Returns the specification of a command. No branch returns the command itself: the verifier
   * would load every class to check the common type.
   */
  private CommandSpec createSpec(String name) {
    return switch (name) {
      case "start" -> new StartCommand(manager).spec();
      case "stop" -> new StopCommand(manager).spec();
      case "restart" -> new RestartCommand(manager).spec();
      case "kill" -> new KillCommand(manager).spec();
      case "wait" -> new WaitCommand(manager).spec();
      case "rm" -> new RmCommand(manager).spec();
      case "prune" -> new PruneCommand(manager).spec();
      case "info" -> new InfoCommand(manager).spec();
      case "list" -> new ListCommand(manager).spec();
      case "logs" -> new LogsCommand(manager).spec();
      case "run" -> new RunCommand(manager).spec();
      case "check" -> new CheckCommand(manager).spec();
      case "completion" -> new CompletionCommand(manager).spec();
      default -> throw new IllegalArgumentException("no command " + name);
    };
  }
}
