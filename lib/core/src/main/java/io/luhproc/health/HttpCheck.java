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
 * Gets a URL and looks at the status of the answer. Redirects are not followed: the status of the
 * redirect is the answer. No proxy is used. {@code https} trusts whom this JVM trusts by default
 * ({@code javax.net.ssl.trustStore}), and the certificate must be for the host of the URL.
 *
 * @param url {@code http} or {@code https}, with host and port
 * @param expected the statuses of a healthy process, such as {@code 200-299,404}
 */
public record HttpCheck(URI url, String expected) implements HealthCheck {
  private static final String DEFAULT_EXPECTED = "200-399";
  private static final String EXAMPLE = "such as http://127.0.0.1:8080/health";

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when the URL has another scheme, no host, no port, or a user,
   *     or when the statuses cannot be read
   */
  public HttpCheck {
    if (!"http".equalsIgnoreCase(url.getScheme()) && !"https".equalsIgnoreCase(url.getScheme())) {
      throw refused(url.toString(), "begin with http:// or https://, " + EXAMPLE);
    }
    if (url.getRawUserInfo() != null) {
      // A password would show in messages, this one included.
      throw new IllegalArgumentException("url must not contain a user or a password");
    }
    if (url.getHost() == null) {
      throw refused(url.toString(), "name a host and a port, " + EXAMPLE);
    }
    if (url.getPort() < 0) {
      throw refused(url.toString(), "name the port, " + EXAMPLE);
    }
    Port.check(url.getPort());
    StatusRange.parse(expected);
  }

  static HttpCheck of(String url) {
    try {
      return new HttpCheck(new URI(url), DEFAULT_EXPECTED);
    } catch (URISyntaxException e) {
      throw refused(url, "be a URL, " + EXAMPLE + ": " + e.getReason());
    }
  }

  private static IllegalArgumentException refused(String url, String why) {
    return new IllegalArgumentException("url (" + url + ") must " + why);
  }

  /**
   * Returns this check with other statuses of a healthy process.
   *
   * @throws IllegalArgumentException when there is none, or one is not from 100 to 599
   */
  public HttpCheck expecting(int... statuses) {
    String text =
        Arrays.stream(statuses).mapToObj(String::valueOf).collect(Collectors.joining(","));
    return new HttpCheck(url, text);
  }

  /**
   * Returns this check with other statuses of a healthy process, as text: {@code 200-299,404}.
   *
   * @throws IllegalArgumentException when one is not from 100 to 599, or a range runs backwards
   */
  public HttpCheck expecting(String statuses) {
    return new HttpCheck(url, statuses);
  }

  @Override
  public HealthResult check(HealthTarget target) {
    Deadline deadline = Deadline.after(TimeSource.system(), target.timeout());
    try {
      Socket socket = Connection.open(url.getHost(), url.getPort(), deadline);
      try (socket) {
        return result(status(socket, deadline));
      }
    } catch (IOException e) {
      return Connection.failed(e, url.getRawAuthority(), target.timeout());
    }
  }

  private int status(Socket plain, Deadline deadline) throws IOException {
    if ("http".equalsIgnoreCase(url.getScheme())) {
      return new HttpExchange(plain, deadline).get(url);
    }
    plain.setSoTimeout(Connection.millisLeft(deadline));
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket secure = (SSLSocket) factory.createSocket(plain, url.getHost(), url.getPort(), true);
    try (secure) {
      SSLParameters parameters = secure.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      secure.setSSLParameters(parameters);
      return new HttpExchange(secure, deadline).get(url);
    }
  }

  private HealthResult result(int status) {
    boolean healthy = StatusRange.parse(expected).stream().anyMatch(it -> it.contains(status));
    return healthy
        ? HealthResult.healthy("HTTP " + status)
        : HealthResult.unhealthy("HTTP " + status + ", expected " + expected);
  }

  @Override
  public String describe() {
    return url.toString();
  }
}
