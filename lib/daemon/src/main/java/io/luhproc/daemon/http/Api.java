package io.luhproc.daemon.http;

import io.luhproc.LuhprocException;
import io.luhproc.daemon.config.InvalidConfigException;
import io.luhproc.daemon.config.ReloadResult;
import io.luhproc.service.NoSuchServiceException;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.ServiceStatus;
import io.luhproc.supervisor.Supervisor;
import io.luhproc.time.DurationAndSizeFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JsonGenerator;

/** The routes of the API, independent of the HTTP server. */
final class Api {
  private static final Duration MAX_WAIT = Duration.ofHours(1);
  private static final Set<String> OPERATIONS =
      Set.of("start", "stop", "restart", "reload", "kill", "signal", "pause", "resume");

  private final ApiTarget target;
  private final Supervisor supervisor;

  Api(ApiTarget target) {
    this.target = target;
    this.supervisor = target.supervisor();
  }

  /** Returns whether a request neither changes something nor shows logs. */
  static boolean isPublic(String method, RequestPath path) {
    return method.equals("GET")
        && (PageHandler.isOfPage(path)
            || path.segment(0).equals("health")
            || path.matches("status")
            || path.matches("services")
            || path.matches("groups")
            || path.matches("services", "*"));
  }

  /**
   * Answers a request. Never fails.
   *
   * @return completes at once, except for a request that waits
   */
  CompletableFuture<Reply> answer(String method, RequestPath path) {
    try {
      return (switch (method) {
            case "GET" -> CompletableFuture.completedFuture(get(path));
            case "POST" -> post(path);
            default -> CompletableFuture.completedFuture(methodNotAllowed(method));
          })
          .exceptionally(Api::failure);
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(failure(e));
    }
  }

  static Reply failure(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof NoSuchServiceException) {
      return Reply.problem(404, "Not found", message);
    }
    if (cause instanceof InvalidConfigException) {
      return Reply.problem(422, "Invalid configuration", message);
    }
    if (cause instanceof IllegalArgumentException) {
      return Reply.problem(400, "Bad request", message);
    }
    return cause instanceof LuhprocException
        ? Reply.problem(409, "Failed", message)
        : Reply.problem(500, "Internal error", cause.toString());
  }

  private static Reply methodNotAllowed(String method) {
    return Reply.problem(405, "Method not allowed", method + " is not allowed; use GET or POST");
  }

  private static Reply notFound(RequestPath path) {
    return Reply.problem(
        404, "Not found", "there is no path /" + String.join("/", path.segments()));
  }

  // GET.

  private Reply get(RequestPath path) {
    if (path.matches("health") || path.matches("health", "ready")) {
      return health();
    }
    if (path.matches("health", "live")) {
      return Reply.json(200, json -> writeHealth(json, true, List.of()));
    }
    if (path.matches("status") || path.matches("services")) {
      return services();
    }
    if (path.matches("groups")) {
      return groups();
    }
    if (path.matches("services", "*")) {
      return service(200, supervisor.status(path.segment(1)));
    }
    if (path.matches("why", "*")) {
      return Reply.text(supervisor.why(path.segment(1)));
    }
    return path.matches("tree") ? Reply.text(supervisor.tree()) : notFound(path);
  }

  private Reply services() {
    List<ServiceStatus> services = supervisor.status().services();
    return Reply.json(
        200,
        json -> {
          json.writeStartArray();
          services.forEach(new StatusJson(json)::write);
          json.writeEndArray();
        });
  }

  private Reply groups() {
    Map<String, Set<String>> groups = new TreeMap<>(target.groups());
    return Reply.json(
        200,
        json -> {
          json.writeStartObject();
          groups.forEach((name, services) -> writeNames(json, name, List.copyOf(services)));
          json.writeEndObject();
        });
  }

  private static Reply service(int status, ServiceStatus service) {
    return Reply.json(status, json -> new StatusJson(json).write(service));
  }

  /** A service is down if it is requested to be up and is not. */
  private Reply health() {
    List<ServiceStatus> services = supervisor.status().services();
    boolean isUp = services.stream().noneMatch(Api::isDown);
    return Reply.json(isUp ? 200 : 503, json -> writeHealth(json, isUp, services));
  }

  private static boolean isDown(ServiceStatus service) {
    boolean isDesiredUp = service.processes().stream().anyMatch(ProcessStatus::desiredUp);
    return isDesiredUp
        && service.state() != ProcessState.RUNNING
        && service.state() != ProcessState.EXITED;
  }

  private static void writeHealth(JsonGenerator json, boolean isUp, List<ServiceStatus> services) {
    json.writeStartObject();
    json.writeStringProperty("status", isUp ? "UP" : "DOWN");
    json.writeArrayPropertyStart("checks");
    for (ServiceStatus service : services) {
      json.writeStartObject();
      json.writeStringProperty("name", service.name());
      json.writeStringProperty("status", isDown(service) ? "DOWN" : "UP");
      json.writeName("data");
      new StatusJson(json).write(service);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  // POST.

  private CompletableFuture<Reply> post(RequestPath path) {
    if (path.matches("reload")) {
      return CompletableFuture.completedFuture(reload());
    }
    if (path.matches("shutdown")) {
      target.requestClose();
      return CompletableFuture.completedFuture(
          Reply.json(202, json -> writeHealth(json, true, List.of())));
    }
    if (path.matches("services", "*", "*")) {
      return operate(path, path.segment(2), List.of(path.segment(1)));
    }
    if (path.matches("services", "*", "processes", "*", "*")) {
      return operate(path, path.segment(4), List.of(path.segment(1)), path.segment(3));
    }
    if (path.matches("groups", "*", "*")) {
      return operate(path, path.segment(2), group(path.segment(1)));
    }
    return CompletableFuture.completedFuture(notFound(path));
  }

  private List<String> group(String name) {
    Set<String> services = target.groups().get(name);
    if (services == null) {
      throw new IllegalArgumentException("there is no group " + name);
    }
    return List.copyOf(services);
  }

  private Reply reload() {
    ReloadResult result = target.reload();
    return Reply.json(
        200,
        json -> {
          json.writeStartObject();
          writeNames(json, "added", result.added());
          writeNames(json, "changed", result.changed());
          writeNames(json, "removed", result.removed());
          writeNames(json, "failures", result.failures());
          json.writeEndObject();
        });
  }

  private static void writeNames(JsonGenerator json, String property, List<String> names) {
    json.writeArrayPropertyStart(property);
    names.forEach(json::writeString);
    json.writeEndArray();
  }

  private CompletableFuture<Reply> operate(
      RequestPath path, String operation, List<String> services, String... processes) {
    if (!OPERATIONS.contains(operation)) {
      return CompletableFuture.completedFuture(notFound(path));
    }
    Optional<Duration> wait = path.parameter("wait").map(Api::parseWait);
    // All names are checked before anything is done.
    services.forEach(supervisor::status);
    List<CompletableFuture<ServiceStatus>> requests = new ArrayList<>();
    for (String service : services) {
      requests.add(request(operation, service, path, processes));
    }
    CompletableFuture<Void> all =
        CompletableFuture.allOf(requests.toArray(CompletableFuture[]::new));
    return wait.isEmpty()
        ? CompletableFuture.completedFuture(statuses(202, services))
        : all.orTimeout(wait.get().toMillis(), TimeUnit.MILLISECONDS)
            .handle((nothing, failure) -> afterWait(services, failure));
  }

  private Reply afterWait(List<String> services, Throwable failure) {
    if (failure == null) {
      return statuses(200, services);
    }
    boolean isTimeout =
        failure instanceof TimeoutException || failure.getCause() instanceof TimeoutException;
    return isTimeout ? statuses(202, services) : failure(failure);
  }

  /** One service is an object, as in {@code GET /services/NAME}; several are an array. */
  private Reply statuses(int status, List<String> services) {
    if (services.size() == 1) {
      return service(status, supervisor.status(services.get(0)));
    }
    return Reply.json(
        status,
        json -> {
          json.writeStartArray();
          services.forEach(it -> new StatusJson(json).write(supervisor.status(it)));
          json.writeEndArray();
        });
  }

  private static Duration parseWait(String text) {
    Duration wait = DurationAndSizeFormat.parseDuration(text);
    if (wait.compareTo(MAX_WAIT) > 0) {
      throw new IllegalArgumentException("wait (" + text + ") must be at most 1h");
    }
    return wait;
  }

  private CompletableFuture<ServiceStatus> request(
      String operation, String service, RequestPath path, String... processes) {
    return switch (operation) {
      case "start" -> supervisor.start(service, processes);
      case "stop" -> supervisor.stop(service, processes);
      case "restart" -> supervisor.restart(service, processes);
      case "reload" -> supervisor.reload(service, processes);
      case "kill" -> supervisor.kill(service, processes);
      case "signal" ->
          supervisor.signal(
              service,
              path.parameter("signal")
                  .orElseThrow(
                      () -> new IllegalArgumentException("signal must be given: ?signal=HUP")),
              processes);
      case "pause" -> supervisor.pause(service, processes);
      default -> supervisor.resume(service, processes);
    };
  }
}
