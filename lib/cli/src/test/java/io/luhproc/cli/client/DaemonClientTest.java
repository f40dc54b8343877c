package io.luhproc.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.LuhprocException;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaemonClientTest {
  private static final Path CONFIG = Path.of("/app/luhproc.toml");

  @TempDir Path folder;
  private Path socket;
  private DaemonClient client;

  @BeforeEach
  void createClient() {
    socket = folder.resolve("http.sock");
    client = new DaemonClient(CONFIG, socket);
  }

  private static String withLength(String status, String body) {
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  private Reply get(String answer) throws Exception {
    try (FakeDaemon daemon = new FakeDaemon(socket, answer, true)) {
      Reply reply = client.get("/x");
      assertThat(daemon.lastRequest()).startsWith("GET /x HTTP/1.1\r\nHost: localhost\r\n");
      return reply;
    } finally {
      assertThat(socket.toFile().delete()).isTrue();
    }
  }

  @Test
  void bodyIsReadWithLengthInChunksAndToTheEnd() throws Exception {
    assertThat(get(withLength("200 OK", "abc")).body()).isEqualTo("abc");
    assertThat(get("HTTP/1.1 200 OK\r\n\r\nabc").body()).isEqualTo("abc");
    assertThat(
            get(String.join(
                    "\r\n",
                    "HTTP/1.1 200 OK",
                    "transfer-encoding: chunked",
                    "",
                    "2;x=y",
                    "ab",
                    "1",
                    "c",
                    "0",
                    "",
                    ""))
                .body())
        .isEqualTo("abc");
    assertThat(get(withLength("202 Accepted", "")).isUnfinished()).isTrue();
  }

  @Test
  void bodyThatIsCutOffIsFailure() throws Exception {
    for (String answer :
        List.of(
            "",
            "HTTP/1.1 200",
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")) {
      assertThatThrownBy(() -> get(answer))
          .as(answer)
          .isInstanceOf(UnreachableException.class)
          .hasMessage(
              "cannot reach the daemon of /app/luhproc.toml: it has ended during the request; see"
                  + " luhproc status");
    }
  }

  @Test
  void answerThatIsNoHttpIsFailure() throws Exception {
    for (String answer :
        List.of(
            "SSH-2.0-OpenSSH\r\n\r\n",
            "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            "HTTP/1.1 600 OK\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 +20 OK\r\nContent-Length: 0\r\n\r\n",
            "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0000000000000000\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "HTTP/1.1 200 " + "x".repeat(20_000) + "\r\n\r\n",
            "HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(200) + "c: d\r\n".repeat(200))) {
      assertThatThrownBy(() -> get(answer)).isInstanceOf(LuhprocException.class);
    }
  }

  @Test
  void problemOfDaemonIsMessageOfFailure() {
    assertThatThrownBy(
            () -> get(withLength("409 Conflict", "{\"status\":409,\"detail\":\"it failed\"}")))
        .isInstanceOf(RefusedRequestException.class)
        .hasMessage("it failed");
    assertThatThrownBy(() -> get(withLength("500 Oops", "<html>")))
        .hasMessage("the daemon answered with status 500");
  }

  @Test
  void missingSocketAndSocketOfKilledDaemonMeanNotRunning() throws Exception {
    String message =
        "cannot reach the daemon of /app/luhproc.toml: it is not running; run luhproc up";
    assertThatThrownBy(() -> client.get("/x")).hasMessage(message);

    new FakeDaemon(socket, "", true).close();

    assertThat(socket).exists();
    assertThatThrownBy(() -> client.get("/x")).hasMessage(message);
    assertThat(client.isReachable()).isFalse();
  }

  @Test
  void silentDaemonIsGivenUpAtDeadline() throws Exception {
    try (ServerSocketChannel server = listen();
        HttpConnection connection =
            HttpConnection.send(
                socket,
                "GET",
                "/x",
                "",
                Deadline.after(TimeSource.system(), Duration.ofMillis(20)))) {
      assertThat(server.isOpen()).isTrue();
      assertThatThrownBy(connection::readAnswer)
          .isInstanceOf(HttpConnection.TimedOutException.class);
    }
  }

  private ServerSocketChannel listen() throws Exception {
    ServerSocketChannel server = ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX);
    return server.bind(java.net.UnixDomainSocketAddress.of(socket));
  }

  @Test
  void namesArePercentEncoded() {
    assertThat(DaemonClient.path("services", "a b/%2F+ü<b>", "stop"))
        .isEqualTo("/services/a%20b%2F%252F%2B%C3%BC%3Cb%3E/stop");
  }

  @Test
  void eventsAreReadUntilDaemonEndsStream() throws Exception {
    String events = ":\n\nid: 1\nevent: a\ndata: {\"x\":\ndata: 1}\n\n:\n\ndata:last\r\n\r\n";
    String answer =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + Integer.toHexString(events.length())
            + "\r\n"
            + events
            + "\r\n0\r\n\r\n";
    try (FakeDaemon daemon = new FakeDaemon(socket, answer, true);
        EventStream stream = client.openEvents("/events", "7")) {
      assertThat(stream.next()).contains(new ServerEvent("1", "a", "{\"x\":\n1}"));
      assertThat(stream.next()).contains(new ServerEvent("1", "message", "last"));
      assertThat(stream.next()).isEmpty();
      assertThat(daemon.lastRequest()).contains("\r\nLast-Event-ID: 7\r\n");
    }
  }

  private static String cutStream(String events) {
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        + Integer.toHexString(events.length() + 10)
        + "\r\n"
        + events;
  }

  @Test
  void streamIsResumedAfterLastMessageThatWasComplete() throws Exception {
    AtomicInteger lost = new AtomicInteger();
    FakeDaemon first =
        new FakeDaemon(socket, cutStream("id: 1\ndata: a\n\nid: 2\ndata: cut"), true);
    try (ResumedEventStream stream =
        ResumedEventStream.open(
            client, "/events", "", Duration.ofSeconds(60), lost::incrementAndGet)) {
      assertThat(stream.next()).contains(new ServerEvent("1", "message", "a"));
      first.close();
      Files.delete(socket);
      FutureTask<Optional<ServerEvent>> next = new FutureTask<>(stream::next);
      new Thread(next, "reader").start();
      while (lost.get() == 0) {
        Thread.onSpinWait();
      }
      try (FakeDaemon second = new FakeDaemon(socket, cutStream("id: 2\ndata: b\n\n"), true)) {
        assertThat(next.get()).contains(new ServerEvent("2", "message", "b"));
        assertThat(second.lastRequest()).contains("\r\nLast-Event-ID: 1\r\n");
      }
    }
    assertThat(lost).hasValue(1);
  }

  @Test
  void streamIsResumedAtItsStartWhenNoMessageCame() throws Exception {
    try (FakeDaemon daemon = new FakeDaemon(socket, cutStream("id: 7\n\n:\n"), true)) {
      readUntil("", () -> daemon.lastRequest().contains("\r\nLast-Event-ID: 7\r\n"));
    }
  }

  @Test
  void streamThatEndsAtOnceIsResumedAfterSameMessage() throws Exception {
    try (FakeDaemon daemon = new FakeDaemon(socket, cutStream(":\n\n"), true)) {
      readUntil("7", () -> daemon.requests() >= 4);
      assertThat(daemon.lastRequest()).contains("\r\nLast-Event-ID: 7\r\n");
    }
  }

  /** Reads events without messages on a thread until a condition holds, and closes the stream. */
  @SuppressWarnings("try") // The reader must end when another thread closes the stream.
  private void readUntil(String lastEventId, BooleanSupplier condition) throws Exception {
    try (ResumedEventStream stream =
        ResumedEventStream.open(client, "/events", lastEventId, Duration.ofSeconds(60), () -> {})) {
      FutureTask<Optional<ServerEvent>> next = new FutureTask<>(stream::next);
      new Thread(next, "reader").start();
      while (!condition.getAsBoolean()) {
        Thread.onSpinWait();
      }
      stream.close();
      assertThat(next.get()).isEmpty();
    }
  }

  @Test
  void streamEndsWithDaemonWhenNoneIsWaitedFor() throws Exception {
    try (FakeDaemon daemon = new FakeDaemon(socket, cutStream("id: 7\n\n"), true);
        ResumedEventStream stream =
            ResumedEventStream.open(client, "/events", "", Duration.ZERO, () -> {})) {
      assertThatThrownBy(stream::next).isInstanceOf(UnreachableException.class);
      assertThat(daemon.lastRequest()).doesNotContain("Last-Event-ID");
    }
  }

  @Test
  void streamOfDaemonThatIsNotStartedAgainEndsWithItsFailure() throws Exception {
    FakeDaemon daemon = new FakeDaemon(socket, cutStream(""), true);
    try (ResumedEventStream stream =
        ResumedEventStream.open(client, "/events", "", Duration.ofMillis(50), () -> {})) {
      daemon.close();
      assertThatThrownBy(stream::next)
          .isInstanceOf(UnreachableException.class)
          .hasMessageContaining("it has ended during the request");
    }
  }

  @Test
  void killedDaemonEndsStreamWithFailure() throws Exception {
    String answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n:\n\n\r\n";
    try (FakeDaemon daemon = new FakeDaemon(socket, answer, true);
        EventStream stream = client.openEvents("/events", "")) {
      assertThatThrownBy(stream::next).isInstanceOf(UnreachableException.class);
      assertThat(daemon.lastRequest()).doesNotContain("Last-Event-ID");
    }
  }

  @Test
  void refusedStreamIsFailureOfDaemon() throws Exception {
    try (FakeDaemon daemon =
        new FakeDaemon(socket, withLength("404 No", "{\"detail\":\"no service\"}"), true)) {
      assertThatThrownBy(() -> client.openLines("/x"))
          .isInstanceOf(RefusedRequestException.class)
          .hasMessage("no service");
      assertThat(daemon.lastRequest()).contains("Accept: application/x-ndjson\r\n");
    }
  }

  @Test
  void servicesOfNewerDaemonAreRead() throws Exception {
    String json =
        """
        [{"name":"web","state":"flying","new":{"a":[1,null]},"processes":[{"name":"web","pid":7,
        "started":"soon","restarts":2,"lastExit":{"exitCode":3,"signal":null},"health":null}]}]
        """;

    ServiceView web = ServiceView.listOf(get(withLength("200 OK", json)).json()).get(0);

    assertThat(web.state()).isEqualTo("flying");
    ProcessView process = web.processes().get(0);
    assertThat(process.pid()).contains(7L);
    assertThat(process.started()).isEmpty();
    assertThat(process.exitCode()).contains(3);
    assertThat(process.signal()).isEqualTo(Optional.empty());
    assertThat(web.json().get("new")).isInstanceOf(Map.class);
  }

  @Test
  void bodyThatIsNoJsonIsFailure() {
    for (String body : List.of("", "{", "[1,", "nope", "{\"a\":}", "]")) {
      assertThatThrownBy(() -> Json.parse(body)).isInstanceOf(LuhprocException.class);
    }
  }
}
