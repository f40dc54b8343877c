package io.luhproc.cli.service;

import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.cli.client.Json;
import io.luhproc.daemon.config.ConfigLoader;
import io.luhproc.daemon.config.ConfigProblem;
import io.luhproc.daemon.config.DaemonConfig;
import io.luhproc.daemon.config.InvalidConfigException;
import io.luhproc.service.ServiceSpec;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ParseResult;

/** Command {@code config check [FILE]}. */
final class ConfigCheckCommand extends ProgramCommand {
  ConfigCheckCommand() {
    super(
        "check",
        "Check a configuration and print all errors and warnings as FILE:LINE:COLUMN.",
        "Exits with 2 if there is an error.");
    addNames("0", "FILE", "0..1", ConfigCommand.FILE_DESCRIPTION);
    addOutputOption();
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    Path file = ConfigCommand.file(parseResult);
    boolean json = isJson(parseResult);
    try {
      DaemonConfig config = ConfigLoader.create().load(file);
      if (json) {
        printJson(config.services(), List.of(), config.warnings(), console);
      } else {
        printWarnings(config, console);
        console.print(file + ": " + config.services().size() + " services, no errors");
      }
      return ExitCode.SUCCESS.code();
    } catch (InvalidConfigException e) {
      if (!json) {
        throw e;
      }
      printJson(List.of(), e.errors(), List.of(), console);
      return ExitCode.USAGE.code();
    }
  }

  /** Prints warnings to stderr. */
  static void printWarnings(DaemonConfig config, Console console) {
    for (ConfigProblem warning : config.warnings()) {
      console.printMessage(warning.location() + ": warning: " + warning.message());
    }
  }

  private static void printJson(
      List<ServiceSpec> services,
      List<ConfigProblem> errors,
      List<ConfigProblem> warnings,
      Console console) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("services", services.stream().map(ServiceSpec::name).toList());
    object.put("errors", problems(errors));
    object.put("warnings", problems(warnings));
    Json.write(object, console.out());
  }

  private static List<Object> problems(List<ConfigProblem> problems) {
    List<Object> array = new ArrayList<>();
    for (ConfigProblem problem : problems) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("file", problem.location().file().toString());
      object.put("line", BigDecimal.valueOf(problem.location().line()));
      object.put("column", BigDecimal.valueOf(problem.location().column()));
      object.put("message", problem.message());
      array.add(object);
    }
    return array;
  }
}
