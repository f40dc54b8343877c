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
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, with real services. */
@Tag("process")
class PageProcessTest {
  private static final String TWO_SERVICES =
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
  private Daemon daemon;
  private int port;
  private Tab tab;

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

  private void open(String services) throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Files.writeString(
        folder.resolve("luhproc.toml"),
        "[supervisor]\ndirectory = \"run\"\nlisten = \"localhost:%d\"\n%s"
            .formatted(port, services));
    daemon = Daemon.open(folder.resolve("luhproc.toml"));
  }

  private void start(String services) throws IOException {
    open(services);
    daemon.start().exceptionally(failure -> null).join();
  }

  private String token() throws IOException {
    return Files.readString(folder.resolve("run/http.token")).strip();
  }

  private void showPage() {
    tab.open("http://localhost:" + port + "/");
    tab.waitFor("document.body.dataset.connection === 'polling'");
  }

  private void showPageWithToken() throws IOException {
    tab.open("http://localhost:" + port + "/#token=" + token());
    tab.waitFor("document.body.dataset.connection === 'live'");
  }

  private static String row(String service) {
    return ".row:has([href='#/services/" + service + "'])";
  }

  private ProcessState state(String service) {
    return daemon.supervisor().status(service).state();
  }

  // States.

  @Test
  void emptyDaemonShowsHowToAddService() throws IOException {
    open("");
    showPage();

    tab.waitForText("#services", "No services yet");
    assertThat(tab.count(".rows .row")).isZero();
    tab.eval("location.hash = '#/graph'");
    tab.waitForText("#graph", "There are no services");
  }

  @Test
  void failedServiceShowsItsReasonAndIsFoundByState() throws IOException {
    start(
        TWO_SERVICES
            + """
            [services.bad]
            command = "exit 3"
            restart = "never"
            """);
    showPage();

    tab.waitFor("document.querySelectorAll('.rows .row').length === 3");
    tab.waitFor("document.querySelector(\"" + row("bad") + "\").dataset.state === 'failed'");
    assertThat(tab.text(row("bad"))).contains("failed", "exit code 3");
    assertThat(tab.text(row("web"))).contains("running", "MiB");
    tab.click(".chip[data-state=failed]");
    tab.waitFor("document.querySelectorAll('.rows .row').length === 1");
    tab.click(".chip[data-state=failed]");
    tab.eval("document.getElementById('filter').focus()");
    tab.type("front");
    tab.waitFor("document.querySelectorAll('.rows .row').length === 1");
    assertThat(tab.text(".rows")).contains("web");
  }

  @Test
  void replicasAreShownWhenServiceIsExpanded() throws IOException {
    start(
        """
        [services.web]
        [services.web.processes.worker]
        command = ["sleep", "600"]
        replicas = 2
        [services.web.processes.admin]
        command = ["sleep", "600"]
        """);
    showPage();

    tab.waitForText(".rows .row", "3/3");
    tab.click(".expander");

    tab.waitFor("document.querySelectorAll('.row.process').length === 3");
    assertThat(tab.text(".rows")).contains("worker-1", "worker-2", "admin");
  }

  @Test
  void rowsAreKeptAndOneStreamIsUsedFor300Services() throws IOException {
    StringBuilder services = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      services.append("[services.s%03d]\ncommand = [\"sleep\", \"600\"]\n".formatted(i));
    }
    open(services.toString());
    showPageWithToken();
    tab.waitFor("document.querySelectorAll('.rows .row').length === 300");
    tab.eval("for (const row of document.querySelectorAll('.rows .row')) row.isOld = true");
    tab.eval(
        "globalThis.added = 0; new MutationObserver((list) => list.forEach((it) => added +="
            + " [...it.addedNodes].filter((node) => node.matches?.('.row')).length))"
            + ".observe(document.querySelector('.rows'), {childList: true})");

    daemon.supervisor().start("s007").join();
    daemon.supervisor().start("s250").join();

    for (String name : List.of("s007", "s250")) {
      tab.waitFor("document.querySelector(\"" + row(name) + "\").dataset.state === 'running'");
      assertThat(tab.eval("document.querySelector(\"" + row(name) + "\").isOld")).isEqualTo(true);
    }
    assertThat(tab.eval("added")).isEqualTo(0);
    assertThat(tab.requests("/events")).isEqualTo(1);
  }

  @Test
  void sortOrdersRowsAndGroupsHaveHeaders() throws IOException {
    start(TWO_SERVICES);
    showPage();
    tab.waitFor("document.querySelectorAll('.rows .row').length === 2");

    tab.click("[data-key=name] button");
    tab.click("[data-key=name] button");
    tab.waitFor("document.querySelector('.rows .row .name-link').textContent === 'web'");
    assertThat(tab.eval("document.querySelector('[data-key=name]').getAttribute('aria-sort')"))
        .isEqualTo("descending");
    tab.click("#group");
    tab.waitForText(".group", "front");
  }

  @Test
  void graphShowsDependenciesInLayers() throws IOException {
    start(TWO_SERVICES + "[services.alone]\ncommand = [\"sleep\", \"600\"]\n");
    showPage();

    tab.eval("location.hash = '#/graph'");

    tab.waitFor("document.querySelectorAll('.node[data-state=running]').length === 3");
    assertThat(tab.count(".edge.requires")).isEqualTo(1);
    String x =
        "((name) => document.querySelector(`.node[href='#/graph/${name}']`)"
            + ".getBoundingClientRect().x)";
    assertThat(tab.eval(x + "('db') < " + x + "('web')")).isEqualTo(true);
    tab.press("Tab");
    tab.eval("document.querySelector('.node').focus()");
    tab.press("Enter");
    tab.waitFor("!document.getElementById('panel').hidden");
  }

  // Token and operations.

  @Test
  void tokenOfAddressIsRemovedFromItAndKeptForTheTabOnly() throws IOException {
    start(TWO_SERVICES);
    showPageWithToken();

    assertThat(tab.eval("location.href")).isEqualTo("http://localhost:" + port + "/");
    assertThat(tab.eval("Object.values(sessionStorage).includes('" + token() + "')"))
        .isEqualTo(true);
    assertThat(tab.eval("Object.values(localStorage).join()")).asString().doesNotContain(token());
    assertThat(tab.eval("document.cookie")).isEqualTo("");
    assertThat(tab.eval("history.length <= 2")).isEqualTo(true);
  }

  @Test
  void operationAsksForTokenOnceAndRefusesWrongOne() throws IOException {
    start(TWO_SERVICES);
    showPage();
    tab.click(row("web") + " [data-operation=stop]");
    tab.click("#confirm-button");

    tab.waitFor("document.getElementById('token-dialog').open");
    tab.type("0" + token().substring(1));
    tab.press("Enter");
    tab.waitForText("#token-error", "does not accept");
    assertThat(state("web")).isEqualTo(ProcessState.RUNNING);
    tab.eval("document.getElementById('token-input').value = ''");
    tab.type(token());
    tab.press("Enter");

    tab.waitFor("document.querySelector(\"" + row("web") + "\").dataset.state === 'inactive'");
    tab.waitFor("document.body.dataset.connection === 'live'");
    tab.click(row("web") + " [data-operation=start]");
    tab.click("#confirm-button");
    tab.waitFor("document.querySelector(\"" + row("web") + "\").dataset.state === 'running'");
    assertThat(tab.eval("document.getElementById('token-dialog').open")).isEqualTo(false);
  }

  @Test
  void stopNamesDependentsAndHappensOnlyWhenConfirmed() throws IOException {
    start(TWO_SERVICES);
    showPageWithToken();

    tab.click(row("db") + " [data-operation=stop]");
    tab.waitForText("#confirm-title", "Stop db?");
    assertThat(tab.text("#confirm-text")).contains("Also stops: web");
    tab.press("Escape");
    tab.waitFor("!document.getElementById('confirm-dialog').open");
    tab.click(row("db") + " [aria-label=Restart]");
    tab.click("#confirm-dialog [data-close='']");
    tab.waitFor("!document.getElementById('confirm-dialog').open");
    assertThat(daemon.supervisor().status("db").processes().get(0).restarts()).isZero();
    assertThat(state("web")).isEqualTo(ProcessState.RUNNING);

    tab.click(row("db") + " [data-operation=stop]");
    tab.press("Enter");

    tab.waitForText("#messages", "db: stopped");
    assertThat(state("db")).isEqualTo(ProcessState.INACTIVE);
    assertThat(state("web")).isEqualTo(ProcessState.INACTIVE);
  }

  @Test
  void panelSignalsPausesAndReportsFailures() throws IOException {
    start(TWO_SERVICES + "[services.bad]\ncommand = \"exit 3\"\nautostart = false\n");
    showPageWithToken();

    tab.eval("location.hash = '#/services/web'");
    tab.click("#panel-operations [data-operation=pause]");
    tab.click("#confirm-button");
    tab.waitForText("#panel-state", "paused");
    tab.click("#panel-operations [data-operation=resume]");
    tab.click("#confirm-button");
    tab.waitForText("#panel-state", "running");
    tab.click("#panel-operations [data-operation=signal]");
    tab.eval("document.getElementById('confirm-signal').value = 'TERM'");
    tab.click("#confirm-button");
    tab.waitForText("#panel-facts", "SIGTERM");
    tab.eval("location.hash = '#/services/bad'");
    tab.click("#panel-operations [data-operation=start]");
    tab.click("#confirm-button");
    tab.waitForText("#messages", "cannot start bad");
  }

  // Logs and events.

  /** Returns a service that prints, waits for the file {@code go}, and prints {@code later}. */
  private String printing(String script) {
    String wait = "while ! [ -e %s ]; do sleep 0.1; done; echo later; exec sleep 600";
    return "[services.web]\ncommand = '''%s; %s'''\n"
        .formatted(script, wait.formatted(folder.resolve("go")));
  }

  @Test
  void logFollowsItsEndAndShowsColours() throws IOException {
    start(printing("printf '\\033[31mred\\033[0m plain\\n'"));
    showPageWithToken();
    tab.eval("location.hash = '#/services/web'");

    tab.waitForText("#log .fg-1", "red");
    assertThat(tab.text("#log")).isEqualTo("red plain");
    Files.createFile(folder.resolve("go"));
    tab.waitForText("#log", "later");
    assertThat(tab.count("#log .line")).isEqualTo(2);
  }

  @Test
  void logIsSearchedAndPaused() throws IOException {
    start(printing("for i in $(seq 500); do echo line $i.; done"));
    showPageWithToken();
    tab.eval("location.hash = '#/services/web'");
    tab.waitFor("document.querySelectorAll('#log .line').length === 500");
    tab.waitFor("document.getElementById('log').scrollTop > 1000");

    tab.press("/");
    tab.type("LINE 7.");
    tab.waitForText("#log-count", "1 of 1");
    tab.waitFor("document.getElementById('log').scrollTop < 1000");
    tab.press("Escape");
    tab.press("Escape");
    tab.press("p");
    tab.waitFor("document.getElementById('log-pause').getAttribute('aria-pressed') === 'true'");
    Files.createFile(folder.resolve("go"));
    tab.waitForText("#log-end", "1 new line");
    assertThat(tab.text("#log")).doesNotContain("later");
    tab.click("#log-end");

    tab.waitForText("#log", "later");
    tab.waitFor("document.getElementById('log-end').hidden");
  }

  @Test
  void streamsOfLogAreChosen() throws IOException {
    start("[services.web]\ncommand = \"echo good; echo bad >&2; exec sleep 600\"\n");
    showPageWithToken();
    tab.eval("location.hash = '#/services/web'");
    tab.waitFor("document.querySelectorAll('#log .line').length === 2");

    tab.eval(
        "document.getElementById('log-stream').value = 'err';"
            + "document.getElementById('log-stream').dispatchEvent(new Event('change'))");

    tab.waitFor("document.getElementById('log').textContent === 'bad'");
  }

  @Test
  void eventsArriveAndNeedToken() throws IOException {
    start(TWO_SERVICES);
    showPage();
    tab.eval("location.hash = '#/events'");
    tab.waitFor("!document.getElementById('event-locked').hidden");
    tab.click("#event-token");
    tab.type(token());
    tab.press("Enter");

    tab.waitForText("#event-list", "process launched");
    daemon.supervisor().stop("web").join();
    tab.waitForText("#event-list li", "inactive");
  }

  // Hostile text.

  @Test
  void markupEscapesAndDirectionsInTextAreInert() throws IOException {
    String html = "<img src=x onerror=globalThis.pwned=1><script>globalThis.pwned=1</script>";
    start(
        """
        [services.web]
        command = ['printf', '%%b', '%s\\n\\033]0;title\\007\\033[2J\\033[31m%s\\033[0m\\n\\0342\\0200\\0256reversed\\n\\033[38;5;\\n', 'x']
        restart = { condition = "always", delay = "60s" }
        groups = ["%s"]
        [services.bad]
        command = ["/no/such/%s"]
        """
            .formatted(html, html, html, html));
    showPageWithToken();

    tab.click("#group");
    tab.waitForText(".group", html);
    tab.waitForText(".rows", "/no/such/");
    tab.eval("location.hash = '#/services/web'");
    tab.waitForText("#log", "reversed");
    assertThat(tab.text("#log")).contains(html, "\\u202ereversed").doesNotContain("title", "[2J");
    tab.eval("document.getElementById('panel-why').open = true");
    tab.eval("location.hash = '#/events/bad'");
    tab.waitForText("#event-list", "/no/such/");
    tab.waitForText("#panel-why-text", "bad");

    assertThat(tab.count("img, script:not([src='/page/main.js'])")).isZero();
    assertThat(tab.eval("typeof globalThis.pwned")).isEqualTo("undefined");
  }

  @Test
  void namesOfHostileAnswerAreInert() throws IOException {
    open("");
    String name = "<img src=x onerror=globalThis.pwned=1>\u202e/../%2F\"'";
    String service =
        """
        {"name":%1$s,"running":true,"state":"<b>","cause":%1$s,"blockedOn":[%1$s],"processes":[
        {"name":%1$s,"state":"running","since":"2026-01-01T00:00:00Z","restarts":0,"cause":%1$s}]}
        """
            .formatted(Json.quote(name));
    tab.answer("/status", "[" + service + "]");

    tab.open("http://localhost:" + port + "/");

    tab.waitForText(".rows", "<img src=x onerror=globalThis.pwned=1>\\u202e/../");
    tab.click(".name-link");
    tab.waitForText("#panel-name", "<img");
    tab.click("#to-graph");
    tab.waitForText(".node title", "<img");
    assertThat(tab.count("img, b:not(.chip b)")).isZero();
    assertThat(tab.eval("typeof globalThis.pwned")).isEqualTo("undefined");
  }

  // Connection.

  @Test
  void lostDaemonIsShownAndConnectedAgain() throws IOException {
    start(TWO_SERVICES);
    showPageWithToken();
    tab.waitFor("document.querySelector(\"" + row("web") + "\").dataset.state === 'running'");

    daemon.close();
    tab.waitFor("document.body.dataset.connection === 'lost'");
    tab.waitForText("#banner", "does not answer");
    daemon = Daemon.open(folder.resolve("luhproc.toml"));

    tab.waitFor("document.body.dataset.connection === 'live'");
    tab.waitFor("document.getElementById('banner').hidden");
    tab.waitFor("document.querySelector(\"" + row("web") + "\").dataset.state === 'inactive'");
    daemon.supervisor().start("db").join();
    tab.waitFor("document.querySelector(\"" + row("db") + "\").dataset.state === 'running'");
  }

  @Test
  void serviceAddedByReloadAppears() throws IOException {
    start(TWO_SERVICES);
    showPageWithToken();
    Path file = folder.resolve("luhproc.toml");
    Files.writeString(
        file,
        Files.readString(file)
            + "[services.new]\ncommand = [\"sleep\", \"600\"]\nwants=[\"web\"]\n");

    daemon.reload();

    tab.waitFor("document.querySelector(\"" + row("new") + "\")?.dataset.state === 'running'");
    tab.eval("location.hash = '#/graph'");
    tab.waitFor("document.querySelectorAll('.edge').length === 2");
  }

  // Keyboard, sizes and colours.

  @Test
  void everythingIsReachedByKeyboard() throws IOException {
    start(TWO_SERVICES);
    showPageWithToken();
    tab.waitFor("document.querySelectorAll('.rows .row').length === 2");

    tab.press("j");
    tab.press("j");
    tab.waitFor("document.activeElement.textContent === 'web'");
    tab.press("k");
    tab.waitFor("document.activeElement.textContent === 'db'");
    tab.press("Enter");
    tab.waitForText("#panel-name", "db");
    tab.press("x");
    tab.waitForText("#confirm-title", "Stop db?");
    tab.press("Escape");
    tab.waitFor("!document.querySelector('dialog[open]')");
    tab.press("Escape");
    tab.waitFor("document.getElementById('panel').hidden");
    tab.waitFor("document.activeElement.textContent === 'db'");
    tab.press("?");
    tab.waitFor("document.getElementById('keys-dialog').open");
    tab.press("Escape");
    tab.press("3");
    tab.waitFor("!document.getElementById('events').hidden");
    tab.press("1");
    tab.press("/");
    tab.waitFor("document.activeElement.id === 'filter'");
    tab.type("web");
    tab.press("Enter");
    tab.waitFor("document.activeElement.textContent === 'web'");
  }

  @Test
  void phoneScrollsInOneDirectionOnly() throws IOException {
    start(TWO_SERVICES + "[services." + "long-name-".repeat(6) + "]\ncommand = \"exit 3\"\n");
    tab.size(390, 844);
    showPageWithToken();
    tab.waitFor("document.querySelectorAll('.rows .row').length === 3");

    for (String address : List.of("#/services", "#/graph", "#/events", "#/services/web")) {
      tab.eval("location.hash = '" + address + "'");
      tab.waitFor("location.hash === '" + address + "'");
      assertThat(
              tab.eval(
                  "Math.max(document.scrollingElement.scrollWidth,"
                      + " document.querySelector('main').scrollWidth,"
                      + " document.getElementById('panel').scrollWidth)"))
          .as(address)
          .isEqualTo(390);
    }
    tab.click("#panel-close");
    tab.waitFor("document.querySelector('.rows').checkVisibility()");
  }

  @Test
  void darkIsThatOfTheSystemUntilItIsSwitched() throws IOException {
    start(TWO_SERVICES);
    tab.prefer("dark");
    showPage();
    String background = "getComputedStyle(document.body).backgroundColor";
    Object dark = tab.eval(background);

    tab.press("t");
    Object light = tab.eval(background);
    tab.open("http://localhost:" + port + "/?again");

    assertThat(dark).isEqualTo("rgb(14, 17, 22)");
    assertThat(light).isEqualTo("rgb(244, 245, 248)");
    assertThat(tab.eval(background)).isEqualTo(light);
  }

  @Test
  void textHasContrastInLightAndDark() throws IOException {
    start(
        TWO_SERVICES
            + """
            [services.bad]
            command = '''for i in 0 1 2 3 4 5 6 7; do
              printf "\\033[3$${i}mcolor\\033[9$${i}mbright\\033[0m\\n"; done; exit 3'''
            restart = "never"
            [services.later]
            command = "exit 1"
            restart = { condition = "always", delay = "600s" }
            """);
    showPageWithToken();
    tab.eval("location.hash = '#/services/bad'");
    tab.waitFor("document.querySelectorAll('#log .line').length === 8");

    for (String scheme : List.of("light", "dark")) {
      tab.prefer(scheme);
      assertThat(tab.eval(Contrast.SCRIPT)).as(scheme).isEqualTo("");
    }
  }
}
