package io.luhproc.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that want to block the server, or to get around its checks. */
@Tag("process")
class HttpAttackProcessTest {
  private static final int MAX_CONNECTIONS = 1_200;

  @TempDir Path folder;
  private final List<SocketChannel> opened = new ArrayList<>();
  private Daemon daemon;
  private SocketAddress tcp;
  private SocketAddress unix;

  @BeforeEach
  void openDaemon() throws IOException {
    Path file = folder.resolve("luhproc.toml");
    Files.writeString(
        file,
        """
        [supervisor]
        directory = "run"
        listen = "localhost:0"
        [services.web]
        command = "echo secret; exec sleep 60"
        """);
    daemon = Daemon.open(file);
    tcp = RawHttp.tcp(daemon.port().orElseThrow());
    unix = RawHttp.unix(daemon.socket());
  }

  @AfterEach
  void closeDaemon() throws IOException {
    for (SocketChannel channel : opened) {
      channel.close();
    }
    daemon.close();
  }

  private SocketChannel open(SocketAddress server, String bytes) throws IOException {
    SocketChannel channel = SocketChannel.open(server);
    opened.add(channel);
    RawHttp.send(channel, bytes);
    return channel;
  }

  private int statusOver(SocketAddress server) throws IOException {
    return RawHttp.status(RawHttp.request(server, "GET", "/status"));
  }

  @Test
  void connectionsThatSendTheirHeaderSlowlyAreClosed() throws Exception {
    for (int i = 0; i < 300; i++) {
      open(tcp, "GET /status HTTP/1.1\r\nHost: localhost\r\nX: ");
    }
    ScheduledExecutorService drip = Executors.newSingleThreadScheduledExecutor();
    try {
      var ignored =
          drip.scheduleAtFixedRate(
              () -> opened.forEach(it -> RawHttp.send(it, "x")), 0, 500, TimeUnit.MILLISECONDS);
      assertThat(statusOver(tcp)).isEqualTo(200);
      for (SocketChannel channel : opened) {
        // Returns once the server closes the connection.
        assertThat(RawHttp.readAll(channel)).isEmpty();
      }
    } finally {
      drip.shutdownNow();
      assertThat(drip.awaitTermination(9, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void connectionThatIsUsedAgainMustSendItsNextHeaderInTime() throws Exception {
    SocketChannel channel = open(tcp, "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\nGET /");
    ScheduledExecutorService drip = Executors.newSingleThreadScheduledExecutor();
    try {
      var ignored =
          drip.scheduleAtFixedRate(() -> RawHttp.send(channel, "x"), 0, 500, TimeUnit.MILLISECONDS);
      assertThat(RawHttp.readAll(channel)).startsWith("HTTP/1.1 200").contains("UP");
    } finally {
      drip.shutdownNow();
      assertThat(drip.awaitTermination(9, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void thousandSilentConnectionsDoNotBlockOthers() throws IOException {
    for (int i = 0; i < 1_000; i++) {
      open(tcp, "");
    }
    assertThat(statusOver(tcp)).isEqualTo(200);
    assertThat(statusOver(unix)).isEqualTo(200);
  }

  @Test
  void connectionsOverTheLimitWaitAndDoNotBlockTheUnixSocket() throws IOException {
    String token = Files.readString(folder.resolve("run/http.token")).strip();
    String stream = "GET /events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n";
    // A few more, because connections that are being accepted meanwhile are not refused.
    for (int i = 0; i < MAX_CONNECTIONS + 20; i++) {
      open(tcp, stream.formatted(token));
    }
    SocketChannel refused = open(tcp, "GET /health/live HTTP/1.0\r\nHost: localhost\r\n\r\n");
    refused.configureBlocking(false);
    for (int i = 0; i < 100; i++) {
      assertThat(statusOver(unix)).isEqualTo(200);
    }
    assertThat(refused.read(ByteBuffer.allocate(1))).isZero();

    for (SocketChannel channel : opened) {
      if (channel != refused) {
        channel.close();
      }
    }

    refused.configureBlocking(true);
    assertThat(RawHttp.status(RawHttp.readAll(refused))).isEqualTo(200);
  }

  @Test
  void hugeChunkedBodyIsNotRead() throws IOException {
    ByteBuffer chunk =
        ByteBuffer.wrap(
            ("10000\r\n" + "x".repeat(1 << 16) + "\r\n").getBytes(StandardCharsets.UTF_8));
    SocketChannel channel =
        open(
            unix, "POST /reload HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    long sent = 0;
    try {
      while (sent < 100_000_000) {
        sent += channel.write(chunk.rewind());
      }
    } catch (IOException expected) {
      // The server has closed the connection.
    }
    assertThat(sent).isLessThan(10_000_000);
    assertThat(statusOver(unix)).isEqualTo(200);
  }

  @Test
  void disguisedPathsOverTcpNeedTheToken() throws IOException {
    for (String path :
        List.of(
            "/services/web/%6Cogs",
            "/services/web/logs/",
            "/services/web/logs?a=/status",
            "/services/web/logs#/status",
            "//services/web/logs",
            "/status/../services/web/logs",
            "/status/%2e%2e/services/web/logs",
            "/./services/web/logs",
            "/services/web/logs;/status",
            "/services/%77eb/logs",
            "/services%2Fweb%2Flogs",
            "/page/../events",
            "/%65vents",
            "http://localhost/services/web/logs")) {
      String answer = RawHttp.request(tcp, "GET", path);
      assertThat(RawHttp.status(answer)).as(path).isBetween(400, 404);
      assertThat(answer).as(path).doesNotContain("secret");
    }
    for (String method : List.of("HEAD", "get", "OPTIONS", "TRACE", "GET /status HTTP/1.1\r\nX:")) {
      String answer = RawHttp.request(tcp, method, "/services/web/logs");
      assertThat(answer).as(method).doesNotContain("secret");
    }
  }

  @Test
  void namesWithMarkupAreRefusedAndNeverHtml() throws IOException {
    for (String name :
        List.of("%3Cscript%3E", "a%20b", "web%2Flogs", "..%2F..%2Fetc", "%0d%0aX:y")) {
      for (String path :
          List.of("/services/" + name, "/why/" + name, "/services/" + name + "/logs")) {
        String answer = RawHttp.request(unix, "GET", path);
        assertThat(RawHttp.status(answer)).as(path).isBetween(400, 404);
        assertThat(answer)
            .contains("Content-Type: application/problem+json", "X-Content-Type-Options: nosniff")
            .doesNotContain("\r\nX:y");
      }
    }
    Path other = folder.resolve("other.toml");
    for (String name : List.of("<b>", "a b", "a/b", "..", "")) {
      Files.writeString(other, "[services.\"" + name + "\"]\ncommand = \"true\"\n");
      assertThatThrownBy(() -> Daemon.open(other)).as(name).hasMessageContaining("must have 1 to");
    }
  }

  @Test
  void followerThatIsGoneIsNoticedWithoutOutput() throws Exception {
    daemon.supervisor().start("web").join();
    try (HttpStream stream = new HttpStream(unix, "GET", "/services/web/logs?follow")) {
      stream.readUntil("secret\n");
      assertThat(hasTailer()).isTrue();
    }
    while (hasTailer()) {
      Thread.onSpinWait();
    }
  }

  private static boolean hasTailer() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(it -> it.getName().startsWith("luhproc-follow-"));
  }
}
