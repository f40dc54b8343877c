package io.luhproc.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceSpec;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lost events, formats of streams, health that is not known yet, and clients that go away. */
@Tag("process")
class HttpStreamsProcessTest {
  private static final String SERVICES =
      """
      [services.web]
      command = "echo hello; exec sleep 60"
      [services.busy]
      command = "while :; do :; done"
      [services.late]
      command = ["sleep", "60"]
      min_ready_time = 60
      [services.unchecked]
      command = ["sleep", "60"]
      health = { exec = ["sleep", "60"], interval = "60s", timeout = "60s" }
      """;
  // The history of the daemon.
  private static final int REMEMBERED = 1_000;
  private static final Pattern DROPPED =
      Pattern.compile("(?m)^luhproc_events_dropped_total (\\S+)$");
  private static final Pattern LOST = Pattern.compile("event: lost\ndata: \\{\"lost\":(\\d+)}");

  @TempDir Path folder;
  private Daemon daemon;
  private SocketAddress unix;

  @BeforeEach
  void openDaemon() throws IOException {
    Path file = folder.resolve("luhproc.toml");
    Files.writeString(
        file, "[supervisor]\ndirectory = \"run\"\nlisten = \"localhost:0\"\n" + SERVICES);
    daemon = Daemon.open(file);
    unix = RawHttp.unix(daemon.socket());
  }

  @AfterEach
  void closeDaemon() {
    daemon.close();
  }

  @Test
  void followOfSilentProcessIsAnsweredAtOnce() throws Exception {
    var ignored = daemon.supervisor().start("late");
    for (String accept : List.of("text/plain", "application/x-ndjson", "text/event-stream")) {
      try (HttpStream stream =
          new HttpStream(unix, "GET", "/services/late/logs?follow", "Accept: " + accept)) {
        assertThat(stream.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200 ").contains(accept);
      }
    }
  }

  private String get(String target, String... headers) throws IOException {
    return RawHttp.request(unix, "GET", target, headers);
  }

  private HttpStream events(String... headers) throws IOException {
    return new HttpStream(unix, "GET", "/events", headers);
  }

  /** Causes two events. */
  private void addAndRemove(String name) {
    daemon
        .supervisor()
        .add(ServiceSpec.named(name).process(ProcessSpec.shell(name, "true").build()).build());
    daemon.supervisor().remove(name).join();
  }

  @Test
  void eventsThatAreForgottenAreCountedWhenStreamIsResumed() throws IOException {
    for (int i = 0; i < REMEMBERED / 2 + 20; i++) {
      addAndRemove("s" + i);
    }
    String id;
    int oldest;
    try (HttpStream stream = events("Last-Event-ID: of-another-run")) {
      assertThat(stream.readUntil("\"type\":\"service_removed\",\"service\":\"s519\""))
          .contains("event: lost\n");
      List<String> ids = stream.linesAfter("id: ");
      id = ids.get(0).substring(0, ids.get(0).lastIndexOf('-') + 1);
      oldest = Integer.parseInt(ids.get(0).substring(id.length()));
      assertThat(stream.linesAfter("data: ").get(0)).isEqualTo("{\"lost\":" + (oldest - 1) + "}");
      assertThat(oldest).isGreaterThan(2);
      assertThat(ids).startsWith(id + oldest, id + (oldest + 1));
    }
    try (HttpStream stream = events("Last-Event-ID: " + id + (oldest - 2))) {
      stream.readUntil("id: " + id + oldest + "\n");
      assertThat(stream.linesAfter("data: ")).startsWith("{\"lost\":1}");
    }
    try (HttpStream stream = events("Last-Event-ID: " + id + (oldest - 1))) {
      assertThat(stream.readUntil("id: " + id + oldest + "\n")).doesNotContain("lost");
    }
  }

  @Test
  void eventsThatSlowClientLosesAreCountedInItsStreamAndInMetrics() throws IOException {
    try (HttpStream slow = events()) {
      slow.readUntil(":\n\n");
      int added = 0;
      while (dropped() == 0) {
        addAndRemove("s" + added);
        added++;
      }
      addAndRemove("last");
      long dropped = dropped();

      String all = slow.readUntil("event: lost\ndata: {\"lost\":" + dropped + "}\n");

      assertThat(all.split("event: service_(added|removed)\n", -1))
          .hasSize(Math.toIntExact(2L * (added + 1) - dropped + 1));
      addAndRemove("later");
      assertThat(slow.readUntil("\"service\":\"later\"")).isNotEmpty();
      Matcher lost = LOST.matcher(slow.readUntil("\"service\":\"later\""));
      assertThat(lost.results()).hasSize(1);
    }
  }

  private long dropped() throws IOException {
    Matcher dropped = DROPPED.matcher(get("/metrics"));
    assertThat(dropped.find()).isTrue();
    return (long) Double.parseDouble(dropped.group(1));
  }

  @Test
  void formatOfLogsIsTheAcceptedOneOfTheHighestQuality() throws IOException {
    // The head of an answer is sent with its first line.
    daemon.supervisor().start("web").join();
    String text = "text/plain; charset=utf-8";
    String json = "application/x-ndjson";
    assertThat(contentType()).isEqualTo(text);
    assertThat(contentType("*/*")).isEqualTo(text);
    assertThat(contentType("image/png")).isEqualTo(text);
    assertThat(contentType("application/x-ndjson;q=0")).isEqualTo(text);
    assertThat(contentType("text/plain;q=0.5, application/x-ndjson")).isEqualTo(json);
    assertThat(contentType("application/x-ndjson;q=0.2, text/plain;q=0.3")).isEqualTo(text);
    assertThat(contentType("image/png, application/x-ndjson;q=0.1, text/event-stream;q=0"))
        .isEqualTo(json);
    assertThat(contentType("text/event-stream, application/x-ndjson;q=0.9"))
        .isEqualTo("text/event-stream");
  }

  private String contentType(String... accept) throws IOException {
    String[] headers = accept.length == 0 ? new String[0] : new String[] {"Accept: " + accept[0]};
    try (HttpStream stream = new HttpStream(unix, "GET", "/services/web/logs?follow", headers)) {
      String head = stream.readUntil("\r\n\r\n");
      assertThat(head).startsWith("HTTP/1.1 200");
      return head.replaceAll("(?s).*Content-Type: ([^\r]+)\r.*", "$1");
    }
  }

  @Test
  void eventStreamsHaveHeartbeatsAndTextHasNone() throws IOException {
    daemon.supervisor().start("web").join();
    try (HttpStream text = new HttpStream(unix, "GET", "/services/web/logs?follow");
        HttpStream events = events()) {
      text.readUntil("hello\n");
      events.readUntil(":\n\n");
      // 5 s after the first one.
      events.readUntil(":\n\n\r\n3\r\n:\n\n");
      daemon.supervisor().stop("web").join();
      daemon.supervisor().remove("web").join();
      assertThat(text.readUntil("\r\n0\r\n")).doesNotContain(":\n");
    }
  }

  @Test
  void serviceThatIsStartingIsDownAndUncheckedOneHasNoHealth() throws IOException {
    var ignored =
        List.of(daemon.supervisor().start("late"), daemon.supervisor().start("unchecked"));
    while (daemon.supervisor().status("late").state() != ProcessState.STARTING
        || !get("/services/unchecked").contains("\"health\":\"starting\"")) {
      Thread.onSpinWait();
    }
    String health = get("/health");
    assertThat(RawHttp.status(health)).isEqualTo(503);
    assertThat(health)
        .contains("\"name\":\"late\",\"status\":\"DOWN\",\"data\":{\"name\":\"late\"")
        .contains("\"state\":\"starting\"", "\"health\":\"starting\"")
        .contains("\"name\":\"web\",\"status\":\"UP\"");
    assertThat(get("/metrics"))
        .contains("service=\"unchecked\",state=")
        .doesNotContain("luhproc_process_healthy{");
  }

  /** The time of the CPU grows all the time, and shows when it was read. */
  @Test
  void usageOfAllServicesIsReadAgainOnlyAfterItsValidity() throws IOException {
    daemon.supervisor().start("busy").join();
    double first = cpuSeconds(get("/status"));
    boolean wasKept = false;
    while (!wasKept) {
      double before = cpuSeconds(get("/status"));
      double now = cpuSeconds(get("/services/busy"));
      wasKept = now > before && cpuSeconds(get("/status")) == before;
    }
    while (cpuSeconds(get("/status")) == first) {
      Thread.onSpinWait();
    }
  }

  private static double cpuSeconds(String status) {
    Matcher cpu = Pattern.compile("\"cpuSeconds\":([0-9.]+)").matcher(status);
    assertThat(cpu.find()).as(status).isTrue();
    return Double.parseDouble(cpu.group(1));
  }

  @Test
  void operationGoesOnWhenItsClientGoesAway() throws IOException {
    try (HttpStream client = new HttpStream(unix, "POST", "/services/late/start?wait=1h")) {
      while (daemon.supervisor().status("late").state() != ProcessState.STARTING) {
        Thread.onSpinWait();
      }
      assertThat(client.linesAfter("HTTP/")).isEmpty();
    }
    assertThat(RawHttp.status(get("/services/late"))).isEqualTo(200);
    assertThat(RawHttp.body(get("/services/late"))).contains("\"desiredUp\":true");
    assertThat(daemon.supervisor().status("late").state()).isEqualTo(ProcessState.STARTING);
  }

  @Test
  void serverIsNotNamed() throws IOException {
    SocketAddress tcp = RawHttp.tcp(daemon.port().orElseThrow());
    for (SocketAddress server : List.of(unix, tcp)) {
      for (String target : List.of("/status", "/", "/none", "/services/%zz")) {
        assertThat(RawHttp.request(server, "GET", target))
            .as(target)
            .startsWith("HTTP/1.1 ")
            .doesNotContain("Server:", "Jetty", "X-Powered-By");
      }
    }
  }
}
