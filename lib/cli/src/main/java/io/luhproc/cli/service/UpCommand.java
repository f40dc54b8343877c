package io.luhproc.cli.service;

import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.cli.client.DaemonClient;
import io.luhproc.cli.client.ServiceView;
import io.luhproc.daemon.StateDirectory;
import io.luhproc.daemon.config.ConfigLoader;
import io.luhproc.daemon.config.DaemonConfig;
import io.luhproc.service.NoSuchServiceException;
import io.luhproc.service.ServiceSpec;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StartOptions;
import io.luhproc.worker.WorkerInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.ParseResult;

/** Command {@code up [NAME...]}. */
final class UpCommand extends ProgramCommand {
  private static final String FOREGROUND = "--foreground";
  private static final String EXIT_WHEN = "--exit-when";
  private static final String DEFAULT_TIMEOUT = "1m";
  // Includes the adoption of the processes that a killed daemon left.
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);

  UpCommand() {
    super(
        "up",
        "Start the daemon in the background, and wait until its services are up.",
        "If it runs already, only the named services are started.");
    addNames("0..*", "Services or groups to start; default: all with autostart.");
    addFileOption();
    addFlag("Run the daemon in the foreground; TERM and INT stop all, HUP reloads.", FOREGROUND);
    spec()
        .addOption(
            value(
                    "NAME=STATE",
                    "With --foreground: stop all and exit with the code of a service when it has"
                        + " exited (in any way) or failed; repeatable.",
                    EXIT_WHEN)
                .type(String[].class)
                .build());
    addTimeoutOption("How long to wait for the services; default 1m, 0 does not wait.");
    addOutputOption();
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    List<ExitCondition> exitConditions = exitConditions(parseResult);
    StateDirectory state = stateDirectory(parseResult);
    List<String> names = names(parseResult);
    DaemonClient running = client(state);
    if (running.isReachable() && !has(parseResult, FOREGROUND)) {
      return startNames(running, names, parseResult, console);
    }
    check(state, names, exitConditions, console);
    return has(parseResult, FOREGROUND)
        ? runInForeground(state, names, exitConditions)
        : launch(state, names, parseResult, console);
  }

  private List<ExitCondition> exitConditions(ParseResult parseResult) {
    List<ExitCondition> conditions = new ArrayList<>();
    for (String text : parseResult.matchedOptionValue(EXIT_WHEN, new String[0])) {
      conditions.add(ExitCondition.parse(text));
    }
    if (!conditions.isEmpty() && !has(parseResult, FOREGROUND)) {
      throw usageError("--exit-when needs --foreground");
    }
    return conditions;
  }

  /** Reads the configuration before anything is started, so that its errors are seen here. */
  private static void check(
      StateDirectory state, List<String> names, List<ExitCondition> exits, Console console) {
    DaemonConfig config = ConfigLoader.create().load(state.config());
    ConfigCheckCommand.printWarnings(config, console);
    Set<String> services = new TreeSet<>();
    for (ServiceSpec service : config.services()) {
      services.add(service.name());
    }
    for (String name : names) {
      if (!services.contains(name) && !config.groups().containsKey(name)) {
        throw NoSuchServiceException.ofService(name, services);
      }
    }
    for (ExitCondition exit : exits) {
      if (!services.contains(exit.service())) {
        throw NoSuchServiceException.ofService(exit.service(), services);
      }
    }
  }

  private static int runInForeground(
      StateDirectory state, List<String> names, List<ExitCondition> exitConditions) {
    Luhproc.configureLog("info");
    DaemonTask task = new DaemonTask(exitConditions);
    int code = Luhproc.manager(task).run(DaemonTask.NAME, state.config().toString(), names);
    int ofService = task.exitCode();
    return code == 0 ? ofService : code;
  }

  private int launch(
      StateDirectory state, List<String> names, ParseResult parseResult, Console console) {
    ProcessManager manager = Luhproc.manager(new DaemonTask(List.of()));
    StartOptions.Builder options = StartOptions.builder().awaitReady(READY_TIMEOUT);
    Path folder = state.config().getParent();
    if (folder != null) {
      options.directory(folder);
    }
    names.forEach(options::argument);
    WorkerInfo daemon = manager.start(DaemonTask.NAME, state.config().toString(), options.build());
    DaemonClient client = client(state);
    if (!daemon.launched()) {
      // Another up was faster.
      return startNames(client, names, parseResult, console);
    }
    return awaitServices(client, parseResult, console);
  }

  private int startNames(
      DaemonClient client, List<String> names, ParseResult parseResult, Console console) {
    if (names.isEmpty()) {
      console.printMessage("the daemon of " + client.config() + " runs already");
      return awaitServices(client, parseResult, console);
    }
    ServiceOperation start =
        new ServiceOperation("start", "", "", timeout(parseResult, DEFAULT_TIMEOUT));
    OperationReport report =
        new OperationReport(console, isJson(parseResult), ExitCode.START_FAILED, this::report);
    return start.run(ServiceSelection.select(names, client), client, report);
  }

  private int awaitServices(DaemonClient client, ParseResult parseResult, Console console) {
    Duration timeout = timeout(parseResult, DEFAULT_TIMEOUT);
    StartProgress progress = new StartProgress(console);
    boolean isSettled = timeout.isZero() || ServiceWatcher.await(client, progress::update, timeout);
    List<ServiceView> services = client.services();
    if (isJson(parseResult)) {
      StatusCommand.printJson(services, console);
    } else {
      ServiceText.printServices(services, console);
    }
    if (!isSettled) {
      console.printMessage(
          "not up within "
              + DurationAndSizeFormat.format(timeout)
              + ": "
              + String.join(", ", progress.pending())
              + "; see luhproc status");
      return ExitCode.NOT_READY.code();
    }
    return (progress.hasFailed() ? ExitCode.START_FAILED : ExitCode.SUCCESS).code();
  }

  @Override
  ExitCode fallbackExitCode() {
    return ExitCode.START_FAILED;
  }
}
