package io.luhproc.cli.service;

import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.cli.client.DaemonClient;
import io.luhproc.cli.client.ServiceView;
import picocli.CommandLine.ParseResult;

/** Command {@code why NAME...}. */
final class WhyCommand extends ProgramCommand {
  WhyCommand() {
    super("why", "Explain the state of services: their processes, and what they wait for.");
    addNames("1..*", "Services, groups or globs.");
    addFileOption();
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    DaemonClient client = client(parseResult);
    for (ServiceView service : ServiceSelection.select(names(parseResult), client)) {
      TextCommand.print(client.get(DaemonClient.path("why", service.name())).body(), console);
    }
    return ExitCode.SUCCESS.code();
  }
}
