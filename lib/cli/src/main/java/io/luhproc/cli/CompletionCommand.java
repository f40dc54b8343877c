package io.luhproc.cli;

import io.luhproc.worker.ProcessManager;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** Command {@code completion [--name=APP]}. */
final class CompletionCommand extends WorkerCommand {
  private static final String NAME = "--name";

  CompletionCommand(ProcessManager manager) {
    super(
        manager,
        "completion",
        "Print a completion script for bash and zsh.",
        "To use it in the current shell: source <(APP completion)");
    spec()
        .addOption(
            valueOption(
                    "APP", "Command name of the app; default: the name of its root command.", NAME)
                .build());
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    CommandLine root = spec().root().commandLine();
    LazySubcommands.addAllRecursively(root.getCommandSpec());
    String appName = optionValue(parseResult, NAME);
    String name = appName == null ? root.getCommandName() : appName;
    // The name becomes part of a script that a shell runs.
    if (!name.matches("[\\w.][\\w.-]*")) {
      throw usageError(
          "--name (" + name + ") must be a command name of letters, digits, '.', '_' and '-'");
    }
    console.print(AutoComplete.bash(name, root));
    return ExitCode.SUCCESS.code();
  }
}
