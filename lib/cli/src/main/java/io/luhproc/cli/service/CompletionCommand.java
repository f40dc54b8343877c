package io.luhproc.cli.service;

import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** Command {@code completion}. */
final class CompletionCommand extends ProgramCommand {
  CompletionCommand() {
    super(
        "completion",
        "Print a completion script for bash and zsh.",
        "To use it in the current shell: source <(luhproc completion)");
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    CommandLine root = spec().root().commandLine();
    Luhproc.addAll(root);
    console.print(AutoComplete.bash(Luhproc.NAME, root));
    return ExitCode.SUCCESS.code();
  }
}
