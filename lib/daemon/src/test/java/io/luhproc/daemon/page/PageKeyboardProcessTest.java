package io.luhproc.daemon.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Keys of the page, and when they are not taken. */
@Tag("process")
class PageKeyboardProcessTest extends PageFixture {
  private static final String THREE_SERVICES =
      """
      [services.one]
      command = ["sleep", "600"]
      [services.two.processes.p]
      command = ["sleep", "600"]
      replicas = 2
      [services.three]
      command = ["sleep", "600"]
      """;
  private static final String FOCUSED = "document.activeElement.textContent";

  private void showServices(String services) throws IOException {
    start(services);
    showPageWithToken();
    tab.waitFor("document.querySelector('.rows .row[data-state=running]')");
  }

  private boolean hasDialog() {
    return tab.count("dialog[open]") > 0;
  }

  @Test
  void arrowsAndHomeAndEndMoveThroughRowsAndExpandThem() throws IOException {
    showServices(THREE_SERVICES);

    tab.press("ArrowDown");
    assertThat(tab.eval(FOCUSED)).isEqualTo("one");
    tab.press("End");
    assertThat(tab.eval(FOCUSED)).isEqualTo("three");
    tab.press("ArrowDown");
    assertThat(tab.eval(FOCUSED)).isEqualTo("three");
    tab.press("ArrowUp");
    assertThat(tab.eval(FOCUSED)).isEqualTo("two");
    tab.press("ArrowRight");
    assertThat(tab.count(".row.process")).isEqualTo(2);
    tab.press("ArrowRight");
    assertThat(tab.count(".row.process")).isEqualTo(2);
    tab.press("j");
    assertThat(tab.eval(FOCUSED)).isEqualTo("p-1");
    assertThat(tab.count(".rows .row.current [tabindex='-1']")).isZero();
    assertThat(tab.count(".rows .row:not(.current) [tabindex='0']")).isZero();
    tab.press("k");
    tab.press("ArrowLeft");
    assertThat(tab.count(".row.process")).isZero();
    tab.press("End");
    tab.press("Home");
    assertThat(tab.eval(FOCUSED)).isEqualTo("one");
    tab.press("Home");
    assertThat(tab.eval(FOCUSED)).isEqualTo("one");
  }

  @Test
  void operationsHaveKeysUnlessTheyDoNotApply() throws IOException {
    showServices(TWO_SERVICES);
    tab.press("j");
    tab.press("r");
    assertThat(tab.text("#confirm-title")).isEqualTo("Restart db?");
    tab.press("x");
    tab.press("t");
    assertThat(tab.text("#confirm-title")).isEqualTo("Restart db?");
    assertThat(tab.eval("document.documentElement.dataset.theme")).isEqualTo("auto");
    tab.press("Escape");
    tab.waitFor("!document.querySelector('dialog[open]')");
    for (String modifier : new String[] {"ctrlKey", "metaKey", "altKey"}) {
      tab.eval(
          "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
              + " {key: 'x', bubbles: true, "
              + modifier
              + ": true}))");
      assertThat(hasDialog()).as(modifier).isFalse();
    }
    tab.press("/");
    tab.press("x");
    tab.press("s");
    assertThat(tab.eval("document.getElementById('filter').value")).isEqualTo("xs");
    assertThat(hasDialog()).isFalse();
    tab.eval("document.getElementById('filter').select()");
    tab.type("db");
    tab.press("Enter");
    tab.press("Enter");
    tab.waitForText("#panel-name", "db");
    tab.press("s");
    assertThat(hasDialog()).isFalse();
    tab.press("x");
    assertThat(tab.text("#confirm-title")).isEqualTo("Stop db?");
    assertThat(tab.text("#confirm-text")).contains("Also stops: web");
    tab.press("Enter");
    tab.waitForText("#panel-state", "inactive");
    tab.press("s");
    assertThat(tab.text("#confirm-title")).isEqualTo("Start db?");
  }

  @Test
  void openPanelFollowsRowsAndTheTitleNamesItsService() throws IOException {
    showServices(THREE_SERVICES);
    tab.press("j");
    tab.press("Enter");
    tab.waitForText("#panel-name", "one");
    assertThat(tab.eval("document.title")).isEqualTo("one – luhproc");
    Object entries = tab.eval("history.length");

    tab.eval("document.querySelector('.rows .name-link').focus()");
    tab.press("j");

    tab.waitForText("#panel-name", "two");
    assertThat(tab.eval("document.title")).isEqualTo("two – luhproc");
    assertThat(tab.eval("location.hash")).isEqualTo("#/services/two");
    assertThat(tab.eval("history.length")).isEqualTo(entries);
    assertThat(tab.eval(FOCUSED)).isEqualTo("two");
    tab.press("Escape");
    tab.waitFor("document.getElementById('panel').hidden");
    assertThat(tab.eval("document.title")).isEqualTo("luhproc");
  }

  @Test
  void viewsAreChosenByDigitAndHaveTheirOwnFilter() throws IOException {
    showServices(TWO_SERVICES);
    String current = "document.querySelector('nav [aria-current=page]').textContent";
    assertThat(tab.eval(current)).isEqualTo("Services");
    tab.press("2");
    tab.waitFor("!document.getElementById('graph').hidden");
    assertThat(tab.eval(current)).isEqualTo("Graph");
    assertThat(tab.eval("document.getElementById('services').hidden")).isEqualTo(true);
    tab.press("3");
    tab.waitFor("!document.getElementById('events').hidden");
    assertThat(tab.eval(current)).isEqualTo("Events");
    tab.press("/");
    assertThat(tab.eval("document.activeElement.id")).isEqualTo("event-filter");
    tab.type("web");
    tab.press("Escape");
    assertThat(tab.eval("document.getElementById('event-filter').value")).isEqualTo("");
    tab.press("Escape");
    assertThat(tab.eval("document.activeElement === document.body")).isEqualTo(true);
    tab.press("1");
    tab.waitFor("!document.getElementById('services').hidden");
  }

  @Test
  void endKeyShowsTheEndOfTheLogAndContinuesIt() throws IOException {
    showServices(
        """
        [services.web]
        command = '''for i in $(seq 500); do echo line $i.; done
          while ! [ -e %s ]; do sleep 0.1; done; echo later; exec sleep 600'''
        """
            .formatted(folder.resolve("go")));
    tab.eval("location.hash = '#/services/web'");
    tab.waitFor("document.querySelectorAll('#log .line').length === 500");
    tab.eval("document.getElementById('log').scrollTop = 0");
    tab.waitForText("#log-end:not([hidden])", "To the end");
    Files.createFile(folder.resolve("go"));
    tab.waitForText("#log-end:not([hidden])", "1 new line");
    assertThat(tab.eval("document.getElementById('log').scrollTop")).isEqualTo(0);
    tab.eval("document.getElementById('log').focus()");

    tab.press("End");

    tab.waitFor("document.getElementById('log-end').hidden");
    tab.waitFor("document.getElementById('log').scrollTop > 1000");
  }

  @Test
  void keysAreListed() throws IOException {
    open("");
    showPage();
    tab.click("#keys-button");
    assertThat(tab.text("#keys-list")).contains("rRestart", "123Services, graph, events");
    tab.press("Enter");
    tab.waitFor("!document.querySelector('dialog[open]')");
  }
}
