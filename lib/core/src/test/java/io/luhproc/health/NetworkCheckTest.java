package io.luhproc.health;

import static org.assertj.core.api.Assertions.assertThat;

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

/** What tcp and http checks say of servers on this machine that behave in many ways. */
@ExtendWith(LeakCheck.class)
class NetworkCheckTest {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  @TempDir Path directory;

  private HealthResult check(HealthCheck check) throws Exception {
    return check.check(Targets.in(directory, Duration.ofSeconds(10)));
  }

  private HealthResult checkShortly(HealthCheck check) throws Exception {
    Deadline deadline = Deadline.after(TimeSource.system(), Duration.ofSeconds(8));
    HealthResult result = check.check(Targets.in(directory, SHORT));
    assertThat(deadline.isExpired()).isFalse();
    return result;
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void aServerThatAcceptsPassesTcp() throws Exception {
    try (TinyServer server = TinyServer.silent()) {
      assertThat(check(HealthCheck.tcp("127.0.0.1", server.port())))
          .isEqualTo(HealthResult.healthy());
      assertThat(check(HealthCheck.tcp("localhost", server.port())).isHealthy()).isTrue();
    }
  }

  @Test
  void whereNobodyListensTheConnectionIsRefused() throws Exception {
    int port = closedPort();
    HealthResult refused = HealthResult.unhealthy("connection refused by 127.0.0.1:" + port);
    assertThat(check(HealthCheck.tcp("127.0.0.1", port))).isEqualTo(refused);
    assertThat(check(HealthCheck.http("http://127.0.0.1:" + port + "/"))).isEqualTo(refused);
  }

  @Test
  void aHostThatDoesNotExistIsSaidToBeUnknown() throws Exception {
    assertThat(check(HealthCheck.tcp("no-such-host.invalid", 1)))
        .isEqualTo(HealthResult.unhealthy("unknown host in no-such-host.invalid:1"));
  }

  @Test
  void aServerWhoseQueueIsFullDoesNotAcceptInTime() throws Exception {
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Socket> waiting = new ArrayList<>();
      try {
        fill(full, waiting);
        assertThat(checkShortly(HealthCheck.tcp("127.0.0.1", full.getLocalPort())))
            .isEqualTo(HealthResult.unhealthy("did not answer within 300ms"));
      } finally {
        for (Socket socket : waiting) {
          socket.close();
        }
      }
    }
  }

  private static void fill(ServerSocket server, List<Socket> waiting) throws IOException {
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
  void aStatusFrom200To399IsHealthy() throws Exception {
    for (int status : new int[] {200, 204, 301, 399}) {
      try (TinyServer server = TinyServer.answering("HTTP/1.1 " + status + " x\r\n\r\n")) {
        assertThat(check(server.http("/"))).isEqualTo(HealthResult.healthy("HTTP " + status));
      }
    }
  }

  @Test
  void anotherStatusIsNotAndTheDetailNamesBoth() throws Exception {
    for (int status : new int[] {400, 404, 500, 503}) {
      try (TinyServer server = TinyServer.answering("HTTP/1.1 " + status + "\r\n\r\n")) {
        assertThat(check(server.http("/")))
            .isEqualTo(HealthResult.unhealthy("HTTP " + status + ", expected 200-399"));
      }
    }
  }

  @Test
  void theStatusesOfAHealthyProcessCanBeChosen() throws Exception {
    try (TinyServer server = TinyServer.answering("HTTP/1.0 404 Not Found\r\n\r\n")) {
      assertThat(check(server.http("/").expecting(200, 404)).isHealthy()).isTrue();
      assertThat(check(server.http("/").expecting("200-299, 404")).isHealthy()).isTrue();
      assertThat(check(server.http("/").expecting("200-299")))
          .isEqualTo(HealthResult.unhealthy("HTTP 404, expected 200-299"));
    }
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    try (TinyServer elsewhere = TinyServer.answering(OK);
        TinyServer server =
            TinyServer.answering(
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/\r\n\r\n"
                    .formatted(elsewhere.port()))) {
      assertThat(check(server.http("/"))).isEqualTo(HealthResult.healthy("HTTP 302"));
      assertThat(elsewhere.requests).isEmpty();
    }
  }

  @Test
  void theRequestIsAPlainGet() throws Exception {
    try (TinyServer server = TinyServer.answering(OK)) {
      check(server.http("/a%20b/ü?x=1#top"));
      assertThat(server.requests)
          .containsExactly(
              "GET /a%20b/%C3%BC?x=1 HTTP/1.1\r\nHost: 127.0.0.1:"
                  + server.port()
                  + "\r\nUser-Agent: luhproc-health\r\nAccept: */*\r\nConnection: close\r\n\r\n");
      check(server.http(""));
      assertThat(server.requests.get(1)).startsWith("GET / HTTP/1.1\r\n");
    }
  }

  @Test
  void anInterimAnswerIsNotTheAnswer() throws Exception {
    String early = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    try (TinyServer server = TinyServer.answering(early + early + OK)) {
      assertThat(check(server.http("/"))).isEqualTo(HealthResult.healthy("HTTP 200"));
    }
  }

  @Test
  void aServerThatAcceptsAndNeverAnswersFailsAtTheTimeout() throws Exception {
    try (TinyServer server = TinyServer.silent()) {
      assertThat(checkShortly(server.http("/")))
          .isEqualTo(HealthResult.unhealthy("did not answer within 300ms"));
    }
  }

  @Test
  void headersThatDripFailAtTheTimeoutToo() throws Exception {
    try (TinyServer server = TinyServer.that((it, socket) -> drip(socket.getOutputStream()))) {
      assertThat(checkShortly(server.http("/")))
          .isEqualTo(HealthResult.unhealthy("did not answer within 300ms"));
    }
  }

  private static void drip(OutputStream out) throws IOException {
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
  void headersWithoutEndFail() throws Exception {
    try (TinyServer server =
        TinyServer.that(
            (it, socket) -> {
              byte[] much = "x".repeat(8192).getBytes(StandardCharsets.US_ASCII);
              socket
                  .getOutputStream()
                  .write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
              while (true) {
                socket.getOutputStream().write(much);
              }
            })) {
      assertThat(check(server.http("/")).detail())
          .endsWith("sent more than 64KiB and no end of its headers");
    }
  }

  @Test
  void aBodyWithoutEndIsNotRead() throws Exception {
    try (TinyServer server =
        TinyServer.that(
            (it, socket) -> {
              byte[] much = "x".repeat(8192).getBytes(StandardCharsets.US_ASCII);
              socket
                  .getOutputStream()
                  .write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
              while (true) {
                socket.getOutputStream().write(much);
              }
            })) {
      assertThat(check(server.http("/"))).isEqualTo(HealthResult.healthy("HTTP 200"));
    }
  }

  @Test
  void garbageIsQuotedAndCut() throws Exception {
    try (TinyServer server =
        TinyServer.answering("SSH-2.0-OpenSSH\u001b[2J" + "x".repeat(100) + "\r\n")) {
      assertThat(check(server.http("/")).detail())
          .isEqualTo(
              "127.0.0.1:%d does not speak HTTP/1.1, it said: SSH-2.0-OpenSSH [2J%s…"
                  .formatted(server.port(), "x".repeat(40)));
    }
  }

  @Test
  void aServerThatClosesWithoutAWordIsSaidToHave() throws Exception {
    try (TinyServer server = TinyServer.answering("")) {
      assertThat(check(server.http("/")).detail())
          .isEqualTo(
              "127.0.0.1:%d closed the connection before it answered".formatted(server.port()));
    }
  }

  @Test
  void aServerThatResetsTheConnectionIsUnhealthy() throws Exception {
    try (TinyServer server =
        TinyServer.that(
            (it, socket) -> {
              socket.setSoLinger(true, 0);
              socket.close();
            })) {
      assertThat(check(server.http("/")).isHealthy()).isFalse();
    }
  }

  @Test
  void aServerWithoutTlsFailsAnHttpsCheck() throws Exception {
    try (TinyServer server = TinyServer.that((it, socket) -> it.say(socket, OK))) {
      String where = "127.0.0.1:" + server.port();
      assertThat(check(HealthCheck.http("https://" + where + "/")).detail())
          .startsWith("TLS with " + where + " failed: ");
    }
  }

  @Test
  void aTlsServerThatNeverAnswersFailsAtTheTimeout() throws Exception {
    try (TinyServer server = TinyServer.silent()) {
      assertThat(checkShortly(HealthCheck.http("https://127.0.0.1:" + server.port() + "/")))
          .isEqualTo(HealthResult.unhealthy("did not answer within 300ms"));
    }
  }
}
