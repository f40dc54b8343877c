package io.luhproc.daemon.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.daemon.Daemon;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Logs and events in the page, and text that attacks it. */
@Tag("process")
class PageLogsProcessTest extends PageFixture {
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
    tab.waitForText("#event-list", "stopping → inactive");
  }

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
    String shown = "onerror=globalThis.pwned=1>\\u202e/../%2F\"'";
    tab.waitForText("#panel-name", shown);
    tab.click(".rows [data-operation=stop]");
    tab.waitForText("#confirm-title", shown);
    tab.press("Escape");
    tab.click("#panel-close");
    tab.waitFor("document.getElementById('panel').hidden");
    tab.click("#to-graph");
    tab.waitForText(".node title", shown);
    tab.eval("document.querySelector('.node').focus()");
    tab.press("Enter");
    tab.waitForText("#panel-name", shown);
    assertThat(tab.count("img, b:not(.chip b)")).isZero();
    assertThat(tab.eval("typeof globalThis.pwned")).isEqualTo("undefined");
  }

  @Test
  void controlSequencesOfLinesBecomeColoursOrNothing() throws IOException {
    open("");
    showPage();
    String markup =
        "import('/page/ansi.js').then((ansi) => { const e = document.createElement('p');"
            + " ansi.appendLine(e, %s); return e.innerHTML; })";
    Map<String, String> expected =
        Map.of(
            "plain", "plain",
            "\033[1;31mred\033[0m.", "<span class=\"bold fg-1\">red</span>.",
            "\033[31mred\033[39mnot", "<span class=\"fg-1\">red</span>not",
            "\033[38;5;9ma\033[48;5;12mb",
                "<span class=\"fg-9\">a</span>" + "<span class=\"fg-9 bg-12\">b</span>",
            "\033[38;2;1;2;300mx", "<span class=\"\" style=\"color: rgb(1, 2, 255);\">x</span>",
            "\033[2J\033[5;7Hx\033]0;title\007y\033]8;;http://e\033\\z\033(B", "xyz",
            "a\033[38;5mb\033[999mc\033[", "abc",
            "\rbell\007 \u202enull\000", "\\u000dbell\\u0007 \\u202enull\\u0000",
            "\033[<b>&", "&gt;&amp;");

    expected.forEach(
        (line, html) ->
            assertThat(tab.eval(markup.formatted(Json.quote(line)))).as(line).isEqualTo(html));
  }

  @Test
  void tokenThatIsNoLongerAcceptedIsForgotten() throws IOException {
    start(TWO_SERVICES);
    showPageWithToken();

    daemon.close();
    Files.delete(folder.resolve("run/http.token"));
    daemon = Daemon.open(folder.resolve("luhproc.toml"));

    tab.waitFor("sessionStorage.length === 0");
    tab.waitFor("document.body.dataset.connection === 'polling'");
    tab.eval("location.hash = '#/services/web'");
    tab.waitFor("!document.getElementById('log-locked').hidden");
  }
}
