package io.luhproc.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.LuhprocException;
import io.luhproc.service.ProcessState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests to the HTTP server of a daemon with real services. */
@Tag("process")
class HttpApiProcessTest {
  private static final String SERVICES =
      """
      [services.web]
      command = "echo hello; exec sleep 60"
      groups = ["front"]
      [services."a.b"]
      command = ["sleep", "60"]
      groups = ["front"]
      """;

  @TempDir Path folder;
  private Path file;
  private Daemon daemon;
  private SocketAddress tcp;
  private SocketAddress unix;
  private String token;

  @BeforeEach
  void openDaemon() throws IOException {
    file = folder.resolve("luhproc.toml");
    write("localhost:0", SERVICES);
    daemon = Daemon.open(file);
    tcp = RawHttp.tcp(daemon.port().orElseThrow());
    unix = RawHttp.unix(daemon.socket());
    token = Files.readString(folder.resolve("run/http.token")).strip();
  }

  @AfterEach
  void closeDaemon() {
    daemon.close();
  }

  private void write(String listen, String services) throws IOException {
    Files.writeString(
        file, "[supervisor]\ndirectory = \"run\"\nlisten = \"%s\"\n%s".formatted(listen, services));
  }

  private String get(String target, String... headers) throws IOException {
    return RawHttp.request(tcp, "GET", target, headers);
  }

  private String post(String target) throws IOException {
    return RawHttp.request(unix, "POST", target, "Content-Length: 0");
  }

  private ProcessState state(String service) {
    return daemon.supervisor().status(service).state();
  }

  @Test
  void statusIsArrayOfServicesThatBeginWithNameAndRunning() throws IOException {
    String stopped = RawHttp.body(get("/status"));
    assertThat(stopped).startsWith("[{\"name\":\"web\",\"running\":false,\"state\":\"inactive\"");

    daemon.start().join();

    assertThat(RawHttp.body(get("/status")))
        .startsWith("[{\"name\":\"web\",\"running\":true,\"state\":\"running\"")
        .contains(
            "\"pid\":" + daemon.supervisor().status("web").processes().get(0).pid().getAsLong());
    assertThat(RawHttp.body(get("/services/web"))).startsWith("{\"name\":\"web\",\"running\":true");
  }

  @Test
  void healthIsUpWhileNoRequestedServiceIsDown() throws IOException {
    assertThat(RawHttp.status(get("/health"))).isEqualTo(200);
    assertThat(get("/health/live")).contains("{\"status\":\"UP\",\"checks\":[]}");

    write("localhost:0", SERVICES + "[services.bad]\ncommand = \"exit 3\"\n");
    String reloaded = post("/reload");
    assertThat(RawHttp.body(reloaded)).startsWith("{\"added\":[\"bad\"]");

    String health = get("/health/ready");
    assertThat(RawHttp.status(health)).isEqualTo(503);
    assertThat(health).contains("\"status\":\"DOWN\"", "\"name\":\"bad\",\"status\":\"DOWN\"");
  }

  @Test
  void healthIsUpWithStoppedServiceAndFinishedOneshot() throws IOException {
    String oneshot = "[services.once]\ncommand = \"true\"\noneshot = true\n";
    write("localhost:0", SERVICES + "autostart = false\n" + oneshot);
    String ignored = post("/reload");
    assertThat(RawHttp.status(post("/services/once/start?wait=20s"))).isEqualTo(200);

    assertThat(state("once")).isEqualTo(ProcessState.EXITED);
    assertThat(state("a.b")).isEqualTo(ProcessState.INACTIVE);
    String health = get("/services/once") + get("/health");
    assertThat(health).contains("\"name\":\"once\",\"status\":\"UP\"");
    assertThat(health).contains("\"name\":\"a.b\",\"status\":\"UP\"");
  }

  @Test
  void operationWithWaitAnswersWhenServiceIsUp() throws IOException {
    String started = post("/services/web/start?wait=20s");

    assertThat(RawHttp.status(started)).isEqualTo(200);
    assertThat(started).contains("\"state\":\"running\"");
    assertThat(RawHttp.status(post("/services/web/stop"))).isEqualTo(202);
    assertThat(RawHttp.status(post("/services/web/stop?wait=20s"))).isEqualTo(200);
    assertThat(state("web")).isEqualTo(ProcessState.INACTIVE);
  }

  @Test
  void operationOnGroupAndProcessWorks() throws IOException {
    assertThat(RawHttp.body(post("/groups/front/start?wait=20s"))).startsWith("[{\"name\":");
    assertThat(state("a.b")).isEqualTo(ProcessState.RUNNING);

    assertThat(RawHttp.status(post("/services/web/processes/web/stop?wait=20s"))).isEqualTo(200);
    assertThat(state("web")).isEqualTo(ProcessState.INACTIVE);
  }

  @Test
  void logsAreText() throws Exception {
    daemon.start().join();
    daemon.supervisor().stop("web").join();

    String logs = RawHttp.request(unix, "GET", "/services/web/logs?lines=5&stream=out");

    assertThat(logs).contains("Content-Type: text/plain; charset=utf-8");
    assertThat(RawHttp.body(logs)).isEqualTo("hello\n");
  }

  @Test
  void whyAndTreeAreText() throws IOException {
    assertThat(RawHttp.body(RawHttp.request(unix, "GET", "/why/web"))).contains("web");
    assertThat(RawHttp.body(RawHttp.request(unix, "GET", "/tree"))).contains("a.b");
  }

  @Test
  void failureOfOperationIsConflictAndLateOneIsAccepted() throws IOException {
    write(
        "localhost:0",
        """
        [services.bad]
        command = "exit 3"
        restart = "never"
        autostart = false
        [services.late]
        command = ["sleep", "60"]
        min_ready_time = 60
        autostart = false
        """);
    String ignored = post("/reload");

    assertThat(post("/services/bad/start?wait=60s")).startsWith("HTTP/1.1 409");
    assertThat(RawHttp.status(post("/services/late/start?wait=0.1s"))).isEqualTo(202);
  }

  @Test
  void wrongRequestsAreProblems() throws IOException {
    assertThat(get("/services/wbe"))
        .startsWith("HTTP/1.1 404")
        .contains("application/problem+json", "wbe");
    assertThat(RawHttp.status(get("/nothing", "Authorization: Bearer " + token))).isEqualTo(404);
    assertThat(RawHttp.status(post("/services/web/fly"))).isEqualTo(404);
    assertThat(RawHttp.status(post("/services/web/start?wait=soon"))).isEqualTo(400);
    assertThat(post("/services/web/start?wait=3601s"))
        .startsWith("HTTP/1.1 400")
        .contains("wait (3601s) must be at most 1h");
    assertThat(state("web")).isEqualTo(ProcessState.INACTIVE);
    assertThat(RawHttp.status(post("/services/web/stop?wait=1h"))).isEqualTo(200);
    assertThat(RawHttp.status(post("/services/web/signal"))).isEqualTo(400);
    assertThat(RawHttp.status(RawHttp.request(unix, "DELETE", "/services/web"))).isEqualTo(405);
    assertThat(post("/groups/none/start"))
        .startsWith("HTTP/1.1 400")
        .contains("there is no group none");
    assertThat(RawHttp.status(RawHttp.request(unix, "GET", "/services/web/logs?lines=x")))
        .isEqualTo(400);
    write("localhost:0", "[services.web]\ncomand = 1");
    assertThat(post("/reload")).startsWith("HTTP/1.1 422").contains("did you mean command?");
  }

  @Test
  void encodedAndHostilePathsAreOnlyNames() throws IOException {
    assertThat(RawHttp.status(get("/services/a%2Eb"))).isEqualTo(200);
    assertThat(RawHttp.status(get("/status/"))).isEqualTo(200);
    assertThat(get("/services/a+b")).contains("a+b");
    for (String path :
        List.of(
            "/services/..%2f..%2fetc",
            "/services/%2e%2e",
            "/services/web/../../etc/passwd",
            "/%2e%2e/%2e%2e/etc/passwd",
            "/services/%zz",
            "/services/%00",
            "/services/<script>",
            "//services",
            "/services;x/web")) {
      assertThat(RawHttp.status(get(path, "Authorization: Bearer " + token)))
          .as(path)
          .isBetween(400, 404);
    }
  }

  @Test
  void changesAndLogsOverTcpNeedToken() throws IOException {
    for (String header :
        List.of(
            "X: y",
            "Authorization: Bearer",
            "Authorization: Bearer " + token.substring(1),
            "Authorization: Bearer " + token + "0",
            "Authorization: Basic " + token)) {
      String refused = RawHttp.request(tcp, "POST", "/services/web/start?wait=9s", header);
      assertThat(refused)
          .as(header)
          .startsWith("HTTP/1.1 401")
          .contains("WWW-Authenticate: Bearer");
      assertThat(RawHttp.status(get("/services/web/logs", header))).isEqualTo(401);
    }
    assertThat(state("web")).isEqualTo(ProcessState.INACTIVE);

    String started =
        RawHttp.request(
            tcp, "POST", "/services/web/start?wait=20s", "Authorization: Bearer " + token);

    assertThat(RawHttp.status(started)).isEqualTo(200);
  }

  @Test
  void foreignHostsAndOriginsAreRefused() throws IOException {
    assertThat(RawHttp.status(get("/status", "Host: evil.example"))).isEqualTo(403);
    assertThat(RawHttp.status(get("/status", "Host: localhost.evil.example:80"))).isEqualTo(403);
    assertThat(RawHttp.status(get("/status", "Host: 127.0.0.1:80"))).isEqualTo(200);
    assertThat(RawHttp.status(get("/status", "Host: [::1]"))).isEqualTo(200);
    assertThat(RawHttp.status(get("/status", "Host: LocalHost"))).isEqualTo(200);
    assertThat(RawHttp.status(get("/status", "Origin: http://evil.example"))).isEqualTo(403);
    assertThat(RawHttp.status(get("/status", "Origin: null"))).isEqualTo(403);
    assertThat(RawHttp.status(get("/status", "Origin: http://localhost"))).isEqualTo(200);
    assertThat(RawHttp.status(RawHttp.request(unix, "GET", "/status", "Host: evil.example")))
        .isEqualTo(403);
    assertThat(RawHttp.exchange(tcp, "GET /status HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 403");
  }

  @Test
  void hugeHeadersAndBodiesAreRefused() throws IOException {
    assertThat(RawHttp.status(get("/status", "X: " + "x".repeat(1 << 20)))).isEqualTo(431);
    assertThat(
            RawHttp.status(RawHttp.request(unix, "POST", "/reload", "Content-Length: 100000000")))
        .isEqualTo(413);
    assertThat(RawHttp.status(get("/status"))).isEqualTo(200);
  }

  @Test
  void connectionsWithoutRequestAreClosedAndDoNotBlockOthers() throws IOException {
    List<SocketChannel> silent = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      SocketChannel channel = SocketChannel.open(tcp);
      RawHttp.send(channel, i % 2 == 0 ? "" : "GET /status HTTP/1.1\r\nX: ");
      silent.add(channel);
    }
    assertThat(RawHttp.status(get("/status"))).isEqualTo(200);

    for (SocketChannel channel : silent) {
      // Returns once the server closes the connection.
      String ignored = RawHttp.readAll(channel);
      channel.close();
    }
  }

  @Test
  void busyPortOpensNothing() throws IOException {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Path other = folder.resolve("other.toml");
      Files.writeString(
          other,
          "[supervisor]\ndirectory = \"other\"\nlisten = \"localhost:%d\"\n%s"
              .formatted(busy.getLocalPort(), SERVICES));

      assertThatThrownBy(() -> Daemon.open(other))
          .isInstanceOf(LuhprocException.class)
          .hasMessageContaining("cannot open the HTTP server on localhost:" + busy.getLocalPort())
          .hasMessageContaining("in use");
      assertThat(folder.resolve("other/http.sock")).doesNotExist();
    }
  }

  @Test
  void addressOfOtherMachinesIsRefused() throws IOException {
    Path other = folder.resolve("other.toml");
    Files.writeString(other, "[supervisor]\ndirectory = \"other\"\nlisten = \"0.0.0.0:0\"\n");

    assertThatThrownBy(() -> Daemon.open(other)).hasMessageContaining("no loopback address");
  }

  @Test
  void tokenFileThatOthersCanReadIsRefused() throws IOException {
    daemon.close();
    Files.setPosixFilePermissions(
        folder.resolve("run/http.token"), PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(() -> Daemon.open(file)).hasMessageContaining("other users can read it");
  }

  @Test
  void tokenThatCannotBeWrittenIsReportedAndMadeOnceThereIsSpace() throws IOException {
    daemon.close();
    Path tokenFile = folder.resolve("run/http.token");
    Files.delete(tokenFile);
    Path obstacle = Files.createDirectories(folder.resolve("run/.http.token.new/x"));

    assertThatThrownBy(() -> Daemon.open(file))
        .hasMessageStartingWith("cannot write the token file " + tokenFile + ": ")
        .hasMessageEndingWith("; check that its disk is not full and not read-only");
    assertThat(tokenFile).doesNotExist();

    Files.delete(obstacle);
    daemon = Daemon.open(file);
    assertThat(Files.readString(tokenFile)).matches("[0-9a-f]{64}\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(tokenFile)))
        .isEqualTo("rw-------");
    assertThat(folder.resolve("run/.http.token.new")).doesNotExist();
  }

  @Test
  void socketOfKilledDaemonIsReplacedAndTokenIsKept() throws IOException {
    daemon.close();
    assertThat(daemon.socket()).doesNotExist();
    Files.writeString(daemon.socket(), "left by a killed daemon");

    daemon = Daemon.open(file);

    assertThat(RawHttp.status(RawHttp.request(RawHttp.unix(daemon.socket()), "GET", "/status")))
        .isEqualTo(200);
    assertThat(Files.readString(folder.resolve("run/http.token")).strip()).isEqualTo(token);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("run"))))
        .isEqualTo("rwx------");
  }

  /** Reads a stream until it contains a text. */
  private static String readUntil(SocketChannel channel, String text) throws IOException {
    StringBuilder read = new StringBuilder();
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    while (read.indexOf(text) < 0 && channel.read(buffer) >= 0) {
      read.append(StandardCharsets.UTF_8.decode(buffer.flip()));
      buffer.clear();
    }
    return read.toString();
  }

  private SocketChannel openEvents(String... headers) throws IOException {
    SocketChannel channel = SocketChannel.open(unix);
    String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    RawHttp.send(channel, "GET /events HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n");
    return channel;
  }

  @Test
  void eventsAreStreamedAndResumedAfterLastEventId() throws IOException {
    String seen;
    try (SocketChannel events = openEvents()) {
      assertThat(readUntil(events, ":\n\n")).contains("Content-Type: text/event-stream");
      daemon.supervisor().start("web").join();
      seen = readUntil(events, "\"type\":\"process_launched\"");
    }
    String id = seen.substring(seen.indexOf("id: ") + 4, seen.indexOf('\n', seen.indexOf("id: ")));
    daemon.supervisor().stop("web").join();

    try (SocketChannel events = openEvents("Last-Event-ID: " + id)) {
      String resumed = readUntil(events, "\"type\":\"process_exited\"");
      assertThat(resumed)
          .doesNotContain("id: " + id + "\n")
          .contains("\"type\":\"process_launched\"", "\"service\":\"web\"");
    }
    try (SocketChannel events = openEvents("Last-Event-ID: other-5")) {
      assertThat(readUntil(events, "\"type\":\"process_exited\"")).contains("id: " + id + "\n");
    }
  }

  @Test
  void streamsThatAreNeverReadDelayNoOther() throws IOException {
    List<SocketChannel> unread = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      unread.add(openEvents());
    }
    try (SocketChannel good = openEvents()) {
      String ignored = readUntil(good, ":\n\n");
      for (int i = 0; i < 20; i++) {
        daemon.supervisor().start("web").join();
        daemon.supervisor().stop("web").join();
        assertThat(readUntil(good, "\"type\":\"process_exited\"")).isNotEmpty();
      }
    }
    for (SocketChannel channel : unread) {
      channel.close();
    }
  }

  @Test
  void shutdownEndsTheWaitOfDaemon() throws Exception {
    assertThat(RawHttp.status(post("/shutdown"))).isEqualTo(202);

    daemon.awaitClose();
  }
}
