package io.luhproc.daemon.http;

import io.luhproc.process.ProcessInfo;
import io.luhproc.service.NoSuchServiceException;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JsonGenerator;

/** What the page shows beyond the status: dependencies, groups, CPU time and memory. */
final class PageData {
  private final ApiTarget target;

  PageData(ApiTarget target) {
    this.target = target;
  }

  /** Returns data by its name; empty if there is none of this name. */
  Optional<Reply> reply(String name) {
    return switch (name) {
      case "services" -> Optional.of(Reply.json(200, this::writeServices));
      case "usage" -> Optional.of(Reply.json(200, this::writeUsage));
      default -> Optional.empty();
    };
  }

  private void writeServices(JsonGenerator json) {
    Map<String, Set<String>> groups = target.groups();
    json.writeStartArray();
    for (ServiceSpec service : target.services()) {
      Set<String> groupsOfService = new TreeSet<>();
      groups.forEach(
          (group, names) -> {
            if (names.contains(service.name())) {
              groupsOfService.add(group);
            }
          });
      json.writeStartObject();
      json.writeStringProperty("name", service.name());
      writeNames(json, "groups", groupsOfService);
      writeNames(json, "requires", service.dependencies().requires());
      writeNames(json, "wants", service.dependencies().wants());
      writeNames(json, "after", service.dependencies().after());
      writeNames(json, "conflicts", service.dependencies().conflicts());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeNames(JsonGenerator json, String property, Collection<String> names) {
    json.writeArrayPropertyStart(property);
    new TreeSet<>(names).forEach(json::writeString);
    json.writeEndArray();
  }

  private void writeUsage(JsonGenerator json) {
    json.writeStartArray();
    for (ServiceStatus service : target.supervisor().status().services()) {
      for (ProcessStatus process : service.processes()) {
        info(service, process).ifPresent(info -> writeUsage(json, service, process, info));
      }
    }
    json.writeEndArray();
  }

  private Optional<ProcessInfo> info(ServiceStatus service, ProcessStatus process) {
    try {
      return target.supervisor().info(service.name(), process.name());
    } catch (NoSuchServiceException removedMeanwhile) {
      return Optional.empty();
    }
  }

  private static void writeUsage(
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
