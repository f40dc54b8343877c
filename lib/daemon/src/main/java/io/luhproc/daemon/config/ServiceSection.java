package io.luhproc.daemon.config;

import io.luhproc.service.ProcessSpec;
import io.luhproc.service.RestartStrategy;
import io.luhproc.service.ServiceSpec;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a service: {@code [services.NAME]}, with the keys of its only process or with {@code
 * [services.NAME.processes.PROCESS]} tables.
 */
final class ServiceSection {
  private final TableReader reader;
  private final String name;

  ServiceSection(TableReader reader, String name) {
    this.reader = reader;
    this.name = name;
  }

  /** Returns the service; empty if its problems leave none. */
  Optional<ServiceSpec> read() {
    if (!isValidName()) {
      return Optional.empty();
    }
    ServiceSpec.Builder service = ServiceSpec.named(name);
    SpecReader.readDependencies(reader, service);
    Optional<RestartStrategy> strategy = reader.choice("strategy", RestartStrategy.class);
    strategy.ifPresent(service::strategy);
    reader.table("intensity").ifPresent(table -> readIntensity(table, service));
    reader.bool("autostart").ifPresent(service::autostart);
    if (reader.has("processes")) {
      readProcesses(service);
    } else {
      service.process(new ProcessSection(reader, name).read());
    }
    reader.reportUnknownKeys();
    try {
      return Optional.of(service.build());
    } catch (IllegalArgumentException e) {
      reader.error("", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private boolean isValidName() {
    try {
      ServiceSpec ignored =
          ServiceSpec.named(name).process(ProcessSpec.shell("any", "true")).build();
      return true;
    } catch (IllegalArgumentException e) {
      reader.error("", String.valueOf(e.getMessage()));
      return false;
    }
  }

  private static void readIntensity(TableReader table, ServiceSpec.Builder service) {
    Optional<Integer> restarts = table.integer("max_restarts");
    Optional<Duration> period = table.duration("period");
    table.reportUnknownKeys();
    if (restarts.isEmpty() || period.isEmpty()) {
      table.error("", table.title() + " must have max_restarts and period");
      return;
    }
    try {
      service.intensity(restarts.get(), period.get());
    } catch (IllegalArgumentException e) {
      table.error("", table.title() + ": " + e.getMessage());
    }
  }

  private void readProcesses(ServiceSpec.Builder service) {
    reader.path("directory").ifPresent(service::directory);
    for (Map.Entry<String, String> variable : reader.variables("env").entrySet()) {
      service.env(variable.getKey(), variable.getValue());
    }
    Optional<TableReader> processes = reader.table("processes");
    if (processes.isPresent()) {
      for (String process : processes.get().keys()) {
        processes.get().table(process).ifPresent(table -> readProcess(table, process, service));
      }
    }
  }

  private static void readProcess(TableReader table, String process, ServiceSpec.Builder service) {
    service.process(new ProcessSection(table, process).read());
    table.reportUnknownKeys();
  }
}
