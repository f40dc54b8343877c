package io.luhproc.cli;

import io.luhproc.worker.ProcessManager;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** {@code completion}. */
final class CompletionCommand extends WorkerCommand {
  private static final String NAME = "--name";

  CompletionCommand(ProcessManager manager) {
    super(
        manager,
        "completion",
        "Print a script that completes commands, options and tasks in bash and zsh.",
        "For this shell: source <(APP completion)");
    spec()
        .addOption(
            valueOption("APP", "What the app is called by; default: the name it gave itself.", NAME)
                .build());
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    CommandLine root = spec().commandLine();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    LazySubcommands.addAllRecursively(root.getCommandSpec());
    String appName = optionValue(parseResult, NAME);
    String name = appName == null ? root.getCommandName() : appName;
    if (!isCommandName(name)) {
      throw usageError(
          "--name ("
              + name
              + ") must be what the app is called by: letters, digits, '.', '_', '-'");
    }
    console.print(AutoComplete.bash(name, root));
    return ExitCode.SUCCESS.code();
  }

  // The name becomes part of a script that a shell runs.
  private static boolean isCommandName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean plain = Character.isLetterOrDigit(c) && c < 128;
      if (!plain && "._-".indexOf(c) < 0) {
        return false;
      }
    }
    return !name.isEmpty() && name.charAt(0) != '-';
  }
}
