package io.luhproc.daemon.http;

import io.luhproc.service.ProcessState;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.ServiceStatus;
import io.luhproc.supervisor.Supervisor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** Answers with the status and the health of services. Thread-safe. */
final class StatusReplies {
  // How old CPU time and memory of all services may be.
  private static final Duration MAX_USAGE_AGE = Duration.ofSeconds(1);

  private final Supervisor supervisor;
  private volatile Cached cachedStatus = Cached.NONE;
  private volatile Cached cachedHealth = Cached.NONE;

  StatusReplies(Supervisor supervisor) {
    this.supervisor = supervisor;
  }

  /** A reply for the status of all services at one time. */
  private record Cached(List<ServiceStatus> services, long nanoTime, Reply reply) {
    static final Cached NONE = new Cached(List.of(), 0, Reply.text(""));

    /** Costs little: a status that has not changed is the same object. */
    boolean isOf(List<ServiceStatus> current) {
      return !services.isEmpty() && services.equals(current);
    }
  }

  /** Returns all services; written anew when one has changed, or after a second. */
  Reply all() {
    List<ServiceStatus> services = supervisor.status().services();
    long now = System.nanoTime();
    Cached latest = cachedStatus;
    if (!latest.isOf(services) || now - latest.nanoTime() > MAX_USAGE_AGE.toNanos()) {
      latest = new Cached(services, now, array(200, services));
      cachedStatus = latest;
    }
    return latest.reply();
  }

  private Reply array(int status, List<ServiceStatus> services) {
    return Reply.json(
        status,
        json -> {
          json.writeStartArray();
          services.forEach(service -> write(json, service));
          json.writeEndArray();
        });
  }

  private void write(JsonGenerator json, ServiceStatus service) {
    new StatusJson(json, (name, process) -> UsageReply.stat(supervisor, name, process))
        .write(service);
  }

  Reply one(int status, String service) {
    ServiceStatus current = supervisor.status(service);
    return Reply.json(status, json -> write(json, current));
  }

  /** One service is an object, as in {@code GET /services/NAME}; several are an array. */
  Reply of(int status, List<String> services) {
    return services.size() == 1
        ? one(status, services.get(0))
        : array(status, services.stream().map(supervisor::status).toList());
  }

  /** Returns the explanation of the state of a service, as text or with its status as JSON. */
  Reply why(ApiRequest request) {
    ServiceStatus service = supervisor.status(request.path().segment(1));
    String text = supervisor.why(service.name());
    if (!request.format("text/plain", "application/json").equals("application/json")) {
      return Reply.text(text + "\n");
    }
    return Reply.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("explanation", text);
          json.writeName("service");
          write(json, service);
          json.writeEndObject();
        });
  }

  /** Returns 503 if a service that is requested to be up is not. */
  Reply health() {
    List<ServiceStatus> services = supervisor.status().services();
    Cached latest = cachedHealth;
    if (!latest.isOf(services)) {
      boolean isUp = services.stream().noneMatch(StatusReplies::isDown);
      Reply reply = Reply.json(isUp ? 200 : 503, json -> writeHealth(json, isUp, services));
      latest = new Cached(services, System.nanoTime(), reply);
      cachedHealth = latest;
    }
    return latest.reply();
  }

  /** Returns that the daemon answers. */
  Reply live(int status) {
    return Reply.json(status, json -> writeHealth(json, true, List.of()));
  }

  private static boolean isDown(ServiceStatus service) {
    boolean isDesiredUp = service.processes().stream().anyMatch(ProcessStatus::desiredUp);
    return isDesiredUp
        && service.state() != ProcessState.RUNNING
        && service.state() != ProcessState.EXITED;
  }

  private void writeHealth(JsonGenerator json, boolean isUp, List<ServiceStatus> services) {
    json.writeStartObject();
    json.writeStringProperty("status", isUp ? "UP" : "DOWN");
    json.writeArrayPropertyStart("checks");
    for (ServiceStatus service : services) {
      json.writeStartObject();
      json.writeStringProperty("name", service.name());
      json.writeStringProperty("status", isDown(service) ? "DOWN" : "UP");
      json.writeName("data");
      new StatusJson(json, (name, process) -> Optional.empty()).write(service);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
