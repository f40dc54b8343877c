package io.luhproc.daemon.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/**
 * An answer as a whole.
 *
 * @param status the status code
 * @param contentType the media type
 * @param body the content
 * @param headers other headers
 */
record Reply(int status, String contentType, byte[] body, Map<String, String> headers)
    implements Answer {
  private static final String JSON = "application/json";
  private static final String PROBLEM = "application/problem+json";
  private static final String TEXT = "text/plain; charset=utf-8";

  Reply(int status, String contentType, String body) {
    this(status, contentType, body.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  Reply withHeader(String name, String value) {
    return new Reply(status, contentType, body, Map.of(name, value));
  }

  static Reply json(int status, Consumer<JsonGenerator> content) {
    return new Reply(status, JSON, JsonText.write(content));
  }

  static Reply text(String text) {
    return new Reply(200, TEXT, text);
  }

  /** Returns a problem, see RFC 9457. */
  static Reply problem(int status, String title, String detail) {
    String body =
        JsonText.write(
            json -> {
              json.writeStartObject();
              json.writeStringProperty("title", title);
              json.writeNumberProperty("status", status);
              json.writeStringProperty("detail", detail);
              json.writeEndObject();
            });
    return new Reply(status, PROBLEM, body);
  }
}
