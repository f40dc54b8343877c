package io.luhproc.health;

import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Sends an HTTP request without a body and checks the response. Created by {@link
 * HealthCheck#http}. Immutable: each method returns a changed copy.
 *
 * <pre>{@code
 * HealthCheck.http("https://127.0.0.1:8443/health")
 *     .header("Authorization", "Bearer " + token)
 *     .expecting(200)
 *     .bodyContaining("\"status\":\"UP\"")
 *     .trustedCertificates(Path.of("ca.pem"))
 * }</pre>
 *
 * <p>Redirects are not followed, and no proxy is used. For {@code https}, the certificate must be
 * valid for the host of the URL and trusted by the default trust store of this JVM ({@code
 * javax.net.ssl.trustStore}), unless {@link #trustedCertificates(Path)} names others.
 *
 * @param url an {@code http} or {@code https} URL with host and port
 * @param method the method; default {@code GET}
 * @param headers additional headers; default none
 * @param expected the statuses that pass the check, such as {@code 200-299,404}; default {@code
 *     200-399}
 * @param expectedBody a regular expression that is found in the first 64 KiB of the body, read as
 *     UTF-8; default none
 * @param unixSocket the Unix domain socket to connect to, instead of host and port; default none
 * @param trustedCertificates a PEM file with the certificates to trust instead of the default ones;
 *     default none
 * @since 0.1
 */
public record HttpCheck(
    URI url,
    String method,
    Map<String, String> headers,
    String expected,
    Optional<String> expectedBody,
    Optional<Path> unixSocket,
    Optional<Path> trustedCertificates)
    implements HealthCheck {
  private static final String DEFAULT_EXPECTED = "200-399";
  private static final String EXAMPLE = "such as http://127.0.0.1:8080/health";
  private static final int MAX_HEADER_LENGTH = 16 << 10;
  // The characters of a token in RFC 9110, 5.6.2.
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

  /**
   * Creates a check.
   *
   * @throws IllegalArgumentException if the URL has another scheme, no host, no port, or contains a
   *     user or password, or if another value is malformed; see the methods
   */
  public HttpCheck {
    checkUrl(url);
    if (!method.matches("[A-Z]+") || method.equals("CONNECT")) {
      throw new IllegalArgumentException(
          "method (" + method + ") must be a method such as GET, HEAD or POST");
    }
    Map<String, String> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach((name, value) -> sorted.put(checkName(name), checkValue(name, value)));
    if (sorted.entrySet().stream().mapToInt(it -> it.toString().length()).sum()
        > MAX_HEADER_LENGTH) {
      throw new IllegalArgumentException("headers must be shorter than 16KiB");
    }
    headers = Collections.unmodifiableMap(sorted);
    StatusRange.parse(expected);
    expectedBody.ifPresent(Pattern::compile);
    boolean isPlain = "http".equalsIgnoreCase(url.getScheme());
    if (isPlain ? trustedCertificates.isPresent() : unixSocket.isPresent()) {
      throw invalid(
          url.toString(),
          isPlain ? "begin with https:// if it has trusted certificates" : "begin with http://");
    }
  }

  private static void checkUrl(URI url) {
    if (!"http".equalsIgnoreCase(url.getScheme()) && !"https".equalsIgnoreCase(url.getScheme())) {
      throw invalid(url.toString(), "begin with http:// or https://, " + EXAMPLE);
    }
    if (url.getRawUserInfo() != null) {
      // The URL appears in messages and in status output.
      throw new IllegalArgumentException("url must not contain a user or a password");
    }
    if (url.getHost() == null) {
      throw invalid(url.toString(), "name a host and a port, " + EXAMPLE);
    }
    if (url.getPort() < 0) {
      throw invalid(url.toString(), "name the port, " + EXAMPLE);
    }
    TcpCheck.checkPort(url.getPort());
  }

  private static String checkName(String name) {
    if (!name.matches(TOKEN)
        || name.matches("(?i)connection|content-length|transfer-encoding|upgrade|expect")) {
      throw new IllegalArgumentException(
          "header ("
              + name
              + ") must be the name of a header that does not concern the connection");
    }
    return name;
  }

  private static String checkValue(String name, String value) {
    if (!value.matches("[\\x20-\\x7e\\x80-\\xff\\t]*")) {
      // The value may be a secret.
      throw new IllegalArgumentException(
          "value of the header " + name + " must contain no control character");
    }
    return value;
  }

  static HttpCheck of(String url) {
    try {
      return new HttpCheck(
          new URI(url),
          "GET",
          Map.of(),
          DEFAULT_EXPECTED,
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    } catch (URISyntaxException e) {
      throw invalid(url, "be a URL, " + EXAMPLE + ": " + e.getReason());
    }
  }

  private static IllegalArgumentException invalid(String url, String requirement) {
    return new IllegalArgumentException("url (" + url + ") must " + requirement);
  }

  /**
   * Returns a copy that sends another method, without a body.
   *
   * @param name a method in upper case, such as {@code HEAD} or {@code POST}
   * @throws IllegalArgumentException if the name is malformed or {@code CONNECT}
   */
  public HttpCheck method(String name) {
    return new HttpCheck(
        url, name, headers, expected, expectedBody, unixSocket, trustedCertificates);
  }

  /**
   * Returns a copy with one more header. A header of this name is replaced, also {@code Host},
   * {@code User-Agent} and {@code Accept}, which are sent anyway. Values do not appear in messages.
   *
   * @throws IllegalArgumentException if the name is malformed or concerns the connection, such as
   *     {@code Content-Length}, the value contains a control character, or all are over 16 KiB
   */
  public HttpCheck header(String name, String value) {
    Map<String, String> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    more.putAll(headers);
    String ignored = more.put(name, value);
    return new HttpCheck(
        url, method, more, expected, expectedBody, unixSocket, trustedCertificates);
  }

  /**
   * Returns a copy that passes for the given statuses only.
   *
   * @param statuses one or more statuses, each 100 to 599
   * @throws IllegalArgumentException if there is none, or one is out of range
   */
  public HttpCheck expecting(int... statuses) {
    return expecting(
        Arrays.stream(statuses).mapToObj(String::valueOf).collect(Collectors.joining(",")));
  }

  /**
   * Returns a copy that passes for the given statuses only.
   *
   * @param statuses comma-separated statuses and ranges, such as {@code 200-299,404}
   * @throws IllegalArgumentException if the text is malformed, a status is not from 100 to 599, or
   *     the end of a range precedes its start
   */
  public HttpCheck expecting(String statuses) {
    return new HttpCheck(
        url, method, headers, statuses, expectedBody, unixSocket, trustedCertificates);
  }

  /**
   * Returns a copy that passes only if the first 64 KiB of the body contain a text.
   *
   * @param text the text, case-sensitive
   */
  public HttpCheck bodyContaining(String text) {
    return bodyMatching(Pattern.quote(text));
  }

  /**
   * Returns a copy that passes only if a regular expression is found in the first 64 KiB of the
   * body. The matching counts towards the timeout.
   *
   * @param regex an expression of {@link Pattern}, such as {@code "ready":\s*true}
   * @throws java.util.regex.PatternSyntaxException if it is malformed
   */
  public HttpCheck bodyMatching(String regex) {
    return new HttpCheck(
        url, method, headers, expected, Optional.of(regex), unixSocket, trustedCertificates);
  }

  /**
   * Returns a copy that connects to a Unix domain socket. Host and port of the URL are only sent in
   * the header {@code Host}, so the URL can be {@code http://localhost:80/health}.
   *
   * @param path the path of the socket; a relative path starts at the working directory of the
   *     process
   * @throws IllegalArgumentException if the URL begins with {@code https}
   */
  public HttpCheck unixSocket(Path path) {
    return new HttpCheck(
        url, method, headers, expected, expectedBody, Optional.of(path), trustedCertificates);
  }

  /**
   * Returns a copy that trusts the certificates of a file only, such as a self-signed one or that
   * of a private authority. The file is read at each check.
   *
   * @param pemFile X.509 certificates in PEM form, at most 1 MiB; a relative path starts at the
   *     working directory of the process
   * @throws IllegalArgumentException if the URL begins with {@code http://}
   */
  public HttpCheck trustedCertificates(Path pemFile) {
    return new HttpCheck(
        url, method, headers, expected, expectedBody, unixSocket, Optional.of(pemFile));
  }

  @Override
  public HealthResult check(CheckContext context) {
    Deadline deadline = Deadline.after(TimeSource.system(), context.timeout());
    try {
      return unixSocket.isPresent()
          ? checkUnixSocket(context.workingDirectory().resolve(unixSocket.get()), deadline)
          : checkPort(context, deadline);
    } catch (IOException e) {
      return DeadlineSocket.failureResult(e, endpoint(), context.timeout());
    } catch (InterruptibleText.MatchTimeoutException e) {
      return HealthResult.timedOut(context.timeout());
    }
  }

  private HealthResult checkUnixSocket(Path socket, Deadline deadline) throws IOException {
    try (Connection connection = UnixConnection.connect(socket)) {
      return result(exchange(connection, deadline), deadline);
    }
  }

  private HealthResult checkPort(CheckContext context, Deadline deadline) throws IOException {
    Socket socket = DeadlineSocket.connect(url.getHost(), url.getPort(), deadline);
    InetSocketAddress address = DeadlineSocket.remoteAddress(socket);
    HttpResponse response;
    try (socket;
        Connection connection = open(socket, context, deadline)) {
      response = exchange(connection, deadline);
    }
    HealthResult result = result(response, deadline);
    return result.isHealthy() ? DeadlineSocket.resultOf(result, address, context) : result;
  }

  private Connection open(Socket socket, CheckContext context, Deadline deadline)
      throws IOException {
    if ("http".equalsIgnoreCase(url.getScheme())) {
      return Connection.of(socket);
    }
    socket.setSoTimeout(DeadlineSocket.remainingMillis(deadline));
    Optional<Path> trusted = trustedCertificates.map(context.workingDirectory()::resolve);
    return Connection.of(TlsSockets.connect(socket, url.getHost(), url.getPort(), trusted), socket);
  }

  private HttpResponse exchange(Connection connection, Deadline deadline) throws IOException {
    return new MinimalHttpClient(connection, deadline)
        .exchange(request(), expectedBody.isPresent());
  }

  private String request() {
    URI ascii = URI.create(url.toASCIIString());
    String path = ascii.getRawPath().isEmpty() ? "/" : ascii.getRawPath();
    String query = ascii.getRawQuery() == null ? "" : "?" + ascii.getRawQuery();
    StringBuilder request = new StringBuilder(256);
    request.append(method).append(' ').append(path).append(query).append(" HTTP/1.1\r\n");
    appendDefault(request, "Host", ascii.getRawAuthority());
    appendDefault(request, "User-Agent", "luhproc-health");
    appendDefault(request, "Accept", "*/*");
    if (!method.equals("GET") && !method.equals("HEAD")) {
      request.append("Content-Length: 0\r\n");
    }
    headers.forEach((name, value) -> appendHeader(request, name, value));
    return request.append("\r\n").toString();
  }

  private void appendDefault(StringBuilder request, String name, String value) {
    if (!headers.containsKey(name)) {
      appendHeader(request, name, value);
    }
  }

  private static void appendHeader(StringBuilder request, String name, String value) {
    request.append(name).append(": ").append(value).append("\r\n");
  }

  private HealthResult result(HttpResponse response, Deadline deadline) {
    int status = response.status();
    if (StatusRange.parse(expected).stream().noneMatch(range -> range.contains(status))) {
      return HealthResult.unhealthy("HTTP " + status + ", expected " + expected);
    }
    if (expectedBody.isPresent()) {
      String regex = expectedBody.get();
      InterruptibleText body = new InterruptibleText(response.body(), deadline);
      if (!Pattern.compile(regex).matcher(body).find()) {
        return HealthResult.unhealthy(
            "HTTP " + status + ", but the body does not contain " + readable(regex));
      }
    }
    return HealthResult.healthy("HTTP " + status);
  }

  private static String readable(String regex) {
    boolean quoted = regex.startsWith("\\Q") && regex.endsWith("\\E");
    return quoted ? regex.substring(2, regex.length() - 2) : "a match of " + regex;
  }

  private String endpoint() {
    return unixSocket.isPresent() ? unixSocket.get().toString() : url.getRawAuthority();
  }

  @Override
  public String describe() {
    String target = method.equals("GET") ? url.toString() : method + " " + url;
    return unixSocket.isPresent() ? target + " over " + unixSocket.get() : target;
  }

  /** Returns the description, without the values of headers, which may be secrets. */
  @Override
  public String toString() {
    return describe();
  }
}
