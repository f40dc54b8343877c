package io.luhproc.cli.service;

import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.cli.client.ServiceView;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** Command {@code ps [NAME...]}. */
final class PsCommand extends ProgramCommand {
  PsCommand() {
    super("ps", "List the processes of services.");
    addNames("0..*", "Services, groups or globs; default: all services.");
    addFileOption();
    addOutputOption();
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    List<ServiceView> services = ServiceSelection.select(names(parseResult), client(parseResult));
    if (isJson(parseResult)) {
      StatusCommand.printJson(services, console);
    } else {
      ServiceText.printProcesses(services, console);
    }
    return ExitCode.SUCCESS.code();
  }
}
