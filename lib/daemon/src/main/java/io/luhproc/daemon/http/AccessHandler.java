package io.luhproc.daemon.http;

import java.net.UnixDomainSocketAddress;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Checks host, origin and token before a request is handled.
 *
 * <p>The host must be a name of this machine's loopback or the configured one: this stops a page of
 * another site whose name resolves to the loopback address (DNS rebinding). An origin must be that
 * of this server. On TCP, requests that change something or show logs need the token; the
 * permissions of its directory protect the unix socket.
 *
 * <p>With TLS, which other machines may reach, the certificate has to have the name of the host,
 * and all requests need the token except for the health and the files of the page.
 */
final class AccessHandler extends Handler.Wrapper {
  private final Set<String> hosts = new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]"));
  private final AccessToken token;
  private final Api api;

  AccessHandler(Optional<String> listenHost, AccessToken token, Api api, Handler next) {
    super(next);
    this.token = token;
    this.api = api;
    listenHost.ifPresent(host -> hosts.add(host.contains(":") ? "[" + host + "]" : host));
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Optional<Reply> refusal = refusal(request);
    if (refusal.isEmpty()) {
      return super.handle(request, response, callback);
    }
    ApiHandler.write(refusal.get(), response, callback);
    return true;
  }

  private Optional<Reply> refusal(Request request) {
    String host = header(request, HttpHeader.HOST);
    boolean secure = request.isSecure();
    if (!secure && !hosts.contains(withoutPort(host).toLowerCase(Locale.ROOT))) {
      return Optional.of(Reply.problem(403, "Forbidden", "the Host header is not allowed"));
    }
    String origin = header(request, HttpHeader.ORIGIN);
    if (!origin.isEmpty() && !origin.equals((secure ? "https://" : "http://") + host)) {
      return Optional.of(Reply.problem(403, "Forbidden", "the Origin header is not allowed"));
    }
    Optional<RequestPath> path = ApiHandler.path(request);
    boolean needsToken =
        path.isPresent()
            && (secure
                ? !api.isPublicForAll(request.getMethod(), path.get())
                : !api.isPublic(request.getMethod(), path.get()));
    if (needsToken
        && !isUnixSocket(request)
        && !token.matches(header(request, HttpHeader.AUTHORIZATION))) {
      return Optional.of(
          Reply.problem(401, "Unauthorized", "send Authorization: Bearer with the token")
              .withHeader("WWW-Authenticate", "Bearer"));
    }
    return Optional.empty();
  }

  private static String header(Request request, HttpHeader name) {
    String value = request.getHeaders().get(name);
    return value == null ? "" : value;
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
  }

  private static boolean isUnixSocket(Request request) {
    EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    return endPoint.getLocalSocketAddress() instanceof UnixDomainSocketAddress;
  }
}
