package io.luhproc.daemon.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.daemon.Daemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the page shows of services in different states. */
@Tag("process")
class PageStatesProcessTest extends PageFixture {
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
  void malformedTokenInAddressIsAsIfThereWereNone() throws IOException {
    open("");
    tab.open("http://localhost:" + port + "/#token=%zz");
    tab.waitFor("document.body.dataset.connection === 'polling'");
    assertThat(tab.eval("location.hash")).isEqualTo("");
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
    tab.waitFor("document.querySelector(\"" + row("bad") + "\")?.dataset.state === 'failed'");
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
      tab.waitFor("document.querySelector(\"" + row(name) + "\")?.dataset.state === 'running'");
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

  @Test
  void lostDaemonIsShownAndConnectedAgain() throws IOException {
    start(TWO_SERVICES);
    showPageWithToken();
    tab.waitFor("document.querySelector(\"" + row("web") + "\")?.dataset.state === 'running'");

    daemon.close();
    tab.waitFor("document.body.dataset.connection === 'lost'");
    tab.waitForText("#banner", "does not answer");
    daemon = Daemon.open(folder.resolve("luhproc.toml"));

    tab.waitFor("document.body.dataset.connection === 'live'");
    tab.waitFor("document.getElementById('banner').hidden");
    tab.waitFor("document.querySelector(\"" + row("web") + "\")?.dataset.state === 'inactive'");
    daemon.supervisor().start("db").join();
    tab.waitFor("document.querySelector(\"" + row("db") + "\")?.dataset.state === 'running'");
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
}
