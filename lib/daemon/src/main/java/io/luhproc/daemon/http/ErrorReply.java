package io.luhproc.daemon.http;

import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers requests that the HTTP server itself refuses, such as one with too large headers. */
final class ErrorReply implements Request.Handler {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    ApiHandler.write(
        Reply.problem(status, HttpStatus.getMessage(status), "the request was refused"),
        response,
        callback);
    return true;
  }
}
