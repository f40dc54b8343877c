package io.luhproc.daemon.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luhproc.daemon.Daemon;
import io.luhproc.service.ProcessState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Opens a daemon with real services and its page in a real browser, for each test. */
abstract class PageFixture {
  static final String TWO_SERVICES =
      """
      [services.db]
      command = ["sleep", "600"]
      [services.web]
      command = ["sleep", "600"]
      requires = ["db"]
      groups = ["front"]
      """;

  @TempDir static Path profile;
  private static Chromium browser;

  @TempDir Path folder;
  Daemon daemon;
  int port;
  Tab tab;

  @BeforeAll
  static void launchBrowser() throws IOException {
    Optional<Path> program = Chromium.find();
    assumeTrue(
        program.isPresent(),
        "there is no chromium: install it, or name it by the system property luhproc.chromium");
    browser = Chromium.launch(program.get(), profile);
  }

  @AfterAll
  static void closeBrowser() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void openTab() {
    tab = browser.newTab();
  }

  @AfterEach
  void closeDaemon() {
    assertThat(tab.problems()).isEmpty();
    tab.close();
    if (daemon != null) {
      daemon.close();
    }
  }

  void open(String services) throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Files.writeString(
        folder.resolve("luhproc.toml"),
        "[supervisor]\ndirectory = \"run\"\nlisten = \"localhost:%d\"\n%s"
            .formatted(port, services));
    daemon = Daemon.open(folder.resolve("luhproc.toml"));
  }

  void start(String services) throws IOException {
    open(services);
    daemon.start().exceptionally(failure -> null).join();
  }

  String token() throws IOException {
    return Files.readString(folder.resolve("run/http.token")).strip();
  }

  void showPage() {
    tab.open("http://localhost:" + port + "/");
    tab.waitFor("document.body.dataset.connection === 'polling'");
  }

  void showPageWithToken() throws IOException {
    tab.open("http://localhost:" + port + "/#token=" + token());
    tab.waitFor("document.body.dataset.connection === 'live'");
  }

  static String row(String service) {
    return ".row:has([href='#/services/" + service + "'])";
  }

  ProcessState state(String service) {
    return daemon.supervisor().status(service).state();
  }
}
