package io.luhproc.cli.service;

import io.luhproc.cli.client.ProcessView;
import io.luhproc.cli.client.ServiceView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Creates rows of {@code top}. */
final class TopRows {
  private TopRows() {}

  static TopRow running(String name, double cpuPercent, long memoryBytes) {
    return row(
        name,
        "running",
        Optional.of(1000L + name.length()),
        Optional.of(cpuPercent),
        Optional.of(memoryBytes));
  }

  static TopRow failed(String name) {
    return row(name, "failed", Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static TopRow row(
      String name,
      String state,
      Optional<Long> pid,
      Optional<Double> cpuPercent,
      Optional<Long> memoryBytes) {
    ProcessView process =
        new ProcessView(
            name,
            state,
            true,
            pid,
            Optional.empty(),
            Optional.empty(),
            0,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false);
    ServiceView service =
        new ServiceView(name, state, Optional.empty(), List.of(), List.of(process), Map.of());
    return new TopRow(
        service, process, pid.map(it -> Duration.ofSeconds(90)), cpuPercent, memoryBytes);
  }
}
