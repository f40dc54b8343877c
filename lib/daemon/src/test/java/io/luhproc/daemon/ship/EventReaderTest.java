package io.luhproc.daemon.ship;

import static io.luhproc.daemon.ship.VirtualShipping.CONFIG;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.daemon.config.ShippingConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How lines become events. */
class EventReaderTest {
  private static final int MEBIBYTE = 1 << 20;

  @TempDir Path folder;
  private VirtualShipping shipping;
  private StreamKey web;

  private void open(ShippingConfig config) {
    shipping = new VirtualShipping(folder, config);
    web = shipping.stream("web");
  }

  private List<String> ship(String text) {
    shipping.write(web, text);
    shipping.advance(Duration.ofSeconds(10));
    return shipping.messages();
  }

  @Test
  void eventHasTimeServiceProcessAndStream() {
    open(CONFIG);
    ship("hello \"quoted\" \u001b[31mred\u001b[0m\n");

    Map<String, String> event = ShippedEvents.parse(shipping.confirmed.get(0)).get(0);
    assertThat(event)
        .containsEntry("timestamp", "2026-01-01T00:00:00.001Z")
        .containsEntry("service", "web")
        .containsEntry("process", "p")
        .containsEntry("stream", "out")
        .containsEntry("message", "hello \"quoted\" \u001b[31mred\u001b[0m")
        .doesNotContainKey("partial");
  }

  @Test
  void emptyLinesAreEvents() {
    open(CONFIG);
    assertThat(ship("\n\na\n")).containsExactly("", "", "a");
  }

  @Test
  void lineOfOneMegabyteIsOneEvent() {
    open(CONFIG);
    String line = "ä1".repeat(333_333);

    assertThat(ship("before\n" + line + "\nafter\n")).containsExactly("before", line, "after");
  }

  @Test
  void longerLineIsSeveralPartialEventsInOrder() {
    open(CONFIG);
    String line = "0123456789abcdef".repeat(3 * MEBIBYTE / 16);
    List<String> messages = ship(line + "\nafter\n");

    assertThat(messages).hasSizeBetween(4, 5).last().isEqualTo("after");
    assertThat(String.join("", messages.subList(0, messages.size() - 1))).isEqualTo(line);
    List<Map<String, String>> events =
        shipping.confirmed.stream().flatMap(it -> ShippedEvents.parse(it).stream()).toList();
    assertThat(events.get(0)).containsEntry("partial", "VALUE_TRUE");
    assertThat(events.get(events.size() - 2)).doesNotContainKey("partial");
  }

  @Test
  void binaryIsShippedAsText() {
    open(CONFIG);
    byte[] bytes = new byte[20_000];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 7919);
    }
    shipping.write(web, bytes);
    shipping.write(web, "\nend\n");
    shipping.advance(Duration.ofSeconds(10));

    assertThat(shipping.messages()).last().isEqualTo("end");
    assertThat(String.join("\n", shipping.messages())).contains("\uFFFD", "\0");
    assertThat(shipping.stats().lagBytes()).isZero();
  }

  @Test
  void javaStackTraceIsOneEvent() {
    open(VirtualShipping.with(VirtualShipping.Changes::multiline));
    String trace =
        """
        java.lang.IllegalStateException: outer
        \tat a.B.c(B.java:1)
        Caused by: java.io.IOException: inner
        \tat d.E.f(E.java:2)
        \t... 3 more
        \tSuppressed: java.lang.Error: x\
        """;

    assertThat(ship("before\n" + trace + "\nafter\nlast\n"))
        .containsExactly("before", trace, "after", "last");
  }

  @Test
  void pythonTracebackIsOneEvent() {
    open(VirtualShipping.with(VirtualShipping.Changes::multiline));
    String trace =
        """
        Traceback (most recent call last):
          File "a.py", line 1, in <module>
            x()
        ValueError: bad\
        """;

    assertThat(ship("before\n" + trace + "\nafter\n")).containsExactly("before", trace, "after");
  }

  @Test
  void stackTraceThatIsStillWrittenIsNotDivided() {
    open(VirtualShipping.with(VirtualShipping.Changes::multiline));
    shipping.write(web, "first\nError: x\n");
    for (int i = 0; i < 20; i++) {
      shipping.write(web, "\tat line " + i + "\n");
      shipping.advance(Duration.ofMillis(900));
    }
    shipping.advance(Duration.ofSeconds(10));

    assertThat(shipping.messages()).hasSize(2).first().isEqualTo("first");
    assertThat(shipping.messages().get(1).lines()).hasSize(21);
  }

  @Test
  void endlessStackTraceIsDividedAtOneMebibyte() {
    open(VirtualShipping.with(VirtualShipping.Changes::multiline));
    String line = "\tat " + "x".repeat(1000) + "\n";
    List<String> messages = ship("Error\n" + line.repeat(2500));

    assertThat(messages).hasSize(3).allMatch(it -> it.length() < MEBIBYTE + 70_000);
  }

  @Test
  void restartInTheMiddleKeepsStackTraceTogether() {
    open(VirtualShipping.with(VirtualShipping.Changes::multiline));
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 150; i++) {
      text.append("Error ")
          .append(i)
          .append("\n\tat a\n\tat b")
          .append(".".repeat(60))
          .append('\n');
    }
    shipping.write(web, text.toString());
    Endpoint ok = shipping.endpoint;
    shipping.endpoint =
        body -> (shipping.requests.size() > 1 ? VirtualShipping.dead() : ok).send(body);
    shipping.advance(Duration.ofSeconds(1));
    assertThat(shipping.messages()).hasSize(100);

    shipping.endpoint = ok;
    shipping.restart(VirtualShipping.with(VirtualShipping.Changes::multiline));
    shipping.advance(Duration.ofSeconds(10));

    assertThat(shipping.messages()).hasSize(150).allMatch(it -> it.lines().count() == 3);
  }

  @Test
  void secretsAreMaskedAlsoAcrossPiecesOfLongLine() {
    open(VirtualShipping.with(it -> it.mask("password=(\\S+)", "AKIA[A-Z0-9]{16}")));
    String line = "x".repeat((64 << 10) - 10) + " password=hunter2 end";

    List<String> messages =
        ship("user=a password=s3cret key AKIAABCDEFGHIJKLMNOP twice password=b\n" + line + "\n");

    assertThat(messages.get(0)).isEqualTo("user=a password=*** key *** twice password=***");
    assertThat(messages.get(1)).endsWith(" password=*** end").doesNotContain("hunter2");
  }

  @Test
  void lineOnWhichPatternOverflowsStackIsLeftOut() {
    open(VirtualShipping.with(it -> it.mask("(a|b)*c")));

    assertThat(ship("ab".repeat(400_000) + "\nok\n"))
        .containsExactly(
            "[luhproc: a pattern of mask cannot be matched against this long line; it is left out]",
            "ok");
  }

  @Test
  void otlpHasStructureOfExportRequest() {
    open(VirtualShipping.with(VirtualShipping.Changes::otlp));
    shipping.write(web, "hello\n");
    shipping.advance(Duration.ofSeconds(10));

    assertThat(ShippedEvents.unzip(shipping.confirmed.get(0)))
        .isEqualTo(
            """
            {"resourceLogs":[{"resource":{"attributes":[\
            {"key":"service.name","value":{"stringValue":"web"}},\
            {"key":"service.instance.id","value":{"stringValue":"p"}}]},\
            "scopeLogs":[{"scope":{"name":"luhproc"},"logRecords":[\
            {"timeUnixNano":"1767225600001000000","body":{"stringValue":"hello"},\
            "attributes":[{"key":"log.iostream","value":{"stringValue":"stdout"}}]}]}]}]}\
            """);
  }
}
