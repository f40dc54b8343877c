package io.luhproc.cli.service;

import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.cli.client.Json;
import io.luhproc.cli.client.ServiceView;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** Command {@code status [NAME...]}. */
final class StatusCommand extends ProgramCommand {
  StatusCommand() {
    super(
        "status",
        "Show services, and why they are in their state.",
        "Exits with 0 if all of them run, 3 if one does not run or the daemon does not. Without"
            + " names, services that are not requested to run do not count.");
    addNames("0..*", "Services, groups or globs; default: all services.");
    addFileOption();
    addOutputOption();
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    List<String> names = names(parseResult);
    List<ServiceView> services = ServiceSelection.select(names, client(parseResult));
    if (isJson(parseResult)) {
      printJson(services, console);
    } else {
      ServiceText.printServices(services, console);
    }
    return StatusCode.of(services, names.isEmpty()).code();
  }

  /** Prints services as an array, with all that the daemon reports. */
  static void printJson(List<ServiceView> services, Console console) {
    List<Object> array = new ArrayList<>();
    for (ServiceView service : services) {
      array.add(service.json());
    }
    Json.write(array, console.out());
  }

  @Override
  ExitCode fallbackExitCode() {
    return ExitCode.STATUS_UNKNOWN;
  }
}
