package io.luhproc.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs over HTTP: text, JSON lines and server-sent events. */
@Tag("process")
class HttpLogsProcessTest {
  /** The service {@code web} writes what the test writes to a pipe; it is quiet until then. */
  private static final String SERVICES =
      """
      [services.web]
      command = ["cat", "%1$s"]
      restart = "never"
      logs = { max_size = "4KiB", max_backups = 1000 }
      [services.pair.processes.a]
      command = "echo from a; exec sleep 60"
      [services.pair.processes.b]
      command = "echo from b >&2; exec sleep 60"
      """;

  @TempDir Path folder;
  private Path output;
  private Daemon daemon;
  private SocketAddress unix;

  @BeforeEach
  void openDaemon() throws IOException {
    output = folder.resolve("output");
    Files.writeString(output, "");
    Path file = folder.resolve("luhproc.toml");
    Files.writeString(
        file, "[supervisor]\ndirectory = \"run\"\n" + SERVICES.formatted(output.toString()));
    daemon = Daemon.open(file);
    unix = RawHttp.unix(daemon.socket());
  }

  @AfterEach
  void closeDaemon() {
    daemon.close();
  }

  /** Runs the service once; it writes a text. */
  private void print(String text) throws IOException {
    Files.writeString(output, text);
    daemon.supervisor().start("web").join();
    while (daemon.supervisor().status("web").processes().get(0).pid().isPresent()) {
      Thread.onSpinWait();
    }
  }

  private String logs(String query, String... headers) throws IOException {
    return RawHttp.request(unix, "GET", "/services/web/logs" + query, headers);
  }

  private HttpStream follow(String query, String... headers) throws IOException {
    return new HttpStream(unix, "GET", "/services/web/logs" + query, headers);
  }

  private static String numbered(int from, int to) {
    StringBuilder text = new StringBuilder();
    IntStream.rangeClosed(from, to).forEach(i -> text.append("line ").append(i).append('\n'));
    return text.toString();
  }

  @Test
  void lastLinesAreText() throws IOException {
    print(numbered(1, 20) + "unfinished");

    String answer = logs("?lines=3&stream=out");

    assertThat(answer).contains("Content-Type: text/plain; charset=utf-8");
    assertThat(RawHttp.body(answer))
        .contains("line 19\nline 20\nunfinished\n")
        .doesNotContain("18");
    assertThat(RawHttp.body(logs("?stream=err"))).doesNotContain("line");
    assertThat(RawHttp.status(logs("?stream=in"))).isEqualTo(400);
    assertThat(RawHttp.status(logs("?lines=-1"))).isEqualTo(400);
    assertThat(RawHttp.status(logs("?lines=10000"))).isEqualTo(200);
    assertThat(RawHttp.status(logs("?lines=10001"))).isEqualTo(400);
    assertThat(RawHttp.status(logs("?since=soon"))).isEqualTo(400);
    assertThat(RawHttp.status(logs("?follow&until=1s"))).isEqualTo(400);
    assertThat(RawHttp.status(logs("?process=none"))).isEqualTo(404);
  }

  @Test
  void sinceAndUntilAreTimesOrDurations() throws IOException {
    print(numbered(1, 300));

    assertThat(RawHttp.body(logs("?since=10m"))).contains("line 1\n", "line 300\n");
    assertThat(RawHttp.body(logs("?since=2001-01-01T00:00:00Z&lines=1")))
        .contains("line 300\n")
        .doesNotContain("line 299\n");
    assertThat(RawHttp.body(logs("?since=2101-01-01T00:00:00+01:00"))).doesNotContain("line");
    assertThat(RawHttp.body(logs("?until=1h"))).doesNotContain("line");
  }

  @Test
  void longLineHasItsTimeOnce() throws IOException {
    String line = "x".repeat(200_000);
    print(line + "\n");

    assertThat(RawHttp.body(logs("?stream=out&timestamps"))).matches("(?s).*Z x{200000}\n.*");
  }

  @Test
  void jsonLinesNameTimeProcessAndStream() throws IOException {
    print("\u001b[31mred\u001b[0m \"<b>\"\n");

    String answer = logs("", "Accept: application/x-ndjson");

    assertThat(answer).contains("Content-Type: application/x-ndjson");
    assertThat(RawHttp.body(answer))
        .contains(
            "\",\"process\":\"web\",\"stream\":\"out\","
                + "\"text\":\"\\u001B[31mred\\u001B[0m \\\"<b>\\\"\",\"partial\":false}\n");
  }

  @Test
  void linesOfSeveralProcessesNameTheirProcess() throws IOException {
    daemon.supervisor().start("pair").join();
    try (HttpStream both = new HttpStream(unix, "GET", "/services/pair/logs?follow&timestamps")) {
      both.readUntil(" a | from a\n");
      both.readUntil(" b | from b\n");
    }
    try (HttpStream one = new HttpStream(unix, "GET", "/services/pair/logs?process=b&follow")) {
      assertThat(one.readUntil("b | from b\n")).doesNotContain("from a");
    }
  }

  @Test
  void followSendsSnapshotAndThenChangesAcrossRestarts() throws IOException {
    print(numbered(1, 5));
    try (HttpStream stream = follow("?follow&lines=2")) {
      assertThat(stream.readUntil("line 5\n")).contains("line 4\n").doesNotContain("line 3\n");
      print(numbered(6, 10));
      stream.readUntil("line 10\n");
      print("end\n");
      stream.readUntil("end\n");
      assertThat(stream.linesAfter("line ")).containsExactly("4", "5", "6", "7", "8", "9", "10");
    }
  }

  @Test
  void eventsResumeAfterLastEventIdWithoutGapOrDuplicate() throws IOException {
    print(numbered(1, 1000));
    List<String> received = new ArrayList<>();
    String id = "";
    for (int round = 1; round <= 5; round++) {
      int last = round * 1000;
      try (HttpStream stream =
          follow("?lines=1000", "Accept: text/event-stream", "Last-Event-ID: " + id)) {
        String end = "\"line " + (last - 500) + "\",\"partial\":false}\n\n";
        assertThat(stream.readUntil(end)).contains("Content-Type: text/event-stream");
        int taken = stream.linesAfter("data: ").indexOf(dataWith(stream, last - 500)) + 1;
        received.addAll(stream.linesAfter("data: ").subList(0, taken));
        // The first message has only an id.
        id = stream.linesAfter("id: ").get(taken);
      }
      print(numbered(last + 1, last + 1000));
    }
    assertThat(received.stream().map(it -> it.replaceAll(".*\"line (\\d+)\".*", "$1")))
        .isEqualTo(IntStream.rangeClosed(1, 4500).mapToObj(Integer::toString).toList());
  }

  private static String dataWith(HttpStream stream, int number) {
    return stream.linesAfter("data: ").stream()
        .filter(it -> it.contains("\"line " + number + "\""))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void invalidLastEventIdStartsAtSnapshot() throws IOException {
    print(numbered(1, 3));
    for (String id : List.of("", "x", "web:1", "web:99999999999999999999.0", "other:5.5")) {
      try (HttpStream stream =
          follow("?lines=1", "Accept: text/event-stream", "Last-Event-ID: " + id)) {
        assertThat(stream.readUntil("line 3\"")).doesNotContain("line 2\"");
      }
    }
    try (HttpStream later =
        follow("?lines=1", "Accept: text/event-stream", "Last-Event-ID: web:999999.0")) {
      assertThat(later.readUntil("line 3\"")).contains("line 1\"");
    }
  }

  @Test
  void streamEndsWhenServiceIsRemoved() throws IOException {
    print("bye\n");
    try (HttpStream stream = follow("?follow")) {
      stream.readUntil("bye\n");
      daemon.supervisor().remove("web").join();
      stream.readUntil("\r\n0\r\n");
    }
  }

  @Test
  void followersThatNeverReadDelayNoOtherAndUseNoThread() throws IOException {
    List<HttpStream> unread = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      unread.add(follow("?follow", "Accept: text/event-stream"));
    }
    try (HttpStream good = follow("?follow")) {
      for (int round = 0; round < 20; round++) {
        print(numbered(1, 20_000) + "end of " + round + "\n");
        good.readUntil("end of " + round + "\n");
      }
    }
    assertThat(
            Thread.getAllStackTraces().keySet().stream()
                .filter(it -> it.getName().startsWith("luhproc-follow-")))
        .hasSizeLessThanOrEqualTo(1);
    for (HttpStream stream : unread) {
      stream.close();
    }
  }
}
