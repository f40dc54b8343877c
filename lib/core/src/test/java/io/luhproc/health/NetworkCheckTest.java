package io.luhproc.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.health.monitor.CheckContexts;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** TCP and HTTP checks of local servers, including those that misbehave. */
@ExtendWith(LeakCheck.class)
class NetworkCheckTest {
  private static final Duration SHORT_TIMEOUT = Duration.ofMillis(300);
  private static final String OK_RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

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

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void tcpCheckIsHealthyWhenServerAccepts() throws Exception {
    try (StubServer server = StubServer.withoutResponse()) {
      assertThat(check(HealthCheck.tcp("127.0.0.1", server.port())))
          .isEqualTo(HealthResult.healthy());
      assertThat(check(HealthCheck.tcp("localhost", server.port())).isHealthy()).isTrue();
    }
  }

  @Test
  void closedPortIsReportedAsConnectionRefused() throws Exception {
    int port = closedPort();
    HealthResult refused = HealthResult.unhealthy("connection refused by 127.0.0.1:" + port);
    assertThat(check(HealthCheck.tcp("127.0.0.1", port))).isEqualTo(refused);
    assertThat(check(HealthCheck.http("http://127.0.0.1:" + port + "/"))).isEqualTo(refused);
  }

  @Test
  void unresolvableHostIsReportedAsUnknown() throws Exception {
    assertThat(check(HealthCheck.tcp("no-such-host.invalid", 1)))
        .isEqualTo(HealthResult.unhealthy("unknown host in no-such-host.invalid:1"));
  }

  @Test
  void tcpCheckTimesOutWhenBacklogIsFull() throws Exception {
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Socket> waiting = new ArrayList<>();
      try {
        fillBacklog(full, waiting);
        assertThat(checkWithShortTimeout(HealthCheck.tcp("127.0.0.1", full.getLocalPort())))
            .isEqualTo(HealthResult.unhealthy("did not answer within 300ms"));
      } finally {
        for (Socket socket : waiting) {
          socket.close();
        }
      }
    }
  }

  private static void fillBacklog(ServerSocket server, List<Socket> waiting) throws IOException {
    boolean accepted = true;
    while (accepted) {
      Socket socket = new Socket();
      waiting.add(socket);
      try {
        socket.connect(server.getLocalSocketAddress(), 200);
      } catch (SocketTimeoutException expected) {
        accepted = false;
      }
    }
  }

  @Test
  void statusFrom200To399IsHealthy() throws Exception {
    for (int status : new int[] {200, 204, 301, 399}) {
      try (StubServer server = StubServer.respondingWith("HTTP/1.1 " + status + " x\r\n\r\n")) {
        assertThat(check(server.http("/"))).isEqualTo(HealthResult.healthy("HTTP " + status));
      }
    }
  }

  @Test
  void unexpectedStatusIsUnhealthyWithActualAndExpectedInDetail() throws Exception {
    for (int status : new int[] {400, 404, 500, 503}) {
      try (StubServer server = StubServer.respondingWith("HTTP/1.1 " + status + "\r\n\r\n")) {
        assertThat(check(server.http("/")))
            .isEqualTo(HealthResult.unhealthy("HTTP " + status + ", expected 200-399"));
      }
    }
  }

  @Test
  void expectedStatusesCanBeConfigured() throws Exception {
    try (StubServer server = StubServer.respondingWith("HTTP/1.0 404 Not Found\r\n\r\n")) {
      assertThat(check(server.http("/").expecting(200, 404)).isHealthy()).isTrue();
      assertThat(check(server.http("/").expecting("200-299, 404")).isHealthy()).isTrue();
      assertThat(check(server.http("/").expecting("200-299")))
          .isEqualTo(HealthResult.unhealthy("HTTP 404, expected 200-299"));
    }
  }

  @Test
  void redirectIsNotFollowed() throws Exception {
    try (StubServer elsewhere = StubServer.respondingWith(OK_RESPONSE);
        StubServer server =
            StubServer.respondingWith(
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/\r\n\r\n"
                    .formatted(elsewhere.port()))) {
      assertThat(check(server.http("/"))).isEqualTo(HealthResult.healthy("HTTP 302"));
      assertThat(elsewhere.requests).isEmpty();
    }
  }

  @Test
  void requestIsMinimalGet() throws Exception {
    try (StubServer server = StubServer.respondingWith(OK_RESPONSE)) {
      check(server.http("/a%20b/ü?x=1#top"));
      assertThat(server.requests)
          .containsExactly(
              "GET /a%20b/%C3%BC?x=1 HTTP/1.1\r\nHost: 127.0.0.1:"
                  + server.port()
                  + "\r\nUser-Agent: luhproc-health\r\nAccept: */*\r\n\r\n");
      check(server.http(""));
      assertThat(server.requests.get(1)).startsWith("GET / HTTP/1.1\r\n");
    }
  }

  @Test
  void informationalResponsesAreSkipped() throws Exception {
    String earlyHints = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    try (StubServer server = StubServer.respondingWith(earlyHints + earlyHints + OK_RESPONSE)) {
      assertThat(check(server.http("/"))).isEqualTo(HealthResult.healthy("HTTP 200"));
    }
  }

  @Test
  void httpCheckTimesOutWhenServerIsSilent() throws Exception {
    try (StubServer server = StubServer.withoutResponse()) {
      assertThat(checkWithShortTimeout(server.http("/")))
          .isEqualTo(HealthResult.unhealthy("did not answer within 300ms"));
    }
  }

  @Test
  void httpCheckTimesOutWhenHeadersArriveSlowly() throws Exception {
    try (StubServer server =
        StubServer.withHandler((stub, socket) -> writeSlowly(socket.getOutputStream()))) {
      assertThat(checkWithShortTimeout(server.http("/")))
          .isEqualTo(HealthResult.unhealthy("did not answer within 300ms"));
    }
  }

  private static void writeSlowly(OutputStream out) throws IOException {
    out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.US_ASCII));
    while (true) {
      out.write('x');
      out.flush();
      try {
        TimeSource.system().sleep(Duration.ofMillis(20));
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  @Test
  void endlessHeadersAreUnhealthy() throws Exception {
    try (StubServer server =
        StubServer.withHandler(
            (stub, socket) -> {
              byte[] chunk = "x".repeat(8192).getBytes(StandardCharsets.US_ASCII);
              socket
                  .getOutputStream()
                  .write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
              while (true) {
                socket.getOutputStream().write(chunk);
              }
            })) {
      assertThat(check(server.http("/")).detail()).endsWith("sent more than 64KiB of headers");
    }
  }

  @Test
  void endlessBodyIsNotRead() throws Exception {
    try (StubServer server =
        StubServer.withHandler(
            (stub, socket) -> {
              byte[] chunk = "x".repeat(8192).getBytes(StandardCharsets.US_ASCII);
              socket
                  .getOutputStream()
                  .write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
              while (true) {
                socket.getOutputStream().write(chunk);
              }
            })) {
      assertThat(check(server.http("/"))).isEqualTo(HealthResult.healthy("HTTP 200"));
    }
  }

  @Test
  void nonHttpResponseIsQuotedAndTruncated() throws Exception {
    try (StubServer server =
        StubServer.respondingWith("SSH-2.0-OpenSSH\u001b[2J" + "x".repeat(100) + "\r\n")) {
      assertThat(check(server.http("/")).detail())
          .isEqualTo(
              "127.0.0.1:%d does not speak HTTP/1.1; response: SSH-2.0-OpenSSH [2J%s…"
                  .formatted(server.port(), "x".repeat(40)));
    }
  }

  @Test
  void connectionClosedBeforeResponseIsReported() throws Exception {
    try (StubServer server = StubServer.respondingWith("")) {
      assertThat(check(server.http("/")).detail())
          .isEqualTo(
              "127.0.0.1:%d closed the connection without a response".formatted(server.port()));
    }
  }

  @Test
  void connectionResetIsUnhealthy() throws Exception {
    try (StubServer server =
        StubServer.withHandler(
            (stub, socket) -> {
              socket.setSoLinger(true, 0);
              socket.close();
            })) {
      assertThat(check(server.http("/")).isHealthy()).isFalse();
    }
  }

  @Test
  void httpsCheckFailsWhenServerHasNoTls() throws Exception {
    try (StubServer server =
        StubServer.withHandler((stub, socket) -> stub.send(socket, OK_RESPONSE))) {
      String endpoint = "127.0.0.1:" + server.port();
      assertThat(check(HealthCheck.http("https://" + endpoint + "/")).detail())
          .startsWith("TLS with " + endpoint + " failed: ");
    }
  }

  @Test
  void httpsCheckTimesOutWhenServerIsSilent() throws Exception {
    try (StubServer server = StubServer.withoutResponse()) {
      assertThat(
              checkWithShortTimeout(HealthCheck.http("https://127.0.0.1:" + server.port() + "/")))
          .isEqualTo(HealthResult.unhealthy("did not answer within 300ms"));
    }
  }
}
