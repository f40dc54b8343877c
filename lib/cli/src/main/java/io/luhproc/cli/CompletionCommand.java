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
            value("APP", "What the app is called by; default: the name it gave itself.", NAME)
                .build());
  }

  @Override
  int run(ParseResult line, Console console) {
    CommandLine top = spec().commandLine();
    while (top.getParent() != null) {
      top = top.getParent();
    }
    CommandsOnDemand.addAllBelow(top.getCommandSpec());
    String given = given(line, NAME);
    String name = given == null ? top.getCommandName() : given;
    if (!isCommandName(name)) {
      throw misuse(
          "--name ("
              + name
              + ") must be what the app is called by: letters, digits, '.', '_', '-'");
    }
    console.print(AutoComplete.bash(name, top));
    return ExitCode.DONE.code();
  }

  // The name becomes part of a script that a shell runs.
  private static boolean isCommandName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char one = name.charAt(i);
      boolean plain = Character.isLetterOrDigit(one) && one < 128;
      if (!plain && "._-".indexOf(one) < 0) {
        return false;
      }
    }
    return !name.isEmpty() && name.charAt(0) != '-';
  }
}
