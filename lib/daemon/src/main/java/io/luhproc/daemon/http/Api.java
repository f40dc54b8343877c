package io.luhproc.daemon.http;

import io.luhproc.LuhprocException;
import io.luhproc.daemon.config.InvalidConfigException;
import io.luhproc.daemon.config.ReloadResult;
import io.luhproc.service.NoSuchServiceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;

/** The routes of the API, which {@code openapi.json} documents. */
final class Api {
  private final ApiTarget target;
  private final List<Route> routes;

  Api(ApiTarget target, EventHistory events, LogOpener logs) {
    this.target = target;
    StatusReplies statuses = new StatusReplies(target.supervisor());
    ServiceOperations operations = new ServiceOperations(target, statuses);
    Metrics metrics = new Metrics(target, events.counts());
    boolean isPublic = true;
    routes =
        List.of(
            Route.get("/health", isPublic, request -> statuses.health()),
            Route.get("/health/ready", isPublic, request -> statuses.health()),
            Route.get("/health/live", isPublic, request -> statuses.live(200)),
            Route.get("/status", isPublic, request -> statuses.all()),
            Route.get("/services", isPublic, request -> statuses.all()),
            Route.get(
                "/services/{service}",
                isPublic,
                request -> statuses.one(200, request.path().segment(1))),
            Route.get("/services/{service}/logs", !isPublic, logs::stream),
            Route.get("/groups", isPublic, request -> groups()),
            Route.get("/usage", isPublic, request -> UsageReply.of(target.supervisor())),
            Route.get("/events", !isPublic, events::stream),
            Route.get("/why/{service}", !isPublic, statuses::why),
            Route.get("/tree", isPublic, request -> TreeReply.of(target, request)),
            Route.get("/metrics", isPublic, request -> metrics.reply(request.accept())),
            Route.get("/openapi.json", isPublic, request -> openApi()),
            Route.post(
                "/services/{service}/{operation}", request -> operations.onService(request.path())),
            Route.post(
                "/services/{service}/processes/{process}/{operation}",
                request -> operations.onProcess(request.path())),
            Route.post(
                "/groups/{group}/{operation}", request -> operations.onGroup(request.path())),
            Route.post("/reload", request -> CompletableFuture.completedFuture(reload())),
            Route.post(
                "/shutdown",
                request -> {
                  target.requestClose();
                  return CompletableFuture.completedFuture(statuses.live(202));
                }));
  }

  List<Route> routes() {
    return routes;
  }

  /** Returns whether a request neither changes something nor shows logs. */
  boolean isPublic(String method, RequestPath path) {
    return method.equals("GET")
        && (PageHandler.isOfPage(path) || find(method, path).filter(Route::isPublic).isPresent());
  }

  /** Returns whether a request shows nothing of the services but whether all are well. */
  boolean isPublicForAll(String method, RequestPath path) {
    boolean isHealth = !path.segments().isEmpty() && path.segment(0).equals("health");
    return isPublic(method, path) && (PageHandler.isOfPage(path) || isHealth);
  }

  private Optional<Route> find(String method, RequestPath path) {
    return routes.stream().filter(it -> it.method().equals(method) && it.matches(path)).findFirst();
  }

  /**
   * Answers a request. Never fails.
   *
   * @return completes at once, except for a request that waits
   */
  CompletableFuture<Answer> answer(ApiRequest request) {
    try {
      return find(request.method(), request.path())
          .map(it -> it.handler().apply(request))
          .orElseGet(() -> CompletableFuture.completedFuture(noRoute(request)))
          .exceptionally(Api::failure);
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(failure(e));
    }
  }

  private Reply noRoute(ApiRequest request) {
    String allowed =
        routes.stream()
            .filter(it -> it.matches(request.path()))
            .map(Route::method)
            .distinct()
            .collect(Collectors.joining(", "));
    return allowed.isEmpty()
        ? notFound(request.path())
        : Reply.problem(
                405, "Method not allowed", request.method() + " is not allowed; use " + allowed)
            .withHeader("Allow", allowed);
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

  static Reply notFound(RequestPath path) {
    return Reply.problem(
        404, "Not found", "there is no path /" + String.join("/", path.segments()));
  }

  private Reply groups() {
    Map<String, List<String>> groups = new TreeMap<>();
    target.groups().forEach((name, services) -> groups.put(name, List.copyOf(services)));
    return Reply.json(
        200,
        json -> {
          json.writeStartObject();
          groups.forEach((name, services) -> writeNames(json, name, services));
          json.writeEndObject();
        });
  }

  private static Reply openApi() {
    try (InputStream in = Api.class.getResourceAsStream("openapi.json")) {
      if (in == null) {
        throw new IllegalStateException("the resource openapi.json is missing");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new Reply(200, "application/json", text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
          writeNames(json, "warnings", result.warnings());
          json.writeEndObject();
        });
  }

  private static void writeNames(JsonGenerator json, String property, List<String> names) {
    json.writeArrayPropertyStart(property);
    names.forEach(json::writeString);
    json.writeEndArray();
  }
}
