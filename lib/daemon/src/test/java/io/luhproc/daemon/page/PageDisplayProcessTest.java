package io.luhproc.daemon.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Keyboard, sizes and colours of the page. */
@Tag("process")
class PageDisplayProcessTest extends PageFixture {
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
    tab.waitFor("!document.getElementById('services').hidden");
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
