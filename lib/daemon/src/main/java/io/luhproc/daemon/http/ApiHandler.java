package io.luhproc.daemon.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers requests with the replies of {@link Api}. */
final class ApiHandler extends Handler.Abstract {
  private final Api api;
  private final EventHistory events;

  ApiHandler(Api api, EventHistory events) {
    this.api = api;
    this.events = events;
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
    if (request.getMethod().equals("GET") && path.get().matches("events")) {
      openStream(request, response, callback);
      return true;
    }
    var ignored =
        api.answer(request.getMethod(), path.get())
            .thenAccept(reply -> write(reply, response, callback));
    return true;
  }

  private void openStream(Request request, Response response, Callback callback) {
    EventStream stream = new EventStream(request, response, callback, getServer().getScheduler());
    stream.open();
    events.open(stream, Optional.ofNullable(request.getHeaders().get("Last-Event-ID")));
    // Last, so that a client that has received it misses no later event.
    stream.startHeartbeat();
  }

  static void write(Reply reply, Response response, Callback callback) {
    response.setStatus(reply.status());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, reply.contentType());
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    response.getHeaders().put("X-Content-Type-Options", "nosniff");
    response.write(true, ByteBuffer.wrap(body), callback);
  }
}
