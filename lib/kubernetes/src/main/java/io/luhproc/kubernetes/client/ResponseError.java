package io.luhproc.kubernetes.client;

import io.luhproc.kubernetes.client.ApiException.Kind;
import io.luhproc.kubernetes.json.Json;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells what a response that is no success means. */
final class ResponseError {
  private static final int MAX_QUOTED = 500;
  private static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);

  private ResponseError() {}

  /**
   * Returns the exception for a response.
   *
   * @param request what was tried, such as {@code create a job}
   * @param body the body: a Status in JSON, or any text of a proxy
   */
  static ApiException of(String request, int status, String body, Optional<String> retryAfter) {
    Json root = parse(body);
    boolean isStatus = root != null && root.at("kind").is("Status");
    String message = isStatus && root != null ? root.at("message").textOrEmpty() : body.strip();
    boolean isObject = root != null && !root.at("details", "name").isMissing();
    return of(request, status, message, isStatus && isObject, delay(retryAfter));
  }

  private static @Nullable Json parse(String body) {
    try {
      return Json.parse(body);
    } catch (IllegalArgumentException expected) {
      return null;
    }
  }

  /** Returns the exception for a Status in a watch. */
  static ApiException ofStatus(String request, Json status) {
    int code = status.at("code").integer().orElse(0);
    return of(request, code, status.at("message").textOrEmpty(), false, Optional.empty());
  }

  private static ApiException of(
      String request, int status, String message, boolean isObject, Optional<Duration> delay) {
    Kind kind = kind(status, message, isObject);
    String text = "cannot " + request + ": HTTP status " + status + ": " + quote(message);
    return new ApiException(kind, text + remedy(kind), delay, null);
  }

  private static Kind kind(int status, String message, boolean isObject) {
    return switch (status) {
      case 401 -> Kind.UNAUTHORIZED;
      // Only the authorizer names the user.
      case 403 -> message.contains("forbidden: User ") ? Kind.FORBIDDEN : Kind.NOT_ADMITTED;
      // A proxy or a server that knows no such path must not make a worker unknown. The server
      // then says that it has no such resource, without the name of an object.
      case 404 -> isObject ? Kind.NOT_FOUND : Kind.BAD_RESPONSE;
      case 409 -> conflict(message);
      case 410 -> Kind.EXPIRED;
      case 400, 422 -> Kind.INVALID;
      case 429 -> Kind.THROTTLED;
      default -> status >= 500 ? Kind.SERVER_ERROR : Kind.BAD_RESPONSE;
    };
  }

  private static Kind conflict(String message) {
    if (message.startsWith("object is being deleted")) {
      return Kind.BEING_DELETED;
    }
    return message.endsWith("already exists") ? Kind.ALREADY_EXISTS : Kind.CONFLICT;
  }

  private static String remedy(Kind kind) {
    return switch (kind) {
      case UNAUTHORIZED -> "; renew the token or the certificate";
      case FORBIDDEN -> "; grant the right with a Role and a RoleBinding";
      case BAD_RESPONSE -> "; check that the URL is that of an API server";
      default -> "";
    };
  }

  private static Optional<Duration> delay(Optional<String> header) {
    return header
        .map(String::strip)
        .filter(text -> text.matches("\\d{1,9}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)))
        .map(delay -> delay.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : delay);
  }

  private static String quote(String text) {
    String beginning = text.length() > MAX_QUOTED ? text.substring(0, MAX_QUOTED) + "…" : text;
    return beginning.replaceAll("\\p{Cntrl}+", " ");
  }
}
