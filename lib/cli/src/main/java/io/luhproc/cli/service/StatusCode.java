package io.luhproc.cli.service;

import io.luhproc.cli.ExitCode;
import io.luhproc.cli.client.ServiceView;
import java.util.List;

/** The exit code of {@code status}; not in its command, which needs the classes of picocli. */
final class StatusCode {
  private StatusCode() {}

  /**
   * Returns the exit code for services.
   *
   * @param isHealthCheck whether services count as well that have exited by themselves, or are not
   *     requested to run
   */
  static ExitCode of(List<ServiceView> services, boolean isHealthCheck) {
    for (ServiceView service : services) {
      boolean isUp =
          service.isRunning() || (isHealthCheck && (service.isExited() || !service.isDesiredUp()));
      if (!isUp) {
        return ExitCode.NOT_RUNNING;
      }
    }
    return ExitCode.SUCCESS;
  }
}
