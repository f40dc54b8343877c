package io.luhproc.daemon.page;

import static io.luhproc.daemon.page.StubbedStatus.array;
import static io.luhproc.daemon.page.StubbedStatus.process;
import static io.luhproc.daemon.page.StubbedStatus.service;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Search, size, origin and continuation of a log in the page. */
@Tag("process")
class PageLogViewProcessTest extends PageFixture {
  /** Returns a service that prints, waits for the file {@code go}, and runs another script. */
  private String printing(String script, String later) {
    return "[services.web]\ncommand = '''%s; while ! [ -e %s ]; do sleep 0.1; done; %s; sleep 600'''\n"
        .formatted(script, folder.resolve("go"), later);
  }

  private void showLog(String services, int lines) throws IOException {
    start(services);
    showPageWithToken();
    tab.eval("location.hash = '#/services/web'");
    waitForLines(lines);
  }

  private void waitForLines(int lines) {
    tab.waitFor("document.querySelectorAll('#log .line').length === " + lines);
  }

  private void waitForCount(String count) {
    tab.waitFor("document.getElementById('log-count').textContent === '" + count + "'");
  }

  private String at() {
    return tab.text("#log .line.at");
  }

  @Test
  void matchesAreSteppedThroughMarkedAndFoundInLaterLines() throws IOException {
    showLog(
        printing(
            "echo alpha one; echo beta; printf '\\033[31mal\\033[0mpha two\\n'; echo ALPHA three",
            "echo Alpha four"),
        4);
    tab.press("/");
    tab.type("alpha");
    waitForCount("3 of 3");
    assertThat(at()).isEqualTo("ALPHA three");
    // The text that changes its colour is not marked.
    assertThat(tab.eval("CSS.highlights.get('found').size")).isEqualTo(2);
    tab.press("Enter");
    assertThat(at()).isEqualTo("alpha one");
    waitForCount("1 of 3");
    tab.press("Enter");
    assertThat(at()).isEqualTo("alpha two");
    tab.eval(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
            + " {key: 'Enter', shiftKey: true}))");
    assertThat(at()).isEqualTo("alpha one");
    tab.click("#log-previous");
    assertThat(at()).isEqualTo("ALPHA three");
    tab.click("#log-next");
    assertThat(at()).isEqualTo("alpha one");

    tab.click("#log-only");
    assertThat(tab.eval("document.getElementById('log-only').getAttribute('aria-pressed')"))
        .isEqualTo("true");
    String visible =
        "[...document.querySelectorAll('#log .line')].filter((it) => it.checkVisibility()).length";
    assertThat(tab.eval(visible)).isEqualTo(3);
    Files.createFile(folder.resolve("go"));
    waitForCount("1 of 4");
    assertThat(tab.eval(visible)).isEqualTo(4);
    assertThat(tab.count(".line.at")).isEqualTo(1);
    tab.click("#log-only");
    assertThat(tab.eval(visible)).isEqualTo(5);
    tab.click("#log-wrap");
    assertThat(tab.eval("getComputedStyle(document.querySelector('#log .line')).whiteSpace"))
        .isEqualTo("pre-wrap");
    tab.eval("document.getElementById('log-search').select()");
    tab.type("gamma");
    waitForCount("0 lines");
    assertThat(tab.count(".line.at, .line.match")).isZero();
  }

  @Test
  void logKeepsItsLast3000Lines() throws IOException {
    showLog(printing("seq 900", "seq 901 4200"), 900);

    Files.createFile(folder.resolve("go"));

    tab.waitFor("document.querySelector('#log .line:last-child').textContent === '4200'");
    assertThat(tab.count("#log .line")).isEqualTo(3_000);
    assertThat(tab.text("#log .line")).isEqualTo("1201");
  }

  @Test
  void linesNameTheirProcessStreamAndTime() throws IOException {
    start(
        """
        [services.web.processes.a]
        command = "echo from a; exec sleep 600"
        [services.web.processes.b]
        command = "echo from b >&2; exec sleep 600"
        """);
    showPageWithToken();
    tab.eval("location.hash = '#/services/web'");
    waitForLines(2);

    assertThat(tab.text("#log .line.out")).isEqualTo("afrom a");
    assertThat(tab.text("#log .line.err")).isEqualTo("bfrom b");
    assertThat(tab.text("#log .line.err .process-text")).isEqualTo("b");
    assertThat(tab.eval("document.querySelector('#log .line').title")).asString().contains(":");
    assertThat(
            tab.eval(
                "new Set([...document.querySelectorAll('.process-text')]"
                    + ".map((it) => it.className)).size"))
        .isEqualTo(2);
    tab.eval(
        "document.getElementById('log-process').value = 'b';"
            + "document.getElementById('log-process').dispatchEvent(new Event('change'))");
    tab.waitFor("document.getElementById('log').textContent === 'from b'");
    tab.eval("location.hash = '#/services/web/a'");
    tab.waitFor("document.getElementById('log').textContent === 'from a'");
    assertThat(tab.eval("document.getElementById('log-process').value")).isEqualTo("a");
  }

  @Test
  void hiddenPageHoldsNoConnectionAndContinuesWithoutGapOrDuplicate() throws IOException {
    start(printing("echo 1; echo 2", "echo 3"));
    showPage();
    tab.eval(
        """
        globalThis.streams = [];
        const send = fetch;
        globalThis.fetch = (path, options) => {
          if (options.signal) streams.push({path, ...options});
          return send(path, options);
        }
        """);
    tab.eval("location.hash = '#token=" + token() + "'");
    tab.waitFor("document.body.dataset.connection === 'live'");
    tab.eval("location.hash = '#/events/web'");
    waitForLines(2);
    tab.waitForText("#event-list", "process launched");
    String open = "streams.filter(({signal}) => !signal.aborted).length";
    assertThat(tab.eval(open)).isEqualTo(2);

    setHidden(true);
    assertThat(tab.eval(open)).isEqualTo(0);
    Files.createFile(folder.resolve("go"));
    setHidden(false);

    waitForLines(3);
    assertThat(tab.text("#log")).isEqualTo("123");
    daemon.supervisor().stop("web").join();
    tab.waitForText("#event-list", "stopping → inactive");
    String launched =
        "[...document.querySelectorAll('#event-list li')]"
            + ".filter((it) => it.textContent.includes('process launched')).length";
    assertThat(tab.eval(launched)).isEqualTo(1);
    assertThat(tab.eval(open)).isEqualTo(2);
    assertThat(tab.eval("streams.length")).isEqualTo(4);
  }

  private void setHidden(boolean isHidden) {
    tab.eval(
        "Object.defineProperty(document, 'hidden', {value: "
            + isHidden
            + ", configurable: true}); document.dispatchEvent(new Event('visibilitychange'))");
  }

  @Test
  void gapAndRefusalAreNotesInTheLog() throws IOException {
    open("");
    tab.answer(
        "/status",
        array(
            service("web", "running", "", process("web", "running", "")),
            service("gone", "running", "", process("gone", "running", ""))));
    tab.answer(
        "/services/web/logs?stream=both&lines=1000&process=web",
        "event: lost\ndata: {\"process\":\"web\",\"lostBytes\":3145728}\n\n");
    showPageWithToken();

    tab.eval("location.hash = '#/services/web'");
    tab.waitForText("#log .line.note", "3.0 MiB of web were deleted before they were read");
    tab.eval("location.hash = '#/services/gone'");
    tab.waitForText("#log .line.note", "gone");
    assertThat(tab.text("#log")).doesNotContain("MiB", "Not found");
  }

  @Test
  void logOfServiceThatIsAddedLaterIsShown() throws IOException {
    open("");
    showPageWithToken();
    tab.eval("location.hash = '#/services/new'");
    tab.waitForText("#panel-state", "There is no service of this name.");
    assertThat(tab.eval("document.getElementById('panel-details').hidden")).isEqualTo(true);
    Files.writeString(
        folder.resolve("luhproc.toml"),
        Files.readString(folder.resolve("luhproc.toml"))
            + "[services.new]\ncommand = \"echo hello; exec sleep 600\"\n");

    daemon.reload();

    tab.waitForText("#log", "hello");
    assertThat(tab.eval("document.getElementById('panel-details').hidden")).isEqualTo(false);
  }

  @Test
  void eventsAreNewestFirstFilteredAndCountedWhenLost() throws IOException {
    start(TWO_SERVICES + "[services.Mail]\ncommand = [\"sleep\", \"600\"]\n");
    showPageWithToken();
    tab.eval("location.hash = '#/events'");
    daemon.supervisor().stop("web").join();
    tab.waitForText("#event-list", "stopping → inactive");
    assertThat(
            tab.eval(
                "((times) => times.join() ==="
                    + " times.toSorted().reverse().join())([...document.querySelectorAll('#event-list"
                    + " time')].map((it) => it.dateTime))"))
        .isEqualTo(true);
    tab.press("/");
    tab.type("LAUNCHED");
    assertThat(tab.count("#event-list li")).isEqualTo(3);
    tab.eval("document.getElementById('event-filter').select()");
    tab.type("mail");
    assertThat(tab.count("#event-list li")).isGreaterThan(1);
    tab.type("zzz");
    assertThat(tab.count("#event-list li")).isZero();
    assertThat(tab.eval("document.getElementById('event-empty').hidden")).isEqualTo(false);
    tab.press("Escape");
    assertThat(tab.count("#event-list li")).isGreaterThan(5);
    assertThat(tab.eval("document.getElementById('event-empty').hidden")).isEqualTo(true);
    assertThat(tab.text("#event-lost")).isEmpty();

    tab.answer("/events", "event: lost\ndata: {\"type\":\"lost\",\"lost\":3,\"reason\":\"\"}\n\n");
    tab.eval("document.dispatchEvent(new Event('visibilitychange'))");
    tab.click("#token-button");
    tab.eval("location.hash = '#token=" + token() + "'");
    tab.eval("location.hash = '#/events'");

    tab.waitForText("#event-lost", " events lost");
  }
}
