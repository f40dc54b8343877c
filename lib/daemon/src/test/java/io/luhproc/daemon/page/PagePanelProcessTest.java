package io.luhproc.daemon.page;

import static io.luhproc.daemon.page.StubbedStatus.array;
import static io.luhproc.daemon.page.StubbedStatus.node;
import static io.luhproc.daemon.page.StubbedStatus.process;
import static io.luhproc.daemon.page.StubbedStatus.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.daemon.Daemon;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Facts, buttons and messages of the panel of a service, and the connection and the token. */
@Tag("process")
class PagePanelProcessTest extends PageFixture {
  private static final String LAST_EXIT =
      ",'lastExit':{'time':'2026-01-0%sT00:00:00Z','reason':'exit code %s'}";

  private String shownOperations() {
    return String.valueOf(
        tab.eval(
            "[...document.querySelectorAll('#panel-operations button')]"
                + ".filter((it) => it.checkVisibility()).map((it) => it.textContent).join()"));
  }

  @Test
  void factsAreThoseOfAllProcesses() throws IOException {
    open("");
    tab.answer(
        "/status",
        array(
            service("db", "running", "", process("db", "running", ",'pid':7")),
            service(
                "web",
                "backoff",
                "",
                process("p", "backoff", ",'pid':5,'place':'n1','restarts':1" + exit("3", "33")),
                process("q", "backoff", ",'pid':6,'place':'n2','restarts':2" + exit("2", "22"))),
            service("app", "inactive", "", process("app", "inactive", ""))));
    tab.answer("/groups", "{\"front\":[\"web\"],\"back\":[\"web\"]}");
    tab.answer(
        "/tree?format=json",
        array(
            node("db", ""),
            node("web", ",'requires':['db'],'wants':['w'],'after':['x'],'conflicts':['y','z']"),
            node("app", ",'requires':['web']")));
    showPage();
    tab.eval("location.hash = '#/services/web'");
    tab.waitForText("#panel-facts", "Conflicts");

    assertThat(
            tab.eval(
                "[...document.querySelectorAll('#panel-facts div')]"
                    + ".map((it) => it.innerText.replace(/\\s+/g, ' ').trim()).join('|')"))
        .asString()
        .matches(
            "Uptime not up\\|Restarts 3\\|PIDs 5, 6\\|Runs on n1; n2\\|Last exit exit code 33, .*"
                + "\\|Groups front, back\\|Requires db\\|Wants w\\|After x\\|Conflicts y, z"
                + "\\|Required by app");
    assertThat(tab.text("#panel-facts a[href='#/services/app']")).isEqualTo("app");
    assertThat(shownOperations()).isEqualTo("Stop,Restart,Reload,Pause,Signal,Kill");
    assertThat(tab.eval("document.getElementById('log-area').hidden")).isEqualTo(true);
    tab.eval("location.hash = '#/services/app'");
    tab.waitForText("#panel-name", "app");
    assertThat(shownOperations()).isEqualTo("Start,Restart");
    assertThat(tab.text("#panel-facts")).doesNotContain("PID", "Last exit");
    tab.eval("location.hash = '#/services/db'");
    tab.waitForText("#panel-name", "db");
    assertThat(tab.text("#panel-facts")).contains("PID7").doesNotContain("PIDs");
  }

  private static String exit(String day, String code) {
    return LAST_EXIT.formatted(day, code);
  }

  @Test
  void pauseIsShownAtOnceAndFocusStaysInPanelWhenItsButtonIsHidden() throws IOException {
    start(TWO_SERVICES);
    showPageWithToken();
    withoutAttemptsByTime();
    tab.eval("location.hash = '#/services/web'");
    tab.waitForText("#panel-state", "running");
    tab.eval("document.querySelector('#panel-operations [data-operation=pause]').focus()");
    tab.press("Enter");
    tab.press("Enter");

    tab.waitForText("#panel-state", "paused");
    assertThat(tab.eval("document.activeElement.id")).isEqualTo("panel-name");
    assertThat(shownOperations()).contains("Resume").doesNotContain("Pause");
  }

  @Test
  void explanationIsThatOfTheShownService() throws IOException {
    start(TWO_SERVICES);
    showPageWithToken();
    tab.eval(
        """
        const send = fetch;
        globalThis.fetch = (path, options) => path !== '/why/db' ? send(path, options)
            : new Promise((resolve) => globalThis.answer = () => resolve(new Response('late')));
        document.getElementById('panel-why').open = true;
        """);
    tab.eval("location.hash = '#/services/db'");
    tab.waitFor("globalThis.answer");
    tab.eval("location.hash = '#/services/web'");
    tab.waitForText("#panel-why-text", "web is running");

    tab.eval("answer(); new Promise((resolve) => setTimeout(resolve, 0))");

    assertThat(tab.text("#panel-why-text")).contains("web is running");
  }

  @Test
  void startNamesWhatIsStartedTooAndStopShortensLongLists() throws IOException {
    StringBuilder services = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      services.append(
          "[services.s%d]\ncommand = [\"sleep\", \"600\"]\nrequires = [\"web\"]\n".formatted(i));
    }
    start(
        TWO_SERVICES
            + services
            + """
            [services.mail]
            command = ["sleep", "600"]
            autostart = false
            [services.app]
            command = ["sleep", "600"]
            requires = ["s0"]
            wants = ["mail"]
            autostart = false
            """);
    showPageWithToken();
    tab.waitFor("document.querySelector(\"" + row("s9") + "\")?.dataset.state === 'running'");

    tab.click(row("app") + " [data-operation=start]");
    assertThat(tab.text("#confirm-text")).endsWith("Also starts: mail.");
    assertThat(tab.count("#confirm-button.danger")).isZero();
    tab.press("Escape");
    tab.waitFor("!document.querySelector('dialog[open]')");
    tab.click(row("web") + " [data-operation=stop]");
    assertThat(tab.text("#confirm-text"))
        .endsWith("Also stops: s0, s1, s2, s3, s4, s5, s6, s7, 2 more.");
    assertThat(tab.count("#confirm-button.danger")).isEqualTo(1);
    assertThat(tab.eval("document.getElementById('confirm-signal-row').checkVisibility()"))
        .isEqualTo(false);
    tab.press("Escape");
    tab.waitFor("!document.querySelector('dialog[open]')");
    daemon.supervisor().stop("db").join();
    tab.waitFor("document.querySelector(\"" + row("db") + "\")?.dataset.state === 'inactive'");
    tab.click(row("s3") + " [data-operation=start]");
    assertThat(tab.text("#confirm-text")).endsWith("Also starts: web, db.");
  }

  @Test
  void dangerIsMarkedAndSignalIsChosenOnlyForSignal() throws IOException {
    start(TWO_SERVICES);
    showPageWithToken();
    tab.eval("location.hash = '#/services/db'");
    for (String operation : new String[] {"restart", "pause", "kill", "signal", "reload"}) {
      tab.click("#panel-operations [data-operation=" + operation + "]");
      assertThat(tab.count("#confirm-button.danger"))
          .as(operation)
          .isEqualTo(operation.equals("reload") ? 0 : 1);
      assertThat(tab.eval("document.getElementById('confirm-signal-row').checkVisibility()"))
          .isEqualTo(operation.equals("signal"));
      if (operation.equals("restart")) {
        assertThat(tab.text("#confirm-text")).endsWith("Also restarts: web.");
      }
      tab.press("Escape");
      tab.waitFor("!document.querySelector('dialog[open]')");
    }
  }

  @Test
  void errorStaysUntilClosedAndOtherMessagesExpire() throws IOException {
    open("");
    tab.answer(
        "/status",
        array(
            service("web", "running", "", process("web", "running", "")),
            service("gone", "running", "", process("gone", "running", ""))));
    tab.answer("/services/web/stop?wait=10s", service("web", "stopping", ""));
    showPageWithToken();
    tab.eval(
        """
        globalThis.expiries = [];
        const later = setTimeout;
        globalThis.setTimeout = (task, delay) =>
            delay === 6_000 ? expiries.push(task) : later(task, delay);
        """);
    tab.click(row("gone") + " [data-operation=stop]");
    tab.click("#confirm-button");
    tab.waitForText(".message.error", "cannot stop gone: ");
    assertThat(tab.text(".message.error")).contains("gone", "service").doesNotContain("Not found");
    tab.click(row("web") + " [data-operation=stop]");
    tab.click("#confirm-button");
    tab.waitForText(".message:not(.error)", "web: stop is not finished yet");

    assertThat(tab.eval("expiries.length")).isEqualTo(1);
    tab.eval("expiries[0]()");
    assertThat(tab.count(".message")).isEqualTo(1);
    assertThat(tab.count(".message.error")).isEqualTo(1);
    tab.click(".message [aria-label='Close message']");
    assertThat(tab.count(".message")).isZero();
  }

  @Test
  void groupWithSpecialCharactersIsStopped() throws IOException {
    start("[services.web]\ncommand = [\"sleep\", \"600\"]\ngroups = [\"b?c#d & e\"]\n");
    showPageWithToken();
    tab.click("#group");
    tab.click("[aria-label='Stop all of b?c#d & e']");
    tab.click("#confirm-button");

    tab.waitForText("#messages", "all services of b?c#d & e: stopped");
    assertThat(daemon.supervisor().status("web").processes().get(0).pid()).isEmpty();
  }

  @Test
  void declinedTokenSendsNothingAgain() throws IOException {
    start(TWO_SERVICES);
    showPage();
    tab.eval("sessionStorage.setItem('luhproc.token', 'x'.repeat(64))");
    tab.click(row("web") + " [data-operation=stop]");
    tab.click("#confirm-button");
    tab.waitFor("document.getElementById('token-dialog').open");
    assertThat(tab.text("#token-error")).contains("did not accept");
    assertThat(tab.eval("document.getElementById('token-input').type")).isEqualTo("password");
    assertThat(tab.eval("sessionStorage.length")).isEqualTo(0);

    tab.click("#token-dialog [data-close='']");

    tab.waitForText(".message.error", "cannot stop web");
    assertThat(tab.requests("/services/web/stop?wait=10s")).isEqualTo(1);
    assertThat(daemon.supervisor().status("web").processes().get(0).pid()).isPresent();
  }

  @Test
  void tokenIsForgottenAndEnteredByItsButton() throws IOException {
    start(TWO_SERVICES);
    showPageWithToken();
    tab.click("[aria-label='Forget the token']");
    tab.waitFor("document.body.dataset.connection === 'polling'");
    assertThat(tab.eval("sessionStorage.length")).isEqualTo(0);

    tab.click("[aria-label='Enter the token']");
    assertThat(tab.text("#token-error")).isEmpty();
    tab.type(" " + token() + "\t");
    tab.press("Enter");

    tab.waitFor("document.body.dataset.connection === 'live'");
    assertThat(tab.eval("document.getElementById('token-input').value")).isEqualTo("");
  }

  @Test
  void connectionIsTriedAgainAtOnceOnRequest() throws IOException {
    open(TWO_SERVICES);
    showPage();
    withoutAttemptsByTime();
    daemon.close();
    tab.eval("document.dispatchEvent(new Event('visibilitychange'))");
    tab.waitForText("#banner:not([hidden])", "this was its state at");
    daemon = Daemon.open(folder.resolve("luhproc.toml"));

    tab.click("#banner-button");

    tab.waitFor("document.body.dataset.connection === 'polling'");
    tab.waitForText("#messages", "Connected to the daemon again");
    assertThat(tab.eval("document.getElementById('banner').hidden")).isEqualTo(true);
  }

  @Test
  void pageWithoutTokenConnectsAgain() throws IOException {
    open(TWO_SERVICES);
    showPage();
    daemon.close();
    tab.waitFor("document.body.dataset.connection === 'lost'");

    daemon = Daemon.open(folder.resolve("luhproc.toml"));

    tab.waitFor("document.body.dataset.connection === 'polling'");
  }

  private void withoutAttemptsByTime() {
    tab.eval(
        "const later = setTimeout; globalThis.setTimeout ="
            + " (task, delay) => delay < 100 ? later(task, delay) : 0");
  }
}
