package io.luhproc.daemon.http;

import io.luhproc.process.ProcessInfo;
import io.luhproc.service.NoSuchServiceException;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.ServiceStatus;
import io.luhproc.supervisor.Supervisor;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** The CPU time and the memory of all live processes. */
final class UsageReply {
  private UsageReply() {}

  static Reply of(Supervisor supervisor) {
    return Reply.json(200, json -> write(json, supervisor));
  }

  private static void write(JsonGenerator json, Supervisor supervisor) {
    json.writeStartArray();
    for (ServiceStatus service : supervisor.status().services()) {
      for (ProcessStatus process : service.processes()) {
        info(supervisor, service, process).ifPresent(info -> write(json, service, process, info));
      }
    }
    json.writeEndArray();
  }

  private static Optional<ProcessInfo> info(
      Supervisor supervisor, ServiceStatus service, ProcessStatus process) {
    try {
      return supervisor.info(service.name(), process.name());
    } catch (NoSuchServiceException removedMeanwhile) {
      return Optional.empty();
    }
  }

  private static void write(
      JsonGenerator json, ServiceStatus service, ProcessStatus process, ProcessInfo info) {
    json.writeStartObject();
    json.writeStringProperty("service", service.name());
    json.writeStringProperty("process", process.name());
    json.writeNumberProperty("pid", info.pid());
    // With the CPU time, so that a delay of the answer does not distort the load.
    json.writeNumberProperty("readAt", System.nanoTime() / 1_000_000);
    json.writeNumberProperty("cpuMillis", info.stat().cpuTime().toMillis());
    json.writeNumberProperty("rssBytes", info.stat().rssBytes());
    json.writeEndObject();
  }
}
