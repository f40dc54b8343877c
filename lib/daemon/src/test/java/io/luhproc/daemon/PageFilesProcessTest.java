package io.luhproc.daemon;

import static org.assertj.core.api.Assertions.assertThat;

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

/** Requests for the files of the page and its data. */
@Tag("process")
class PageFilesProcessTest {
  private static final Pattern LINK =
      Pattern.compile("(?:src|href)=\"(/page/[^\"]+)\"|from '\\./([^']+)'");

  @TempDir Path folder;
  private Daemon daemon;
  private SocketAddress tcp;

  @BeforeEach
  void openDaemon() throws IOException {
    Path file = folder.resolve("luhproc.toml");
    Files.writeString(
        file,
        """
        [supervisor]
        directory = "run"
        listen = "localhost:0"
        [services.db]
        command = ["sleep", "60"]
        [services.web]
        command = ["sleep", "60"]
        requires = ["db"]
        """);
    daemon = Daemon.open(file);
    tcp = RawHttp.tcp(daemon.port().orElseThrow());
  }

  @AfterEach
  void closeDaemon() {
    daemon.close();
  }

  private String get(String target, String... headers) throws IOException {
    return RawHttp.request(tcp, "GET", target, headers);
  }

  @Test
  void filesForbidForeignAndInlineScripts() throws IOException {
    for (String target : List.of("/", "/page/main.js", "/page/page.css", "/page/icon.svg")) {
      assertThat(get(target))
          .startsWith("HTTP/1.1 200")
          .contains("Content-Security-Policy: default-src 'self';")
          .contains("require-trusted-types-for 'script'", "frame-ancestors 'none'")
          .contains("X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer")
          .doesNotContain("unsafe");
    }
    assertThat(get("/")).contains("Content-Type: text/html; charset=utf-8");
    assertThat(get("/page/main.js")).contains("Content-Type: text/javascript; charset=utf-8");
    assertThat(get("/page/icon.svg")).contains("Content-Type: image/svg+xml");
  }

  @Test
  void filesLinkOnlyToExistingFiles() throws IOException {
    int links = 0;
    for (String target : List.of("/", "/page/main.js", "/page/panel.js", "/page/table.js")) {
      Matcher link = LINK.matcher(get(target));
      while (link.find()) {
        links++;
        String linked = link.group(1) == null ? "/page/" + link.group(2) : link.group(1);
        assertThat(RawHttp.status(get(linked))).as(linked).isEqualTo(200);
      }
    }
    assertThat(links).isGreaterThan(15);
  }

  @Test
  void unchangedFileIsNotSentAgain() throws IOException {
    String first = get("/page/main.js");
    Matcher etag = Pattern.compile("ETag: (\"\\S+\")").matcher(first);
    assertThat(etag.find()).isTrue();
    assertThat(first).contains("Cache-Control: no-cache");

    String again = get("/page/main.js", "If-None-Match: " + etag.group(1));
    String changed = get("/page/main.js", "If-None-Match: \"0\"");

    assertThat(again).startsWith("HTTP/1.1 304").contains("Content-Security-Policy");
    assertThat(RawHttp.body(again)).isEmpty();
    assertThat(changed).startsWith("HTTP/1.1 200");
  }

  @Test
  void otherResourcesAreNotServed() throws IOException {
    for (String target :
        List.of(
            "/page/",
            "/page/..%2fPageHandler.class",
            "/page/%2e%2e/PageHandler.class",
            "/page/../PageHandler.class",
            "/page/PageHandler.class",
            "/page/main.js%00",
            "/page/missing.js")) {
      assertThat(RawHttp.status(get(target))).as(target).isIn(400, 401, 404);
    }
    assertThat(RawHttp.status(RawHttp.request(tcp, "POST", "/page/main.js"))).isEqualTo(401);
  }

  @Test
  void foreignHostsAndOriginsAreRefused() throws IOException {
    assertThat(RawHttp.status(get("/", "Host: evil.example"))).isEqualTo(403);
    assertThat(RawHttp.status(get("/usage", "Origin: http://evil.example"))).isEqualTo(403);
  }

  @Test
  void usageHasLiveProcesses() throws IOException {
    assertThat(RawHttp.body(get("/usage"))).isEqualTo("[]\n");
    daemon.start().join();
    long pid = daemon.supervisor().status("db").processes().get(0).pid().getAsLong();

    assertThat(RawHttp.body(get("/usage")))
        .startsWith("[{\"service\":\"db\",\"process\":\"db\",\"pid\":" + pid + ",\"readAt\":")
        .containsPattern("\"cpuMillis\":\\d+,\"memoryBytes\":[1-9]\\d+");
  }
}
