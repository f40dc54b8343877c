package io.luhproc.kubernetes.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.luhproc.kubernetes.access.ClientKey;
import io.luhproc.kubernetes.access.ClusterAccess;
import io.luhproc.kubernetes.access.Credential;
import io.luhproc.kubernetes.client.ApiException.Kind;
import io.luhproc.kubernetes.json.Json;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A client of one API server. Thread-safe. Follows no redirects, and repeats a request only if it
 * was refused: with a new credential, or because the server was not ready.
 */
public final class ApiClient implements AutoCloseable {
  private static final int MAX_BODY_BYTES = 64 << 20;
  private static final int MAX_ERROR_BYTES = 64 << 10;
  private static final int MAX_PAGES = 1000;
  private static final int MAX_EXPIRED_LISTS = 3;
  private static final ResourcePath READINESS = new ResourcePath("/readyz");

  private final ClusterAccess access;
  private final HttpConnections connections;
  private final TimeSource time;
  private final Limits limits;
  private final Deadline deadline;

  /**
   * Limits of a client.
   *
   * @param request the time for a request and its whole response; for a stream, until it begins
   * @param call the time for all requests of a client that {@link #newCall} returns
   * @param pageSize the number of objects in a page of a list
   */
  public record Limits(Duration request, Duration call, int pageSize) {
    /** 10 seconds for a request, 25 seconds for a call, pages of 500 objects. */
    public static final Limits DEFAULT =
        new Limits(Duration.ofSeconds(10), Duration.ofSeconds(25), 500);
  }

  /**
   * Creates a client, without a connection.
   *
   * @param executor runs the work of connections, which never blocks
   */
  public ApiClient(ClusterAccess access, Executor executor, TimeSource time, Limits limits) {
    this(access, new HttpConnections(access, executor), time, limits);
  }

  private ApiClient(
      ClusterAccess access, HttpConnections connections, TimeSource time, Limits limits) {
    this.access = access;
    this.connections = connections;
    this.time = time;
    this.limits = limits;
    this.deadline = Deadline.after(time, limits.call());
  }

  /**
   * Returns a client with the same connections, whose requests together have the limit of a call.
   */
  public ApiClient newCall() {
    return new ApiClient(access, connections, time, limits);
  }

  /** Ends all requests of this client and of those that {@link #newCall} returned. */
  @Override
  public void close() {
    connections.close();
  }

  /**
   * Returns an object.
   *
   * @throws ApiException if the request does not succeed
   */
  public Json get(ResourcePath path) {
    return exchange("GET", path, Optional.empty());
  }

  /**
   * Creates an object, and returns it as the server completed it.
   *
   * @throws ApiException if the request does not succeed; its kind tells whether it may have been
   *     carried out
   */
  public Json create(ResourcePath path, Map<String, ?> object) {
    return exchange("POST", path, Optional.of(Json.write(object)));
  }

  /**
   * Deletes an object.
   *
   * @param options the DeleteOptions
   * @throws ApiException if the request does not succeed
   */
  public void delete(ResourcePath path, Map<String, ?> options) {
    Json ignored = exchange("DELETE", path, Optional.of(Json.write(options)));
  }

  /**
   * Returns all objects of a list, which is requested in pages. If a page is too old, because
   * reading took minutes, it starts again.
   *
   * @throws ApiException if a request does not succeed
   */
  public Listing list(ResourcePath path) {
    for (int expired = 0; ; expired++) {
      try {
        return listOnce(path);
      } catch (ApiException e) {
        if (e.kind() != Kind.EXPIRED || expired == MAX_EXPIRED_LISTS) {
          throw e;
        }
      }
    }
  }

  private Listing listOnce(ResourcePath path) {
    List<Json> items = new ArrayList<>();
    ResourcePath limited = path.with("limit", Integer.toString(limits.pageSize()));
    ResourcePath next = limited;
    for (int page = 0; page < MAX_PAGES; page++) {
      Json list = get(next);
      items.addAll(list.at("items").items());
      String token = list.at("metadata", "continue").textOrEmpty();
      if (token.isEmpty()) {
        return new Listing(items, list.at("metadata", "resourceVersion").textOrEmpty());
      }
      next = limited.with("continue", token);
    }
    throw new ApiException(
        Kind.BAD_RESPONSE, "cannot list " + path.text() + ": over " + MAX_PAGES + " pages", null);
  }

  /**
   * Watches a list.
   *
   * @param version the version of the last list or change
   * @param duration after which the server ends the watch
   * @throws ApiException if the request does not succeed
   */
  public Watch watch(ResourcePath path, String version, Duration duration) {
    ResourcePath watched =
        path.with("watch", "1")
            .with("allowWatchBookmarks", "true")
            .with("resourceVersion", version)
            .with("timeoutSeconds", Long.toString(duration.toSeconds()));
    return new Watch("watch " + path.text(), stream(watched, false));
  }

  /**
   * Opens a log whose lines have stamps. That of a Pod that has no node yet is answered with status
   * 204, which is no line.
   *
   * @throws ApiException if the request does not succeed
   */
  public LineStream log(ResourcePath path) {
    return stream(path, true);
  }

  private LineStream stream(ResourcePath path, boolean stamped) {
    String request = describe("GET", path);
    LineStream lines = new LineStream(request, stamped);
    try {
      Response<LineStream> response =
          send(
              "GET",
              path,
              Optional.empty(),
              info ->
                  info.statusCode() / 100 == 2
                      ? BodySubscribers.mapping(lines, stream -> Response.of(info, stream))
                      : error(info));
      return response.body(request);
    } catch (RuntimeException e) {
      // The response may have begun when the wait for it ended.
      lines.close();
      throw e;
    }
  }

  private Json exchange(String method, ResourcePath path, Optional<String> body) {
    String request = describe(method, path);
    Response<byte[]> response =
        send(
            method,
            path,
            body,
            info ->
                info.statusCode() / 100 == 2
                    ? BodySubscribers.mapping(
                        LimitedBody.atMost(MAX_BODY_BYTES), bytes -> Response.of(info, bytes))
                    : error(info));
    try {
      Json object = Json.parse(response.body(request));
      if (object.isObject()) {
        return object;
      }
    } catch (IllegalArgumentException expected) {
      // The message of the parser adds nothing.
    }
    throw new ApiException(
        Kind.BAD_RESPONSE,
        "cannot "
            + request
            + ": the response is not JSON; check that the URL is that of an API"
            + " server",
        null);
  }

  /**
   * A response with a result, or an error.
   *
   * @param error the body of an error
   */
  private record Response<T>(HttpResponse.ResponseInfo info, @Nullable T result, String error) {

    static <T> Response<T> of(HttpResponse.ResponseInfo info, T result) {
      return new Response<>(info, result, "");
    }

    T body(String request) {
      if (result != null) {
        return result;
      }
      throw ResponseError.of(
          request, info.statusCode(), error, info.headers().firstValue("Retry-After"));
    }
  }

  private static <T> HttpResponse.BodySubscriber<Response<T>> error(
      HttpResponse.ResponseInfo info) {
    return BodySubscribers.mapping(
        LimitedBody.beginning(MAX_ERROR_BYTES),
        bytes -> new Response<>(info, null, new String(bytes, UTF_8)));
  }

  /**
   * Sends a request. A server that begins answers 403 to anybody until it has read the rights
   * (kubernetes#121635), so 403 is only believed of one that is ready.
   */
  private <T> Response<T> send(
      String method,
      ResourcePath path,
      Optional<String> body,
      HttpResponse.BodyHandler<Response<T>> handler) {
    Response<T> response = sendWithCredential(method, path, body, handler);
    if (response.info().statusCode() != 403) {
      return response;
    }
    requireReady(describe(method, path));
    return sendWithCredential(method, path, body, handler);
  }

  /**
   * Asks whether the server is ready, so that it has read the rights. One before 1.16 does not
   * tell.
   *
   * @param request what depends on it, such as {@code create a job}
   * @throws ApiException of kind {@code NOT_READY} if it is not
   */
  public void requireReady(String request) {
    Response<String> response =
        sendWithCredential("GET", READINESS, Optional.empty(), ApiClient::error);
    int status = response.info().statusCode();
    if (status != 200 && status != 404) {
      throw new ApiException(
          Kind.NOT_READY,
          "cannot %s: the server is not ready: HTTP status %d for %s"
              .formatted(request, status, READINESS.text()),
          null);
    }
  }

  private <T> Response<T> sendWithCredential(
      String method,
      ResourcePath path,
      Optional<String> body,
      HttpResponse.BodyHandler<Response<T>> handler) {
    Credential credential = access.credentials().current();
    Response<T> response = send(method, path, body, credential, handler);
    if (response.info().statusCode() != 401) {
      return response;
    }
    access.credentials().refused(credential);
    Credential next = access.credentials().current();
    return next.equals(credential) ? response : send(method, path, body, next, handler);
  }

  private <T> Response<T> send(
      String method,
      ResourcePath path,
      Optional<String> body,
      Credential credential,
      HttpResponse.BodyHandler<Response<T>> handler) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(access.server() + path.text()))
            .method(method, body.map(BodyPublishers::ofString).orElse(BodyPublishers.noBody()))
            .setHeader("Accept", "application/json, */*")
            .setHeader("User-Agent", "luhproc");
    if (body.isPresent()) {
      request.setHeader("Content-Type", "application/json");
    }
    credential.authorization().ifPresent(it -> request.setHeader("Authorization", it));
    AtomicBoolean answered = new AtomicBoolean();
    HttpResponse.BodyHandler<Response<T>> observed =
        info -> {
          answered.set(true);
          return handler.apply(info);
        };
    return send(describe(method, path), request.build(), credential.key(), observed, answered);
  }

  private <T> T send(
      String name,
      HttpRequest request,
      Optional<ClientKey> key,
      HttpResponse.BodyHandler<T> handler,
      AtomicBoolean answered) {
    Duration left = deadline.remaining();
    Duration timeout = left.compareTo(limits.request()) < 0 ? left : limits.request();
    try {
      return connections.send(request, key, handler, timeout);
    } catch (TimeoutException e) {
      throw new ApiException(
          Kind.UNREACHABLE,
          "cannot %s: %s gave no whole answer in time".formatted(name, access.server()),
          e);
    } catch (CancellationException e) {
      throw new ApiException(Kind.UNREACHABLE, "cannot " + name + ": the engine is closed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException(Kind.UNREACHABLE, "cannot " + name + ": interrupted", e);
    } catch (ExecutionException e) {
      throw failure(name, e.getCause() == null ? e : e.getCause(), answered.get());
    }
  }

  private ApiException failure(String request, Throwable failure, boolean answered) {
    if (connections.isClosed()) {
      return new ApiException(
          Kind.UNREACHABLE, "cannot " + request + ": the engine is closed", failure);
    }
    String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    if (has(failure, SSLException.class)) {
      // A server that dies during the handshake gives an SSLException too.
      String remedy =
          has(failure, GeneralSecurityException.class)
              ? "; check certificate-authority of " + access.origin()
              : "";
      return new ApiException(
          Kind.TLS,
          "cannot %s: TLS with %s failed: %s%s".formatted(request, access.server(), reason, remedy),
          failure);
    }
    return answered
        ? new ApiException(
            Kind.BAD_RESPONSE, "cannot " + request + ": the response broke off: " + reason, failure)
        : new ApiException(
            Kind.UNREACHABLE,
            "cannot %s: %s of %s is not reachable: %s"
                .formatted(request, access.server(), access.origin(), reason),
            failure);
  }

  private static boolean has(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return true;
      }
    }
    return false;
  }

  /** Returns a request for messages; the query may have a long token. */
  private static String describe(String method, ResourcePath path) {
    int query = path.text().indexOf('?');
    return method + " " + (query < 0 ? path.text() : path.text().substring(0, query));
  }
}
