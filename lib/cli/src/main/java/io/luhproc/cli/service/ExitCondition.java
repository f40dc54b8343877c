package io.luhproc.cli.service;

import io.luhproc.process.ProcessEnd;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.ServiceStatus;
import io.luhproc.supervisor.Supervisor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A condition that ends a daemon: a service has ended and is not restarted.
 *
 * @param service the name of the service
 * @param onlyFailure whether an exit with success does not count
 */
record ExitCondition(String service, boolean onlyFailure) {
  private static final Duration FOREVER = Duration.ofDays(365);
  private static final int FAILURE_CODE = 1;
  // The convention of shells for a process that was ended by a signal.
  private static final int SIGNAL_CODE_BASE = 128;

  /**
   * Parses {@code NAME=exited} or {@code NAME=failed}.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  static ExitCondition parse(String text) {
    int equals = text.lastIndexOf('=');
    String state = text.substring(equals + 1);
    if (equals < 1 || !(state.equals("exited") || state.equals("failed"))) {
      throw new IllegalArgumentException(
          "--exit-when (" + text + ") must be NAME=exited or NAME=failed");
    }
    return new ExitCondition(text.substring(0, equals), state.equals("failed"));
  }

  /** Returns a future that completes when the condition is met. */
  CompletableFuture<ServiceStatus> await(Supervisor supervisor) {
    CompletableFuture<ServiceStatus> failed =
        supervisor.await(service, ProcessState.FAILED, FOREVER);
    return onlyFailure
        ? failed
        : supervisor
            .await(service, ProcessState.EXITED, FOREVER)
            .applyToEither(failed, status -> status);
  }

  /** Returns the exit code of the first process that has failed, else 0. */
  static int exitCode(ServiceStatus service) {
    for (ProcessStatus process : service.processes()) {
      int code = exitCode(process);
      if (code != 0) {
        return code;
      }
    }
    return 0;
  }

  private static int exitCode(ProcessStatus process) {
    if (process.lastExit().isEmpty()) {
      return process.state() == ProcessState.FAILED ? FAILURE_CODE : 0;
    }
    ProcessEnd end = process.lastExit().get();
    int ofSignal = end.signal().map(it -> SIGNAL_CODE_BASE + it.number()).orElse(FAILURE_CODE);
    return end.exitCode().orElse(ofSignal);
  }
}
