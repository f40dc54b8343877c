package io.luhproc.cli.service;

import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.daemon.config.ConfigLoader;
import picocli.CommandLine.ParseResult;

/** Command {@code config show [FILE]}. */
final class ConfigShowCommand extends ProgramCommand {
  private static final String SHOW_SECRETS = "--show-secrets";

  ConfigShowCommand() {
    super(
        "show",
        "Print a configuration as TOML, with includes, templates and variables resolved.",
        "The values of secrets are masked.");
    addNames("0", "FILE", "0..1", ConfigCommand.FILE_DESCRIPTION);
    addFlag("Print secrets too.", SHOW_SECRETS);
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    boolean showSecrets = has(parseResult, SHOW_SECRETS);
    TextCommand.print(
        ConfigLoader.create().show(ConfigCommand.file(parseResult), showSecrets), console);
    return ExitCode.SUCCESS.code();
  }
}
