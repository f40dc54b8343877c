package io.luhproc.daemon.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers requests with the replies of {@link Api}, or with streams. */
final class ApiHandler extends Handler.Abstract {
  private final Api api;
  private final EventHistory events;
  private final LogOpener logs;
  private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();

  ApiHandler(Api api, EventHistory events, LogOpener logs) {
    this.api = api;
    this.events = events;
    this.logs = logs;
  }

  /** Returns the decoded path; empty if it is invalid. */
  static Optional<RequestPath> path(Request request) {
    HttpURI uri = request.getHttpURI();
    String path = uri.getPath();
    String query = uri.getQuery();
    return path == null || !path.startsWith("/")
        ? Optional.empty()
        : RequestPath.parse(path, query == null ? "" : query);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Optional<RequestPath> path = path(request);
    if (path.isEmpty()) {
      write(Reply.problem(400, "Bad request", "the path is invalid"), response, callback);
      return true;
    }
    // A request that waits is idle, and must not be closed for it.
    request.addIdleTimeoutListener(timeout -> false);
    if (!request.getMethod().equals("GET")
        || !openStream(path.get(), request, response, callback)) {
      var ignored =
          api.answer(request.getMethod(), path.get())
              .thenAccept(reply -> write(reply, response, callback));
    }
    return true;
  }

  /** Returns whether the path is that of a stream. */
  private boolean openStream(
      RequestPath path, Request request, Response response, Callback callback) {
    Optional<String> lastEventId = Optional.ofNullable(request.getHeaders().get("Last-Event-ID"));
    if (path.matches("events")) {
      open(
          new EventStream(request, response, callback, StreamFormat.EVENTS),
          signal -> events.open(signal, lastEventId));
      return true;
    }
    if (path.matches("services", "*", "logs")) {
      StreamFormat format = StreamFormat.of(request.getHeaders().getQualityCSV(HttpHeader.ACCEPT));
      open(
          new EventStream(request, response, callback, format),
          signal -> logs.open(path, format, lastEventId, signal));
      return true;
    }
    return false;
  }

  private void open(EventStream stream, Function<Runnable, MessageSource> opener) {
    try {
      stream.start(opener.apply(stream::signal));
    } catch (RuntimeException e) {
      stream.refuse(Api.failure(e));
      return;
    }
    streams.add(stream);
    stream.onClose(() -> streams.remove(stream));
  }

  /** Ends all streams. */
  void closeStreams() {
    streams.forEach(EventStream::close);
  }

  static void addCommonHeaders(Response response) {
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    response.getHeaders().put("X-Content-Type-Options", "nosniff");
  }

  static void write(Reply reply, Response response, Callback callback) {
    response.setStatus(reply.status());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, reply.contentType());
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    addCommonHeaders(response);
    response.write(true, ByteBuffer.wrap(body), callback);
  }
}
