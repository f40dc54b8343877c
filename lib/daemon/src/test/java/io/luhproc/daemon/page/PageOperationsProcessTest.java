package io.luhproc.daemon.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.ProcessState;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Operations from the page, and its token. */
@Tag("process")
class PageOperationsProcessTest extends PageFixture {
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
    tab.type(new StringBuilder(token()).reverse().toString());
    tab.press("Enter");
    tab.waitForText("#token-error", "does not accept");
    assertThat(state("web")).isEqualTo(ProcessState.RUNNING);
    // The refused token is selected, so that the next one replaces it.
    tab.type(token());
    tab.press("Enter");

    tab.waitFor("document.querySelector(\"" + row("web") + "\")?.dataset.state === 'inactive'");
    tab.waitFor("document.body.dataset.connection === 'live'");
    tab.click(row("web") + " [data-operation=start]");
    tab.click("#confirm-button");
    tab.waitFor("document.querySelector(\"" + row("web") + "\")?.dataset.state === 'running'");
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

  /** A dialog sends the event of its closing later; here when the next operation is asked for. */
  @Test
  void operationAskedForInTheMomentOfCancelIsConfirmed() throws IOException {
    start(TWO_SERVICES);
    showPageWithToken();
    tab.click(row("web") + " [aria-label=Restart]");

    tab.eval(
        "document.querySelector('#confirm-dialog [data-close=\"\"]').click();"
            + "document.querySelector(\"%s [data-operation=stop]\").click();".formatted(row("db")));
    tab.click("#confirm-button");

    tab.waitForText("#messages", "db: stopped");
    assertThat(tab.text("#messages")).doesNotContain("web: restarted");
  }

  @Test
  void processAndGroupAreStoppedFromTheirRows() throws IOException {
    start(
        """
        [services.web]
        groups = ["front"]
        [services.web.processes.worker]
        command = ["sleep", "600"]
        replicas = 2
        """);
    showPageWithToken();
    tab.click(".expander");

    tab.click(".row.process:has([href$='/worker-2']) [data-operation=stop]");
    tab.click("#confirm-button");
    tab.waitForText("#messages", "worker-2: stopped");
    assertThat(daemon.supervisor().status("web").process("worker-1").state())
        .isEqualTo(ProcessState.RUNNING);
    tab.click("#group");
    tab.click("[aria-label='Stop all of front']");
    tab.click("#confirm-button");

    tab.waitForText("#messages", "all services of front: stopped");
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
}
