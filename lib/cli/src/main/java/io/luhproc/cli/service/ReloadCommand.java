package io.luhproc.cli.service;

import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.cli.client.DaemonClient;
import io.luhproc.cli.client.Json;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ParseResult;

/** Command {@code reload [NAME...]}. */
final class ReloadCommand extends OperationCommand {
  ReloadCommand() {
    super(
        "reload",
        ExitCode.START_FAILED,
        "Read the configuration again and change the services that differ.",
        "With names, reload these services instead: send their reload signal, or restart them.");
    addNames("0..*", "Services, groups or globs; default: the configuration.");
    OperationCommand ignored = withOptions();
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    if (!names(parseResult).isEmpty() || parseResult.hasMatchedOption("--all")) {
      return super.run(parseResult, console);
    }
    DaemonClient client = client(parseResult);
    Object result = client.startPost("/reload", timeout(parseResult, "1m")).await().json();
    if (isJson(parseResult)) {
      Json.write(result, console.out());
      return failures(result).isEmpty() ? 0 : ExitCode.START_FAILED.code();
    }
    if (result instanceof Map<?, ?> changes) {
      boolean isChanged = false;
      for (String kind : List.of("added", "changed", "removed")) {
        for (String name : ServiceText.texts(changes.get(kind))) {
          console.print(name + ": " + kind);
          isChanged = true;
        }
      }
      if (!isChanged) {
        console.printMessage("nothing has changed");
      }
    }
    failures(result).forEach(console::printMessage);
    return (failures(result).isEmpty() ? ExitCode.SUCCESS : ExitCode.START_FAILED).code();
  }

  private static List<String> failures(Object result) {
    return result instanceof Map<?, ?> changes
        ? ServiceText.texts(changes.get("failures"))
        : List.of();
  }
}
