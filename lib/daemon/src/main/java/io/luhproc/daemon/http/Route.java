package io.luhproc.daemon.http;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A method and a path of the API.
 *
 * @param method the method
 * @param template the path, such as <code>/services/{service}</code>, where a segment in braces
 *     stands for any name
 * @param isPublic whether it needs no token over TCP, because it neither changes something nor
 *     shows logs
 * @param handler answers requests; may throw
 */
record Route(
    String method,
    String template,
    boolean isPublic,
    Function<ApiRequest, CompletableFuture<Answer>> handler) {

  /** Returns a route whose answer is ready at once. */
  static Route get(String template, boolean isPublic, Function<ApiRequest, Answer> handler) {
    return new Route(
        "GET",
        template,
        isPublic,
        request -> CompletableFuture.completedFuture(handler.apply(request)));
  }

  static Route post(String template, Function<ApiRequest, CompletableFuture<Answer>> handler) {
    return new Route("POST", template, false, handler);
  }

  boolean matches(RequestPath path) {
    List<String> expected = List.of(template.substring(1).split("/"));
    List<String> actual = path.segments();
    if (actual.size() != expected.size()) {
      return false;
    }
    for (int i = 0; i < actual.size(); i++) {
      if (!expected.get(i).startsWith("{") && !expected.get(i).equals(actual.get(i))) {
        return false;
      }
    }
    return true;
  }
}
