package io.luhproc.daemon.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Functions of the modules of the page, for values that real services rarely have. */
@Tag("process")
class PageModulesProcessTest extends PageFixture {
  /** Evaluates an expression in which {@code it} is a module of the page. */
  private Object module(String name, String expression) {
    return tab.eval("import('/page/%s.js').then((it) => %s)".formatted(name, expression));
  }

  private void assertEach(String module, Map<String, Object> expected) throws IOException {
    open("");
    showPage();
    expected.forEach(
        (expression, value) ->
            assertThat(module(module, expression)).as(expression).isEqualTo(value));
  }

  @Test
  void durationsSizesAndLoadsAreShownInTheirLargestUnits() throws IOException {
    assertEach(
        "format",
        Map.ofEntries(
            Map.entry("it.duration(999)", "0s"),
            Map.entry("it.duration(59_999)", "59s"),
            Map.entry("it.duration(60_000)", "1m"),
            Map.entry("it.duration(3_599_999)", "59m 59s"),
            Map.entry("it.duration(5_400_000)", "1h 30m"),
            Map.entry("it.duration(90_000_000)", "1d 1h"),
            Map.entry("it.bytes(1 << 20)", "1.0 MiB"),
            Map.entry("it.bytes(10.6 * (1 << 20))", "11 MiB"),
            Map.entry("it.bytes(1024 * (1 << 20))", "1.0 GiB"),
            Map.entry("it.bytes(1.5 * 1024 * (1 << 20))", "1.5 GiB"),
            Map.entry("it.bytes(8 * 1024 * (1 << 20))", "8.0 GiB"),
            Map.entry("it.percent(0.5)", "0.5%"),
            Map.entry("it.percent(9.96)", "10%"),
            Map.entry("it.percent(99.6)", "100%"),
            Map.entry("it.plural(1, 'line')", "1 line"),
            Map.entry("it.plural(0, 'line')", "0 lines")));
    String yesterday = "new Date(Date.now() - 86_400_000)";
    assertThat(
            module(
                "format",
                "it.dateTime(%1$s).startsWith(%1$s.toLocaleDateString())".formatted(yesterday)))
        .isEqualTo(true);
    assertThat(module("format", "it.dateTime(new Date()) === it.clock(new Date())"))
        .isEqualTo(true);
  }

  @Test
  void chartHasNewestSampleAtTheRightAndLargestAtTheTop() throws IOException {
    String lines =
        "((chart) => [...chart.element.children].map((path) => path.getAttribute('d')).join('|'))";
    String chart = "((chart) => { chart.draw(%s, 4); return %s(chart); })(it.sparkline('cpu'))";
    assertEach(
        "sparkline",
        Map.of(
            chart.formatted("[0, 8]", lines),
            "M59.0 17.0L60.0 1.0L60.0 18L59.0 18Z|M59.0 17.0L60.0 1.0",
            chart.formatted("[2]", lines),
            "M60.0 9.0L60.0 18L60.0 18Z|M60.0 9.0",
            chart.formatted("[]", lines),
            "|",
            chart.formatted("Array(60).fill(0)", lines + "(chart).split('L')[0] + ((x) => '')"),
            "M0.0 17.0"));
  }

  @Test
  void statusOfServiceIsThatOfItsProcesses() throws IOException {
    String status = "{state: 'running', cause: 'autostart', processes: [%s, %s]}";
    String early = "{state: 'running', started: '2026-01-01T00:00:00Z', restarts: 2}";
    String late = "{state: 'running', started: '2026-01-02T00:00:00Z', restarts: 3}";
    String down = "{state: 'backoff', since: '2026-01-03T00:00:00Z', restarts: 4, cause: 'c'}";
    assertEach(
        "model",
        Map.ofEntries(
            Map.entry("it.restarts(" + status.formatted(early, down) + ")", 6),
            Map.entry(
                "new Date(it.upSince(" + status.formatted(early, late) + ")).toISOString()",
                "2026-01-02T00:00:00.000Z"),
            Map.entry("String(it.upSince(" + status.formatted(down, down) + "))", "null"),
            Map.entry("it.reason(" + status.formatted(early, down) + ")", "autostart"),
            Map.entry("it.reason({processes: [" + early + "," + down + "]})", "c"),
            Map.entry(
                "it.reason({blockedOn: ['db', 'mq'], cause: 'x', processes: []})",
                "waits for db, mq"),
            Map.entry(
                "it.shownState({state: 'running', processes: [{}, {health: 'unhealthy'}]})",
                "unhealthy"),
            Map.entry(
                "it.shownState({state: 'stopping', processes: [{health: 'unhealthy'}]})",
                "stopping"),
            Map.entry("it.shownState({state: 'running', processes: [{paused: true}]})", "paused"),
            Map.entry(
                "['inactive', 'exited', 'failed', 'backoff', 'blocked', 'running']"
                    + ".filter((state) => it.isUp({state})).join()",
                "backoff,blocked,running")));
  }

  @Test
  void coloursAndStylesOfLinesEndWhereTheyAreReset() throws IOException {
    String markup =
        "((e) => { it.appendLine(e, %s); return e.innerHTML; })(document.createElement('p'))";
    String color = "<span class=\"\" style=\"color: %s;\">x</span>";
    assertEach(
        "ansi",
        Map.ofEntries(
            Map.entry(
                markup.formatted(Json.quote("\033[1;4;92ma\033[24mb\033[22mc")),
                "<span class=\"bold underline fg-10\">a</span><span class=\"bold fg-10\">b</span>"
                    + "<span class=\"fg-10\">c</span>"),
            Map.entry(
                markup.formatted(Json.quote("\033[3;7;9;103ma\033[23;27;29;49mb")),
                "<span class=\"italic inverse struck bg-11\">a</span>b"),
            Map.entry(
                markup.formatted(Json.quote("\033[7;31ma\033[mb")),
                "<span class=\"inverse fg-1\">a</span>b"),
            Map.entry(
                markup.formatted(Json.quote("\033[38;5;173mx")),
                color.formatted("rgb(215, 135, 95)")),
            Map.entry(
                markup.formatted(Json.quote("\033[38;5;233mx")),
                color.formatted("rgb(18, 18, 18)")),
            Map.entry("it.plainText(" + Json.quote("\033[31mr\033[0med\007") + ")", "red\\u0007")));
  }

  @Test
  void eventsSplitOverReadsAreJoinedAndResumedAfterTheLastId() throws IOException {
    open("");
    showPage();
    String stream =
        """
        new Promise((resolve) => {
          const chunks = [['id: 7\\ndata: o', 'ne\\r\\ndata: two\\n', '\\n'],
              [':\\n\\nevent: e\\ndata:three\\n\\n']];
          const ids = [];
          const events = [];
          let opened = 0;
          globalThis.fetch = async (path, {headers}) => {
            ids.push(headers['Last-Event-ID'] ?? 'none');
            const parts = chunks.shift() ?? [];
            if (ids.length === 3) resolve(JSON.stringify({ids, events, opened}));
            return new Response(new ReadableStream({
              pull: (out) => parts.length === 0 ? out.close()
                  : out.enqueue(new TextEncoder().encode(parts.shift())),
            }));
          };
          new it.Stream(() => '/x', {
            open: () => opened++,
            event: (...event) => events.push(event.join('/')),
            lost: () => {},
          }).start();
        })
        """;
    assertThat(module("api", stream))
        .isEqualTo(
            "{\"ids\":[\"none\",\"7\",\"7\"],"
                + "\"events\":[\"message/one\\ntwo/7\",\"e/three/\"],\"opened\":2}");
  }

  /** A connection that is gone without a notice sends no heartbeat. */
  @Test
  void silentStreamIsOpenedAgainAndRefusedOneIsNot() throws IOException {
    open("");
    showPage();
    String stream =
        """
        new Promise((resolve) => {
          const later = setTimeout;
          const delays = [];
          globalThis.setTimeout = (task, delay) => {
            delays.push(delay);
            return later(task, 10);
          };
          const lost = [];
          let attempts = 0;
          globalThis.fetch = async (path, {signal}) => {
            attempts++;
            const body = new ReadableStream({
              start: (out) => {
                if (attempts === 2) out.enqueue(new TextEncoder().encode(':\\n\\n'));
                signal.addEventListener('abort', () => out.error(new Error('silent')));
              },
            });
            return attempts < 3 ? new Response(body) : new Response('no', {status: 404});
          };
          new it.Stream(() => '/x', {
            open: () => {},
            event: () => {},
            lost: ({message, status}) => {
              lost.push(`${message} ${status}`);
              if (status) later(() => resolve(`${lost.join()}: ${delays.join()}`), 0);
            },
          }).start();
        })
        """;
    // Silence of 40 s, also after a heartbeat, and the delays of new attempts.
    assertThat(module("api", stream))
        .isEqualTo("silent undefined,silent undefined,no 404: 40000,500,40000,40000,500,40000");
  }

  @Test
  void usageKeepsTheNewest60Readings() throws IOException {
    open("");
    showPage();
    tab.answer("/usage", "[" + StubbedStatus.usage("a", "a", 1, 0, 0, 7) + "]");
    String kept =
        """
        (async () => {
          const model = new it.Model();
          let read;
          model.on('usage', () => read());
          for (let i = 0; i < 70; i++) {
            await new Promise((resolve) => {
              read = () => setTimeout(resolve, 0);
              model.refresh();
            });
          }
          return model.usage({name: 'a', processes: [{name: 'a'}]}).rss.length;
        })()
        """;
    assertThat(module("model", kept)).isEqualTo(60);
  }
}
