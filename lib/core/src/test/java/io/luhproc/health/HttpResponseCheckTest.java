package io.luhproc.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.health.monitor.CheckContexts;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.Deadline;
import io.luhproc.time.Threads;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests and response bodies of HTTP checks, also of hostile servers, and Unix sockets. */
@ExtendWith(LeakCheck.class)
class HttpResponseCheckTest {
  private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final Duration SHORT_TIMEOUT = Duration.ofMillis(300);

  @TempDir Path directory;

  private HealthResult check(HealthCheck check) throws Exception {
    return check.check(CheckContexts.contextIn(directory, Duration.ofSeconds(10)));
  }

  private HealthResult checkWithShortTimeout(HealthCheck check) throws Exception {
    Deadline deadline = Deadline.after(TimeSource.system(), Duration.ofSeconds(8));
    HealthResult result = check.check(CheckContexts.contextIn(directory, SHORT_TIMEOUT));
    assertThat(deadline.isExpired()).isFalse();
    return result;
  }

  @Test
  void requestHasMethodAndHeaders() throws Exception {
    try (StubServer server = StubServer.respondingWith("HTTP/1.1 200 OK\r\n\r\n")) {
      HttpCheck check =
          server.http("/x").method("POST").header("X-Token", "a b").header("host", "example.org");
      assertThat(check(check)).isEqualTo(HealthResult.healthy("HTTP 200"));
      assertThat(server.requests)
          .containsExactly(
              String.join(
                  "\r\n",
                  "POST /x HTTP/1.1",
                  "User-Agent: luhproc-health",
                  "Accept: */*",
                  "Content-Length: 0",
                  "host: example.org",
                  "X-Token: a b",
                  "\r\n"));
      assertThat(check).asString().doesNotContain("a b");
      assertThat(check.describe()).isEqualTo("POST " + check.url());
    }
  }

  @Test
  void invalidRequestsAreRefusedWithoutTheValue() {
    HttpCheck check = HealthCheck.http("http://127.0.0.1:1/");
    assertThatThrownBy(() -> check.method("get")).hasMessageStartingWith("method (get) must");
    assertThatThrownBy(() -> check.method("CONNECT")).hasMessageStartingWith("method (CONNECT)");
    assertThatThrownBy(() -> check.header("a b", "")).hasMessageStartingWith("header (a b) must");
    assertThatThrownBy(() -> check.header("Connection", "close"))
        .hasMessageStartingWith("header (Connection) must");
    assertThatThrownBy(() -> check.header("X", "secret\r\nY: z"))
        .hasMessage("value of the header X must contain no control character");
    assertThatThrownBy(() -> check.header("X", "x".repeat(20_000)))
        .hasMessage("headers must be shorter than 16KiB");
    assertThatThrownBy(() -> check.bodyMatching("(")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> check.trustedCertificates(Path.of("x")))
        .hasMessageContaining("must begin with https://");
    assertThatThrownBy(() -> HealthCheck.http("https://a:1/").unixSocket(Path.of("x")))
        .hasMessageContaining("must begin with http://");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{\"ready\":true",
        CHUNKED + "4\r\n{\"re\r\n9;x=y\r\nady\":true\r\n0\r\nT: u\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\n{\"ready\":true"
      })
  void bodyIsComparedInEveryFraming(String response) throws Exception {
    try (StubServer server = StubServer.respondingWith(response)) {
      HttpCheck http = server.http("/");
      assertThat(check(http.bodyContaining("\"ready\":true")).isHealthy()).isTrue();
      assertThat(check(http.bodyMatching("\"ready\":\\s*(true|1)")).isHealthy()).isTrue();
      assertThat(check(http.bodyContaining("false")))
          .isEqualTo(HealthResult.unhealthy("HTTP 200, but the body does not contain false"));
      assertThat(check(http.bodyMatching("f.lse")))
          .isEqualTo(
              HealthResult.unhealthy("HTTP 200, but the body does not contain a match of f.lse"));
      assertThat(check(http.expecting(204).bodyContaining("false")))
          .isEqualTo(HealthResult.unhealthy("HTTP 200, expected 204"));
    }
  }

  @Test
  void bodyIsComparedUpToItsFirst64KiB() throws Exception {
    try (StubServer server =
        StubServer.withHandler(
            (stub, socket) -> {
              stub.send(socket, "HTTP/1.1 200 OK\r\n\r\nfirst");
              while (true) {
                stub.send(socket, "x".repeat(8192));
              }
            })) {
      assertThat(check(server.http("/").bodyContaining("first")).isHealthy()).isTrue();
      assertThat(check(server.http("/").bodyContaining("last")).isHealthy()).isFalse();
    }
  }

  @Test
  void neededBodyTimesOutWhenItArrivesSlowly() throws Exception {
    try (StubServer server = slowBody()) {
      assertThat(checkWithShortTimeout(server.http("/").bodyContaining("y")))
          .isEqualTo(HealthResult.unhealthy("did not answer within 300ms"));
    }
  }

  @Test
  void statusIsReportedWhenUnneededBodyArrivesSlowly() throws Exception {
    try (StubServer server = slowBody()) {
      assertThat(checkWithShortTimeout(server.http("/")))
          .isEqualTo(HealthResult.healthy("HTTP 200"));
    }
  }

  private static StubServer slowBody() throws IOException {
    return StubServer.withHandler(
        (stub, socket) -> {
          stub.send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
          while (true) {
            stub.send(socket, "x");
            try {
              TimeSource.system().sleep(Duration.ofMillis(20));
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"zz\r\n", "ffffffffffffffffffff\r\n", "\r\n"})
  void malformedChunkIsUnhealthy(String chunk) throws Exception {
    try (StubServer server =
        StubServer.respondingWith(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk)) {
      assertThat(check(server.http("/").bodyContaining("x")).detail())
          .contains("sent a malformed chunk");
      assertThat(check(server.http("/"))).isEqualTo(HealthResult.healthy("HTTP 200"));
    }
  }

  @Test
  void exponentialMatchingTimesOut() throws Exception {
    try (StubServer server =
        StubServer.respondingWith("HTTP/1.0 200 OK\r\n\r\n" + "a".repeat(60) + "!")) {
      assertThat(checkWithShortTimeout(server.http("/").bodyMatching(".*".repeat(12) + "#")))
          .isEqualTo(HealthResult.unhealthy("did not answer within 300ms"));
    }
  }

  @ParameterizedTest
  @CsvSource({"HEAD, 200", "GET, 204", "GET, 304"})
  void responseWithoutBodyIsNotAwaited(String method, int status) throws Exception {
    try (StubServer server =
        StubServer.withHandler(
            (stub, socket) ->
                stub.respondAndWait(
                    socket, "HTTP/1.1 " + status + " x\r\nContent-Length: 9\r\n\r\n"))) {
      assertThat(checkWithShortTimeout(server.http("/").method(method).bodyMatching("^$")))
          .isEqualTo(HealthResult.healthy("HTTP " + status));
    }
  }

  @Test
  void httpCheckUsesUnixSocketInWorkingDirectory() throws Exception {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("s.sock"));
    HttpCheck http = HealthCheck.http("http://localhost:80/health").unixSocket(Path.of("s.sock"));
    assertThat(check(http).detail()).startsWith("cannot connect to s.sock: ");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(address);
      Threads.daemon("unix-server", () -> serve(server)).start();
      assertThat(check(http.bodyContaining("ok"))).isEqualTo(HealthResult.healthy("HTTP 200"));
      assertThat(check(HealthCheck.unixSocket(Path.of("s.sock"))))
          .isEqualTo(HealthResult.healthy());
      assertThat(checkWithShortTimeout(http))
          .as("a server that does not answer")
          .isEqualTo(HealthResult.unhealthy("did not answer within 300ms"));
      assertThat(http.describe()).isEqualTo("http://localhost:80/health over s.sock");
      assertThat(HealthCheck.unixSocket(Path.of("s.sock")).describe()).isEqualTo("unix s.sock");
    }
  }

  /** Answers the first connection, and no other. */
  private static void serve(ServerSocketChannel server) {
    try (SocketChannel first = server.accept()) {
      int ignored = first.read(ByteBuffer.allocate(1000));
      ignored =
          first.write(
              ByteBuffer.wrap(
                  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                      .getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok",
        "HTTP/1.0 200 OK\r\n\r\nok"
      })
  void serverWithoutReuseAddressCanRestartAfterCheck(String response) throws Exception {
    int port;
    boolean serverCloses = !response.contains("Content-Length") && !response.contains("chunked");
    try (StubServer server =
        StubServer.withHandler(
            (stub, socket) -> {
              if (serverCloses) {
                stub.respond(socket, response);
              } else {
                stub.respondAndWait(socket, response);
              }
            })) {
      port = server.port();
      assertThat(check(server.http("/")).isHealthy()).isTrue();
      assertThat(check(server.http("/").bodyContaining("ok")).isHealthy()).isTrue();
    }
    assertCanBind(port);
  }

  @Test
  void serverWithoutReuseAddressCanRestartAfterTcpCheck() throws Exception {
    int port;
    try (StubServer server =
        StubServer.withHandler(
            (stub, socket) -> {
              while (socket.getInputStream().read() >= 0) {}
              socket.close();
            })) {
      port = server.port();
      assertThat(check(HealthCheck.tcp("127.0.0.1", port)).isHealthy()).isTrue();
    }
    assertCanBind(port);
  }

  /**
   * Binds without SO_REUSEADDR, which fails for a minute if a connection of the port is in
   * TIME_WAIT. The sockets of the server are closed once its threads have left their calls.
   */
  private static void assertCanBind(int port) {
    Eventually.holds(
        "the port can be bound",
        () -> {
          try (Socket socket = new Socket()) {
            socket.setReuseAddress(false);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
          }
        });
  }
}
