package io.luhproc.daemon.http;

import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * A request to the API.
 *
 * @param method the method
 * @param path the decoded path and query
 * @param accepted the media types that the client accepts, preferred ones first, as sent
 * @param lastEventId the id of the last event that the client has
 */
record ApiRequest(
    String method, RequestPath path, List<String> accepted, Optional<String> lastEventId) {

  static ApiRequest of(Request request, RequestPath path) {
    return new ApiRequest(
        request.getMethod(),
        path,
        request.getHeaders().getQualityCSV(HttpHeader.ACCEPT),
        Optional.ofNullable(request.getHeaders().get("Last-Event-ID")));
  }

  /**
   * Returns the index of the media type that the client prefers.
   *
   * @return 0 if the client names none of them
   */
  int preferred(String... types) {
    for (String accept : accepted) {
      for (int i = 0; i < types.length; i++) {
        if (mediaType(types[i]).equals(mediaType(accept))) {
          return i;
        }
      }
    }
    return 0;
  }

  /**
   * Returns the media type to answer with: that of the parameter {@code format}, else that of the
   * Accept header, else the first one.
   *
   * @throws IllegalArgumentException if the parameter names none of them
   */
  String format(String... types) {
    Optional<String> named = path.parameter("format");
    if (named.isEmpty()) {
      return types[preferred(types)];
    }
    for (String type : types) {
      if (List.of(type.split("[/.]")).contains(named.get())) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "format (" + named.get() + ") must be one of " + List.of(types));
  }

  /** Returns the Accept header; empty if there is none. */
  String accept() {
    return String.join(",", accepted);
  }

  private static String mediaType(String contentType) {
    int end = contentType.indexOf(';');
    return (end < 0 ? contentType : contentType.substring(0, end)).strip();
  }

  /** Returns the format that the client prefers; text by default. */
  StreamFormat streamFormat() {
    StreamFormat[] formats = StreamFormat.values();
    String[] types = new String[formats.length];
    for (int i = 0; i < types.length; i++) {
      types[i] = formats[i].contentType();
    }
    return formats[preferred(types)];
  }
}
