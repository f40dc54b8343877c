package io.luhproc.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics, tree, explanations and the OpenAPI document. */
@Tag("process")
class HttpDocumentsProcessTest {
  private static final String SERVICES =
      """
      [services.web]
      command = "echo hello; exec sleep 60"
      requires = ["db"]
      wants = ["bad"]
      [services.db]
      command = ["sleep", "60"]
      health = { exec = ["true"], interval = "100ms" }
      [services.bad]
      command = "exit 3"
      restart = { condition = "always", max_retries = 1, delay = "10ms" }
      groups = ["g"]
      """;
  private static final Pattern SAMPLE =
      Pattern.compile("([a-z_]+)(\\{[a-z]+=\"[^\"\\n]*\"(,[a-z]+=\"[^\"\\n]*\")*})? ([-+.0-9E]+)");

  @TempDir Path folder;
  private Daemon daemon;
  private SocketAddress unix;

  @BeforeEach
  void openDaemon() throws IOException {
    Path file = folder.resolve("luhproc.toml");
    Files.writeString(file, "[supervisor]\ndirectory = \"run\"\n" + SERVICES);
    daemon = Daemon.open(file);
    unix = RawHttp.unix(daemon.socket());
  }

  @AfterEach
  void closeDaemon() {
    daemon.close();
  }

  private String get(String target, String... headers) throws IOException {
    return RawHttp.request(unix, "GET", target, headers);
  }

  private List<String> metrics() throws IOException {
    return RawHttp.body(get("/metrics")).lines().toList();
  }

  @Test
  void metricsDescribeEachProcess() throws Exception {
    daemon.supervisor().start("db").join();
    daemon.supervisor().start("web").join();

    assertThat(metrics())
        .contains(
            "luhproc_process_up{process=\"web\",service=\"web\"} 1.0",
            "luhproc_process_up{process=\"bad\",service=\"bad\"} 0.0",
            "luhproc_process_state{process=\"web\",service=\"web\",state=\"running\"} 1.0",
            "luhproc_process_healthy{process=\"db\",service=\"db\"} 1.0",
            "luhproc_process_restarts_total{process=\"web\",service=\"web\"} 0.0",
            "luhproc_events_dropped_total 0.0")
        .anyMatch(it -> it.matches("luhproc_process_resident_memory_bytes\\{.*\"web\"} [1-9].*"))
        .anyMatch(it -> it.matches("luhproc_process_start_time_seconds\\{.*\"web\"} 1\\..*E9"))
        .noneMatch(it -> it.startsWith("luhproc_process_cpu_seconds_total{process=\"bad\""));
    while (!metrics()
        .contains(
            "luhproc_process_log_bytes_total{process=\"web\",service=\"web\",stream=\"out\"}"
                + " 6.0")) {
      Thread.onSpinWait();
    }
  }

  @Test
  void failuresAreCountedByReason() throws Exception {
    var ignored = daemon.supervisor().start("bad");
    String failures =
        "luhproc_process_failures_total{process=\"bad\",reason=\"%s\",service=\"bad\"} 1.0";
    while (!metrics().contains(failures.formatted("retries_exhausted"))) {
      Thread.onSpinWait();
    }
    assertThat(metrics())
        .contains(
            failures.formatted("exit_code"),
            "luhproc_process_restarts_total{process=\"bad\",service=\"bad\"} 1.0");

    daemon.supervisor().remove("web").join(); // It names bad.
    daemon.supervisor().remove("bad").join();
    while (metrics().stream().anyMatch(it -> it.contains("\"bad\""))) {
      Thread.onSpinWait();
    }
  }

  @Test
  void logBytesGrowWithTheLog() throws Exception {
    daemon.supervisor().start("db").join();
    Path log = daemon.supervisor().status("db").processes().get(0).directory().resolve("out.log");
    List<String> before = logBytes();

    Files.writeString(log, "more\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);

    assertThat(logBytes()).hasSameSizeAs(before).isNotEqualTo(before);
  }

  private List<String> logBytes() throws IOException {
    return metrics().stream()
        .filter(it -> it.startsWith("luhproc_process_log_bytes_total") && it.contains("\"db\""))
        .toList();
  }

  @Test
  void removedServiceLeavesNoMetric() throws Exception {
    daemon.supervisor().start("db").join();
    daemon.supervisor().start("web").join();
    assertThat(metrics()).anyMatch(it -> it.contains("\"web\""));

    daemon.supervisor().remove("web").join();

    assertThat(metrics()).noneMatch(it -> it.contains("\"web\""));
  }

  @Test
  void metricsHaveTheFormatOfPrometheus() throws Exception {
    daemon.supervisor().start("db").join();
    String answer = get("/metrics");
    assertThat(answer).contains("Content-Type: text/plain; version=0.0.4");
    String family = "";
    Set<String> seen = new TreeSet<>();
    for (String line : RawHttp.body(answer).lines().toList()) {
      if (line.startsWith("# TYPE ")) {
        String[] words = line.split(" ", -1);
        family = words[2];
        assertThat(seen.add(family)).as(line).isTrue();
        assertThat(family.endsWith("_total")).as(line).isEqualTo(words[3].equals("counter"));
      } else if (!line.startsWith("# HELP ")) {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        assertThat(sample.group(1)).isEqualTo(family);
        assertThat(seen.add(sample.group(1) + sample.group(2))).as(line).isTrue();
      }
    }
    assertThat(RawHttp.body(get("/metrics", "Accept: application/openmetrics-text")))
        .endsWith("# EOF\n");
  }

  @Test
  void promtoolFindsNothingToImprove() throws Exception {
    openDaemonThatShips();
    daemon.supervisor().start("db").join();
    Path output = folder.resolve("promtool.txt");
    Process promtool;
    try {
      promtool =
          new ProcessBuilder("promtool", "check", "metrics")
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    } catch (IOException e) {
      Assumptions.abort("promtool is not installed: " + e.getMessage());
      return;
    }
    try (OutputStream input = promtool.getOutputStream()) {
      input.write(RawHttp.body(get("/metrics")).getBytes(StandardCharsets.UTF_8));
    }
    int code = promtool.waitFor();
    assertThat(Files.readString(output)).isEmpty();
    assertThat(code).isZero();
  }

  private void openDaemonThatShips() throws IOException {
    daemon.close();
    Path file = folder.resolve("luhproc.toml");
    Files.writeString(
        file, "\n[shipping]\nurl = \"http://localhost:1/\"\n", StandardOpenOption.APPEND);
    daemon = Daemon.open(file);
    unix = RawHttp.unix(daemon.socket());
  }

  @Test
  void metricsTellOfShippingOnlyIfLogsAreShipped() throws Exception {
    assertThat(metrics()).noneMatch(it -> it.contains("shipping"));
    openDaemonThatShips();
    daemon.supervisor().start("web").join();
    while (!metrics().contains("luhproc_shipping_up 0.0")) {
      Thread.onSpinWait();
    }
    assertThat(metrics())
        .contains(
            "luhproc_shipping_lines_total 0.0",
            "luhproc_shipping_batches_total 0.0",
            "luhproc_shipping_dropped_lines_total 0.0",
            "luhproc_shipping_lost_bytes_total 0.0",
            "luhproc_shipping_lag_bytes 6.0")
        .anyMatch(it -> it.matches("luhproc_shipping_retries_total [1-9].*"))
        .anyMatch(it -> it.matches("luhproc_shipping_lag_seconds [0-9].*"));
  }

  @Test
  void treeIsTextJsonOrMermaid() throws IOException {
    assertThat(RawHttp.body(get("/tree"))).contains("web (inactive)\n  db (inactive)\n");
    assertThat(RawHttp.body(get("/tree", "Accept: application/json")))
        .contains(
            "{\"name\":\"web\",\"state\":\"inactive\",\"requires\":[\"db\"],\"wants\":[\"bad\"],"
                + "\"after\":[],\"conflicts\":[]}");
    assertThat(get("/tree?format=mermaid"))
        .contains("Content-Type: text/vnd.mermaid")
        .contains("flowchart TD\n", "  s0[\"web (inactive)\"]\n", "  s0 --> s1\n")
        .contains("  s0 -. wants .-> s2\n");
    assertThat(RawHttp.status(get("/tree?format=png"))).isEqualTo(400);
  }

  @Test
  void explanationIsTextOrJson() throws IOException {
    assertThat(RawHttp.body(get("/why/web"))).startsWith("web is inactive");
    assertThat(RawHttp.body(get("/why/web", "Accept: text/html, application/json;q=0.9")))
        .startsWith("{\"explanation\":\"web is inactive")
        .contains("\"service\":{\"name\":\"web\",\"running\":false");
    assertThat(RawHttp.status(get("/why/none"))).isEqualTo(404);
  }

  @Test
  void wrongMethodIsRefusedWithTheAllowedOnes() throws IOException {
    assertThat(RawHttp.request(unix, "POST", "/status"))
        .startsWith("HTTP/1.1 405")
        .contains("Allow: GET\r\n");
    assertThat(RawHttp.status(get("/services/web/start"))).isEqualTo(405);
  }

  @Test
  void statusShowsUsageOfRunningProcesses() throws Exception {
    assertThat(RawHttp.body(get("/services/db"))).contains("\"usage\":null");
    daemon.supervisor().start("db").join();
    for (String path : List.of("/services/db", "/status")) {
      assertThat(RawHttp.body(get(path)))
          .containsPattern(
              "\"usage\":\\{\"cpuSeconds\":[0-9.]+,\"memoryBytes\":[1-9]\\d+,\"threads\":1}");
    }
  }

  /** Each documented path answers as documented; the last one ends the daemon. */
  @Test
  void documentedRoutesAnswer() throws IOException {
    String document = RawHttp.body(get("/openapi.json"));
    assertThat(document).contains("\"openapi\": \"3.1.0\"");
    List<String> paths =
        Arrays.stream(document.split("\n", -1))
            .filter(line -> line.startsWith("  \"/"))
            .map(line -> line.substring(3, line.indexOf('"', 3)))
            .collect(Collectors.toList());
    assertThat(paths).hasSizeGreaterThan(15).endsWith("/shutdown");
    for (String path : paths) {
      String target =
          path.replace("{service}", "db")
              .replace("{process}", "db")
              .replace("{group}", "g")
              .replace("{operation}", "stop");
      boolean isPost = document.contains("  \"" + path + "\": {\n   \"post\"");
      try (HttpStream stream = new HttpStream(unix, isPost ? "POST" : "GET", target)) {
        assertThat(stream.readUntil("\r\n")).as(path).containsPattern("HTTP/1.1 20[02] ");
      }
    }
  }
}
