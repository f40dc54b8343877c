package io.luhproc.daemon.http;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Serves the page at {@code /} and its files at {@code /page/FILE}; passes other requests on.
 *
 * <p>The policy allows scripts and styles of this server only, none inside the HTML, and no
 * assignment of HTML from a script, so text of services can never become markup.
 */
final class PageHandler extends Handler.Wrapper {
  private static final String INDEX = "index.html";
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " object-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

  // Holds only files that exist.
  private final ConcurrentMap<String, PageFile> files = new ConcurrentHashMap<>();

  PageHandler(Handler next) {
    super(next);
  }

  /** Returns whether a path belongs to the page, which shows nothing that needs the token. */
  static boolean isOfPage(RequestPath path) {
    return path.segments().isEmpty() || path.matches("page", "*");
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Optional<RequestPath> path = ApiHandler.path(request).filter(PageHandler::isOfPage);
    if (path.isEmpty() || !request.getMethod().equals("GET")) {
      return super.handle(request, response, callback);
    }
    String name = path.get().segments().isEmpty() ? INDEX : path.get().segment(1);
    Optional<PageFile> file = file(name);
    if (file.isPresent()) {
      write(file.get(), request, response, callback);
    } else {
      ApiHandler.write(
          Reply.problem(404, "Not found", "the page has no file " + name), response, callback);
    }
    return true;
  }

  private Optional<PageFile> file(String name) {
    PageFile known = files.get(name);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<PageFile> read = PageFile.read(name);
    read.ifPresent(file -> files.put(name, file));
    return read;
  }

  private static void write(PageFile file, Request request, Response response, Callback callback) {
    HttpFields.Mutable headers = response.getHeaders();
    headers.put(HttpHeader.ETAG, file.etag());
    // Always revalidated, so that a page never runs with scripts of another version.
    headers.put(HttpHeader.CACHE_CONTROL, "no-cache");
    headers.put("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("Referrer-Policy", "no-referrer");
    headers.put("Cross-Origin-Opener-Policy", "same-origin");
    headers.put("Cross-Origin-Resource-Policy", "same-origin");
    if (file.etag().equals(request.getHeaders().get(HttpHeader.IF_NONE_MATCH))) {
      response.setStatus(304);
      callback.succeeded();
      return;
    }
    response.setStatus(200);
    headers.put(HttpHeader.CONTENT_TYPE, file.contentType());
    headers.put(HttpHeader.CONTENT_LENGTH, file.content().remaining());
    response.write(true, file.content(), callback);
  }
}
