package io.luhproc.daemon.http;

import io.luhproc.process.ProcessStat;
import io.luhproc.service.NoSuchServiceException;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.ServiceStatus;
import io.luhproc.supervisor.Supervisor;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/**
 * The CPU time and the memory of all live processes. Smaller than their status, for clients that
 * ask every second.
 */
final class UsageReply {
  private UsageReply() {}

  static Reply of(Supervisor supervisor) {
    return Reply.json(200, json -> write(json, supervisor));
  }

  private static void write(JsonGenerator json, Supervisor supervisor) {
    json.writeStartArray();
    for (ServiceStatus service : supervisor.status().services()) {
      for (ProcessStatus process : service.processes()) {
        stat(supervisor, service.name(), process.name())
            .ifPresent(stat -> write(json, service, process, stat));
      }
    }
    json.writeEndArray();
  }

  /** Returns the CPU time and memory of a process; empty if it is not alive or was removed. */
  static Optional<ProcessStat> stat(Supervisor supervisor, String service, String process) {
    try {
      return supervisor.stat(service, process);
    } catch (NoSuchServiceException removedMeanwhile) {
      return Optional.empty();
    }
  }

  private static void write(
      JsonGenerator json, ServiceStatus service, ProcessStatus process, ProcessStat stat) {
    json.writeStartObject();
    json.writeStringProperty("service", service.name());
    json.writeStringProperty("process", process.name());
    json.writeNumberProperty("pid", stat.pid());
    // With the CPU time, so that a delay of the answer does not distort the load.
    json.writeNumberProperty("readAt", System.nanoTime() / 1_000_000);
    json.writeNumberProperty("cpuMillis", stat.cpuTime().toMillis());
    json.writeNumberProperty("memoryBytes", stat.rssBytes());
    json.writeEndObject();
  }
}
