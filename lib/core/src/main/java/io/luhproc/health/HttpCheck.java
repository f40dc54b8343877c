package io.luhproc.health;

import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.stream.Collectors;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Sends a GET request and checks the response status. Created by {@link HealthCheck#http}.
 *
 * <p>Redirects are not followed, and no proxy is used. For {@code https}, the certificate must be
 * valid for the host of the URL and trusted by the default trust store of this JVM ({@code
 * javax.net.ssl.trustStore}).
 *
 * @param url an {@code http} or {@code https} URL with host and port
 * @param expected the statuses that pass the check, such as {@code 200-299,404}; default {@code
 *     200-399}
 * @since 0.1
 */
public record HttpCheck(URI url, String expected) implements HealthCheck {
  private static final String DEFAULT_EXPECTED = "200-399";
  private static final String EXAMPLE = "such as http://127.0.0.1:8080/health";

  /**
   * Creates a check.
   *
   * @throws IllegalArgumentException if the URL has another scheme, no host, no port, or contains a
   *     user or password, or if {@code expected} is malformed
   */
  public HttpCheck {
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
    StatusRange.parse(expected);
  }

  static HttpCheck of(String url) {
    try {
      return new HttpCheck(new URI(url), DEFAULT_EXPECTED);
    } catch (URISyntaxException e) {
      throw invalid(url, "be a URL, " + EXAMPLE + ": " + e.getReason());
    }
  }

  private static IllegalArgumentException invalid(String url, String requirement) {
    return new IllegalArgumentException("url (" + url + ") must " + requirement);
  }

  /**
   * Returns a copy that passes for the given statuses only.
   *
   * @param statuses one or more statuses, each 100 to 599
   * @throws IllegalArgumentException if there is none, or one is out of range
   */
  public HttpCheck expecting(int... statuses) {
    String text =
        Arrays.stream(statuses).mapToObj(String::valueOf).collect(Collectors.joining(","));
    return new HttpCheck(url, text);
  }

  /**
   * Returns a copy that passes for the given statuses only.
   *
   * @param statuses comma-separated statuses and ranges, such as {@code 200-299,404}
   * @throws IllegalArgumentException if the text is malformed, a status is not from 100 to 599, or
   *     the end of a range precedes its start
   */
  public HttpCheck expecting(String statuses) {
    return new HttpCheck(url, statuses);
  }

  @Override
  public HealthResult check(CheckContext context) {
    Deadline deadline = Deadline.after(TimeSource.system(), context.timeout());
    try {
      Socket socket = DeadlineSocket.connect(url.getHost(), url.getPort(), deadline);
      try (socket) {
        return result(status(socket, deadline));
      }
    } catch (IOException e) {
      return DeadlineSocket.failureResult(e, url.getRawAuthority(), context.timeout());
    }
  }

  private int status(Socket socket, Deadline deadline) throws IOException {
    if ("http".equalsIgnoreCase(url.getScheme())) {
      return new MinimalHttpGet(socket, deadline).get(url);
    }
    socket.setSoTimeout(DeadlineSocket.remainingMillis(deadline));
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket tlsSocket =
        (SSLSocket) factory.createSocket(socket, url.getHost(), url.getPort(), true);
    try (tlsSocket) {
      SSLParameters parameters = tlsSocket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      tlsSocket.setSSLParameters(parameters);
      return new MinimalHttpGet(tlsSocket, deadline).get(url);
    }
  }

  private HealthResult result(int status) {
    boolean healthy =
        StatusRange.parse(expected).stream().anyMatch(range -> range.contains(status));
    return healthy
        ? HealthResult.healthy("HTTP " + status)
        : HealthResult.unhealthy("HTTP " + status + ", expected " + expected);
  }

  @Override
  public String describe() {
    return url.toString();
  }
}
