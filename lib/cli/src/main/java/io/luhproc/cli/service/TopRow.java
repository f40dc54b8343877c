package io.luhproc.cli.service;

import io.luhproc.cli.client.ProcessView;
import io.luhproc.cli.client.ServiceView;
import java.time.Duration;
import java.util.Optional;

/**
 * A process in {@code top}.
 *
 * @param service the service
 * @param process the process
 * @param uptime the time since its start; empty if it is not running
 * @param cpuPercent the CPU time per time, 100 is one core; empty if it is not running
 * @param memoryBytes the resident memory; empty if it is not running
 */
record TopRow(
    ServiceView service,
    ProcessView process,
    Optional<Duration> uptime,
    Optional<Double> cpuPercent,
    Optional<Long> memoryBytes) {

  /** Returns the name of the service, with that of the process if there are several. */
  String name() {
    return service.processes().size() == 1 ? service.name() : service.name() + "/" + process.name();
  }
}
