package io.luhproc.daemon.http;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers requests with the answers of {@link Api}. */
final class ApiHandler extends Handler.Abstract {
  private final Api api;
  private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();

  ApiHandler(Api api) {
    this.api = api;
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
    var ignored =
        api.answer(ApiRequest.of(request, path.get()))
            .thenAccept(answer -> write(answer, request, response, callback));
    return true;
  }

  private void write(Answer answer, Request request, Response response, Callback callback) {
    if (answer instanceof StreamReply stream) {
      open(stream, new EventStream(request, response, callback, stream.format()));
    } else if (answer instanceof Reply reply) {
      write(reply, response, callback);
    }
  }

  private void open(StreamReply reply, EventStream stream) {
    try {
      stream.start(reply.opener().apply(stream::signal));
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
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, reply.body().length);
    reply.headers().forEach(response.getHeaders()::put);
    addCommonHeaders(response);
    response.write(true, ByteBuffer.wrap(reply.body()), callback);
  }
}
