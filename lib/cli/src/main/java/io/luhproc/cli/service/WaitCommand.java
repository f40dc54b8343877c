package io.luhproc.cli.service;

import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.cli.client.DaemonClient;
import io.luhproc.cli.client.ProcessView;
import io.luhproc.cli.client.ServiceView;
import io.luhproc.process.Signal;
import io.luhproc.time.DurationAndSizeFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.ParseResult;

/** Command {@code wait NAME... [--for running|healthy|exited] [--timeout TIME]}. */
final class WaitCommand extends ProgramCommand {
  private static final String FOR = "--for";
  private static final String FOREVER = "365d";
  // The convention of shells for a process that was ended by a signal.
  private static final int SIGNAL_CODE_BASE = 128;

  WaitCommand() {
    super(
        "wait",
        "Wait until services are in a state.",
        "With --for=exited, exits with the code of the first service that has failed.");
    addNames("1..*", "Services, groups or globs.");
    spec()
        .addOption(
            value("STATE", "running (default), healthy or exited.", FOR)
                .completionCandidates(List.of("running", "healthy", "exited"))
                .build());
    addFileOption();
    addTimeoutOption("How long to wait; default: without a limit.");
    addOutputOption();
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    String state = value(parseResult, FOR, "running");
    if (!List.of("running", "healthy", "exited").contains(state)) {
      throw usageError("--for (" + state + ") must be running, healthy or exited");
    }
    Duration timeout = timeout(parseResult, FOREVER);
    DaemonClient client = client(parseResult);
    Progress progress = new Progress(state, ServiceSelection.select(names(parseResult), client));
    boolean isDone = ServiceWatcher.await(client, progress::update, timeout);
    if (isJson(parseResult)) {
      StatusCommand.printJson(progress.services, console);
    } else {
      progress.services.forEach(service -> console.print(ServiceText.format(service)));
    }
    if (!isDone) {
      console.printMessage("not " + state + " within " + DurationAndSizeFormat.format(timeout));
      return ExitCode.NOT_READY.code();
    }
    return state.equals("exited") ? exitCode(progress.services) : progress.exitCode();
  }

  private static int exitCode(List<ServiceView> services) {
    for (ServiceView service : services) {
      for (ProcessView process : service.processes()) {
        int code = exitCode(process);
        if (code != 0) {
          return code;
        }
      }
    }
    return ExitCode.SUCCESS.code();
  }

  private static int exitCode(ProcessView process) {
    if (process.exitCode().isPresent()) {
      return process.exitCode().get();
    }
    if (process.signal().isPresent()) {
      return SIGNAL_CODE_BASE + Signal.parse(process.signal().get()).number();
    }
    return process.state().equals("failed") ? ExitCode.FAILURE.code() : 0;
  }

  /** The services that are waited for, as they were last seen. */
  private static final class Progress {
    private final String state;
    private final Set<String> names = new HashSet<>();
    private List<ServiceView> services;

    Progress(String state, List<ServiceView> services) {
      this.state = state;
      this.services = services;
      for (ServiceView service : services) {
        names.add(service.name());
      }
    }

    /** Returns whether all are in the state, or one of them cannot reach it. */
    boolean update(List<ServiceView> current) {
      List<ServiceView> selected = new ArrayList<>();
      boolean areAll = true;
      boolean hasFailed = false;
      for (ServiceView service : current) {
        if (names.contains(service.name())) {
          selected.add(service);
          areAll = areAll && isReached(service);
          hasFailed = hasFailed || service.isFailed();
        }
      }
      services = selected;
      // A service that was removed meanwhile does not run.
      boolean isRemoved = selected.size() < names.size();
      return state.equals("exited") ? areAll : hasFailed || isRemoved || areAll;
    }

    private boolean isReached(ServiceView service) {
      return switch (state) {
        case "running" -> service.isRunning();
        case "healthy" -> service.isRunning() && isHealthy(service);
        default -> service.isExited() || service.isFailed() || service.state().equals("inactive");
      };
    }

    private static boolean isHealthy(ServiceView service) {
      for (ProcessView process : service.processes()) {
        if (!process.health().orElse("healthy").equals("healthy")) {
          return false;
        }
      }
      return true;
    }

    int exitCode() {
      if (services.size() < names.size()) {
        return ExitCode.NOT_RUNNING.code();
      }
      for (ServiceView service : services) {
        if (!isReached(service)) {
          return ExitCode.START_FAILED.code();
        }
      }
      return ExitCode.SUCCESS.code();
    }
  }
}
