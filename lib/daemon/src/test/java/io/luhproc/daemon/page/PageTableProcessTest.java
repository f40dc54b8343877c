package io.luhproc.daemon.page;

import static io.luhproc.daemon.page.StubbedStatus.array;
import static io.luhproc.daemon.page.StubbedStatus.json;
import static io.luhproc.daemon.page.StubbedStatus.node;
import static io.luhproc.daemon.page.StubbedStatus.process;
import static io.luhproc.daemon.page.StubbedStatus.service;
import static io.luhproc.daemon.page.StubbedStatus.usage;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Order, filters and cells of the table, for services of a stubbed status. */
@Tag("process")
class PageTableProcessTest extends PageFixture {
  private static final String STARTED = ",'started':'%s'";

  private static String ago(Duration duration) {
    return STARTED.formatted(Instant.now().minus(duration));
  }

  private void show(String... services) throws IOException {
    open("");
    tab.answer("/status", array(services));
    showPage();
    tab.waitFor("document.querySelectorAll('.rows .row').length === " + services.length);
  }

  /** Has the page read the status and the usage now. */
  private void refresh() {
    tab.eval("document.dispatchEvent(new Event('visibilitychange'))");
  }

  private String names() {
    return String.valueOf(
        tab.eval(
            "[...document.querySelectorAll('.rows .row .name-link')]"
                + ".map((it) => it.textContent).join()"));
  }

  private String namesSortedBy(String key) {
    tab.click("[data-key=" + key + "] button");
    return names();
  }

  private String attribute(String selector, String name) {
    return String.valueOf(
        tab.eval(
            "document.querySelector(%s).getAttribute('%s')".formatted(Json.quote(selector), name)));
  }

  @Test
  void columnsSortServicesAndThirdClickRestoresTheirOrder() throws IOException {
    show(
        service("b", "failed", "", process("b", "failed", "")),
        service("d", "backoff", "", process("d", "backoff", ",'restarts':10")),
        service("a", "running", "", process("a", "running", ",'restarts':2" + ago(hours(1)))),
        service(
            "c",
            "running",
            "",
            process("c", "running", ",'restarts':5,'health':'unhealthy'" + ago(hours(2)))));

    assertThat(names()).isEqualTo("b,d,a,c");
    assertThat(namesSortedBy("name")).isEqualTo("a,b,c,d");
    assertThat(attribute("[data-key=name]", "aria-sort")).isEqualTo("ascending");
    assertThat(namesSortedBy("name")).isEqualTo("d,c,b,a");
    assertThat(namesSortedBy("name")).isEqualTo("b,d,a,c");
    assertThat(attribute("[data-key=name]", "aria-sort")).isEqualTo("none");
    assertThat(namesSortedBy("state")).isEqualTo("b,d,c,a");
    assertThat(namesSortedBy("restarts")).isEqualTo("d,c,a,b");
    assertThat(namesSortedBy("uptime")).isEqualTo("c,a,b,d");
    assertThat(attribute("[data-key=uptime]", "aria-sort")).isEqualTo("descending");
    assertThat(tab.eval("document.getElementById('sort').value")).isEqualTo("uptime");
    assertThat(namesSortedBy("uptime")).isEqualTo("a,c,b,d");

    choose("sort", "state");
    assertThat(names()).isEqualTo("b,d,c,a");
    choose("sort", "");
    assertThat(names()).isEqualTo("b,d,a,c");
  }

  private void choose(String id, String value) {
    tab.eval(
        "((it) => { it.value = '%s'; it.dispatchEvent(new Event('change')); })".formatted(value)
            + "(document.getElementById('"
            + id
            + "'))");
  }

  private static Duration hours(int hours) {
    return Duration.ofHours(hours).plusSeconds(1);
  }

  @Test
  void loadIsThatBetweenTwoReadingsOfTheSameProcess() throws IOException {
    open("");
    tab.answer(
        "/status",
        array(
            service("a", "running", "", process("a", "running", ",'pid':1")),
            service(
                "b",
                "running",
                "",
                process("p", "running", ",'pid':2"),
                process("q", "running", ",'pid':3")),
            service("c", "failed", "", process("c", "failed", ""))));
    tab.answer(
        "/usage",
        array(
            usage("a", "a", 1, 1_000, 0, 10),
            usage("b", "p", 2, 1_000, 0, 3),
            usage("b", "q", 3, 1_000, 0, 20)));
    showPage();
    tab.waitForText(row("a") + " .memory-text", "10 MiB");
    tab.waitForText(row("b") + " .memory-text", "23 MiB");
    assertThat(namesSortedBy("memory")).isEqualTo("b,a,c");

    tab.answer(
        "/usage",
        array(
            usage("a", "a", 1, 3_000, 100, 10),
            usage("b", "p", 2, 3_000, 800, 3),
            usage("b", "q", 4, 3_000, 0, 2)));
    refresh();
    tab.waitForText(row("a") + " .cpu-text", "5.0%");
    tab.waitForText(row("b") + " .cpu-text", "40%");
    assertThat(namesSortedBy("cpu")).isEqualTo("b,a,c");

    tab.answer(
        "/usage",
        array(
            usage("a", "a", 1, 5_000, 1_700, 2_048),
            usage("b", "p", 2, 5_000, 1_000, 3),
            usage("b", "q", 4, 5_000, 200, 2)));
    refresh();
    tab.waitForText(row("a") + " .cpu-text", "80%");
    tab.waitForText(row("a") + " .memory-text", "2.0 GiB");
    tab.waitForText(row("b") + " .cpu-text", "20%");
    tab.waitFor("document.querySelector('.rows .name-link').textContent === 'a'");
    for (String kind : new String[] {"cpu", "memory"}) {
      assertThat(attribute(row("a") + " .sparkline." + kind + " .line", "d")).startsWith("M5");
    }

    tab.answer("/usage", array(usage("a", "a", 9, 9_000, 0, 1)));
    refresh();
    tab.waitForText(row("a") + " .memory-text", "1.0 MiB");
    assertThat(tab.text(row("a") + " .cpu-text")).isEmpty();
    assertThat(tab.text(row("b") + " .memory-text")).isEmpty();
  }

  @Test
  void rowsStayWhileTheirButtonIsFocused() throws IOException {
    open("");
    tab.answer(
        "/status",
        array(
            service("a", "running", "", process("a", "running", "")),
            service("b", "running", "", process("b", "running", ""))));
    tab.answer("/usage", array(usage("a", "a", 1, 0, 0, 2), usage("b", "b", 2, 0, 0, 1)));
    showPage();
    tab.waitForText(row("b") + " .memory-text", "1.0 MiB");
    assertThat(namesSortedBy("memory")).isEqualTo("a,b");
    tab.eval("document.querySelector('.rows [data-operation=stop]').focus()");

    tab.answer("/usage", array(usage("a", "a", 1, 0, 0, 2), usage("b", "b", 2, 0, 0, 3)));
    refresh();
    tab.waitForText(row("b") + " .memory-text", "3.0 MiB");
    tab.eval("new Promise(requestAnimationFrame)");
    assertThat(names()).isEqualTo("a,b");

    tab.eval("document.activeElement.blur()");
    refresh();
    tab.waitFor("document.querySelector('.rows .name-link').textContent === 'b'");
  }

  @Test
  void filterNeedsAllWordsAndSaysWhenNothingMatches() throws IOException {
    show(
        service("web-one", "running", "", process("web-one", "running", ",'pid':4711")),
        service("web-two", "failed", "", process("web-two", "failed", "")),
        service("db", "failed", "", process("db", "failed", "")));
    tab.eval("document.getElementById('filter').focus()");

    tab.type("WEB failed");
    assertThat(names()).isEqualTo("web-two");
    tab.type("x");
    assertThat(names()).isEmpty();
    tab.waitForText(".empty:not([hidden])", "No service matches the filter.");
    tab.eval("document.getElementById('filter').select()");
    tab.type("4711");
    assertThat(names()).isEqualTo("web-one");
    assertThat(tab.eval("document.querySelector('#table-box .empty').hidden")).isEqualTo(true);
  }

  @Test
  void chipsCountStatesAndKeepFocusAndChoice() throws IOException {
    show(
        service("a", "running", "", process("a", "running", "")),
        service("b", "failed", "", process("b", "failed", "")),
        service("c", "failed", "", process("c", "failed", "")),
        service("d", "running", "", process("d", "running", ",'paused':true")));
    String chips =
        "[...document.querySelectorAll('.chip')].map((it) => it.innerText.replace(/\\s/g,"
            + " '')).join()";
    assertThat(tab.eval(chips)).isEqualTo("1paused,2failed,1running");
    assertThat(tab.text("#count")).isEqualTo("4 services");
    tab.click("#to-events");
    tab.waitFor("!document.getElementById('events').hidden");
    tab.eval("location.hash = '#/services'");
    tab.eval("document.querySelector('.chip[data-state=failed]').focus()");
    tab.press("Enter");
    assertThat(names()).isEqualTo("b,c");
    assertThat(attribute(".chip[data-state=failed]", "aria-pressed")).isEqualTo("true");
    assertThat(attribute(".chip[data-state=running]", "aria-pressed")).isEqualTo("false");
    assertThat(tab.eval("document.activeElement.dataset.state")).isEqualTo("failed");

    tab.answer("/status", array(service("a", "running", "", process("a", "running", ""))));
    refresh();

    tab.waitForText("#count", "1 service");
    assertThat(tab.text("#count")).isEqualTo("1 service");
    assertThat(tab.eval(chips)).isEqualTo("0failed,1running");
    assertThat(tab.eval("document.activeElement.dataset.state")).isEqualTo("failed");
    tab.press("Enter");
    assertThat(names()).isEqualTo("a");
  }

  @Test
  void groupsAreOrderedCountedAndControlled() throws IOException {
    tab.answer("/groups", json("{'zoo':['a'],'api':['a','b']}"));
    tab.answer("/tree?format=json", array(node("none", ""), node("a", ""), node("b", "")));
    show(
        service("none", "running", "", process("none", "running", "")),
        service("a", "running", "", process("a", "running", "")),
        service("b", "running", "", process("b", "running", "")));
    tab.click("#group");

    assertThat(
            tab.eval(
                "[...document.querySelectorAll('.rows > *')].map((it) =>"
                    + " it.querySelector('.name').innerText.replace(/\\s+/g, ' ').trim()).join()"))
        .isEqualTo("api 2 services,a,b,zoo 1 service,a,No group 1 service,none");
    assertThat(tab.count("[aria-label='Restart all of api']")).isEqualTo(1);
    assertThat(tab.count(".group button")).isEqualTo(6);
    tab.click("#group");
    assertThat(names()).isEqualTo("none,a,b");
  }

  @Test
  void cellsTellWhatServiceDoesAndWhatCanBeDone() throws IOException {
    show(
        service(
            "two",
            "running",
            "",
            process("p", "running", ",'restarts':1" + ago(hours(1))),
            process("q", "backoff", ",'restarts':2,'nextRestart':'2100-01-01T00:00:00Z'")),
        service("web", "blocked", ",'blockedOn':['db']", process("web", "blocked", "")),
        service("once", "exited", "", process("once", "exited", "")),
        service(
            "late",
            "backoff",
            "",
            process(
                "late",
                "backoff",
                ",'nextRestart':'%s'".formatted(Instant.now().plusSeconds(5_500)))));

    assertThat(tab.text(row("two") + " .count-text")).isEqualTo("1/2");
    assertThat(tab.text(row("two") + " .uptime-text")).isEqualTo("1h");
    assertThat(tab.text(row("two") + " .restarts-text")).isEqualTo("3");
    assertThat(tab.text(row("web") + " .reason-text")).isEqualTo("waits for db");
    assertThat(tab.text(row("web") + " .count-text")).isEmpty();
    assertThat(tab.text(row("late") + " .uptime-text")).isEqualTo("in 1h 31m");
    assertThat(attribute(row("once") + " [data-operation]", "aria-label")).isEqualTo("Start");
    assertThat(attribute(row("web") + " [data-operation]", "aria-label")).isEqualTo("Stop");
    assertThat(tab.count(row("once") + " [aria-label=Restart].hidden")).isEqualTo(1);
    assertThat(tab.count(row("web") + " [aria-label=Restart].hidden")).isZero();
    assertThat(tab.count(".rows .row [tabindex='0']")).isEqualTo(4);
    assertThat(tab.count(".rows svg:not([aria-hidden])")).isZero();
    assertThat(attribute(".expander", "aria-label")).isEqualTo("Processes of two");
    assertThat(attribute(".expander", "aria-expanded")).isEqualTo("false");
    tab.click(".expander");
    assertThat(attribute(".expander", "aria-expanded")).isEqualTo("true");
    assertThat(tab.text(".row.process:has([href='#/services/two/q']) .uptime-text"))
        .matches("in \\d+d \\d+h");
    tab.click(row("web") + " .name-link");
    tab.waitFor("document.querySelector('.row.selected')");
    assertThat(attribute(row("web") + " .name-link", "aria-current")).isEqualTo("true");
    assertThat(tab.count(".row.selected")).isEqualTo(1);

    tab.answer("/status", array(service("two", "running", "", process("p", "running", ""))));
    refresh();
    tab.waitFor("document.querySelectorAll('.rows .row').length === 1");
    tab.waitForText("#panel-state", "There is no service of this name.");
    assertThat(tab.eval("document.getElementById('panel-details').hidden")).isEqualTo(true);
    tab.answer(
        "/status",
        array(
            service("two", "failed", "", process("p", "failed", ",'restarts':7")),
            service("web", "running", "", process("web", "running", ""))));
    refresh();
    tab.waitFor("document.querySelectorAll('.rows .row').length === 2");
    assertThat(tab.text(row("two") + " .restarts-text")).isEqualTo("7");
    assertThat(attribute(row("two") + " [data-operation]", "aria-label")).isEqualTo("Start");
  }
}
