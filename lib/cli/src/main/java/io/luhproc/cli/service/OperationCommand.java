package io.luhproc.cli.service;

import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.cli.client.DaemonClient;
import io.luhproc.cli.client.ServiceView;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** Commands that do the same with each named service: {@code start}, {@code stop} and so on. */
class OperationCommand extends ProgramCommand {
  private static final String PROCESS = "--process";
  private static final String ALL = "--all";
  private static final String NO_WAIT = "--no-wait";

  private final String operation;
  private final ExitCode failureCode;

  /**
   * Creates a command.
   *
   * @param operation the name of the command and of the operation in the API
   * @param failureCode the exit code if it fails, or is not finished in time
   */
  OperationCommand(String operation, ExitCode failureCode, String... description) {
    super(operation, description);
    this.operation = operation;
    this.failureCode = failureCode;
  }

  /** Adds the parameters, of which subclasses have others. */
  OperationCommand withServices() {
    addNames("0..*", "Services, groups or globs.");
    return withOptions();
  }

  final OperationCommand withOptions() {
    addFlag("All services.", "-a", ALL);
    addValue("PROCESS", "Only this process of the services.", "-p", PROCESS);
    addFileOption();
    addTimeoutOption("How long to wait until it is done; default 1m.");
    addFlag("Do not wait until it is done.", NO_WAIT);
    addOutputOption();
    return this;
  }

  @Override
  final ExitCode fallbackExitCode() {
    return failureCode;
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    return operate(names(parseResult), "", parseResult, console);
  }

  /**
   * Does the operation with services.
   *
   * @param query further parameters of the request, such as {@code &signal=HUP}
   */
  final int operate(List<String> names, String query, ParseResult parseResult, Console console) {
    if (names.isEmpty() != has(parseResult, ALL)) {
      throw usageError("give either services or --all");
    }
    DaemonClient client = client(parseResult);
    List<ServiceView> services = ServiceSelection.select(names, client);
    Duration timeout = has(parseResult, NO_WAIT) ? Duration.ZERO : timeout(parseResult, "1m");
    ServiceOperation request =
        new ServiceOperation(operation, value(parseResult, PROCESS, ""), query, timeout);
    OperationReport report =
        new OperationReport(console, isJson(parseResult), failureCode, this::report);
    return request.run(services, client, report);
  }
}
