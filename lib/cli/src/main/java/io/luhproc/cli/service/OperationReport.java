package io.luhproc.cli.service;

import io.luhproc.LuhprocException;
import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.cli.client.DaemonClient;
import io.luhproc.cli.client.Json;
import io.luhproc.cli.client.Reply;
import io.luhproc.cli.client.ServiceView;
import io.luhproc.time.DurationAndSizeFormat;
import java.time.Duration;

/** Prints the results of an operation with several services, and keeps the first failure. */
final class OperationReport {
  private final Console console;
  private final boolean json;
  private final ExitCode failureCode;
  private final FailureReport failures;
  private int exitCode = ExitCode.SUCCESS.code();

  /** Prints a failure and returns its exit code. */
  interface FailureReport {
    int report(LuhprocException failure, Console console);
  }

  /**
   * Creates a report.
   *
   * @param json whether to print JSON instead of lines
   * @param failureCode the exit code if the operation is not finished in time
   */
  OperationReport(Console console, boolean json, ExitCode failureCode, FailureReport failures) {
    this.console = console;
    this.json = json;
    this.failureCode = failureCode;
    this.failures = failures;
  }

  void onReply(String name, Reply reply, Duration timeout) {
    for (ServiceView service : DaemonClient.services(reply)) {
      if (json) {
        Json.write(service.json(), console.out());
      } else {
        console.print(ServiceText.format(service));
      }
    }
    if (reply.isUnfinished() && !timeout.isZero()) {
      console.printMessage(
          name
              + ": not done within "
              + DurationAndSizeFormat.format(timeout)
              + "; see luhproc why "
              + name);
      onExitCode(
          failureCode == ExitCode.START_FAILED ? ExitCode.NOT_READY.code() : failureCode.code());
    }
  }

  void onFailure(LuhprocException failure) {
    onExitCode(failures.report(failure, console));
  }

  private void onExitCode(int code) {
    exitCode = exitCode == ExitCode.SUCCESS.code() ? code : exitCode;
  }

  /** Returns the first exit code that is not 0. */
  int exitCode() {
    return exitCode;
  }
}
