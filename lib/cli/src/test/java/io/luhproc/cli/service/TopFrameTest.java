package io.luhproc.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.cli.Console;
import io.luhproc.cli.service.TopState.Key;
import io.luhproc.cli.text.TerminalText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;

final class TopFrameTest {
  private final TopState state = new TopState();

  private static TopFrame frame(Ansi ansi) {
    CommandLine commandLine = Luhproc.commandLine("top");
    commandLine.setColorScheme(Help.defaultColorScheme(ansi));
    return new TopFrame(Console.of(commandLine), "/srv/shop/luhproc.toml");
  }

  private void fill(int count) {
    List<TopRow> rows = new ArrayList<>();
    for (int i = 100; i < 100 + count; i++) {
      rows.add(TopRows.running("service-with-a-long-name-" + i, i, 1 << 20));
    }
    state.update(rows);
  }

  @ParameterizedTest
  @CsvSource({"80, 24, 300", "20, 5, 300", "200, 50, 3", "80, 24, 0"})
  void screenIsFilledExactly(int width, int height, int count) {
    fill(count);
    List<String> lines = frame(Ansi.OFF).draw(state, width, height);
    assertThat(lines).hasSize(height).allMatch(line -> TerminalText.displayWidth(line) <= width);
    assertThat(lines.get(0)).startsWith(count + " of " + count);
    assertThat(lines.get(height - 1)).startsWith("s start");
  }

  @Test
  void selectedRowIsAlwaysVisible() {
    fill(300);
    for (int i = 0; i < 40; i++) {
      assertThat(state.onKey(Key.DOWN, "", 10)).isEmpty();
    }
    assertThat(frame(Ansi.OFF).draw(state, 80, 10))
        .anyMatch(line -> line.startsWith("> service-with-a-long-name-140"));
    assertThat(state.onKey(Key.LAST, "", 10)).isEmpty();
    assertThat(frame(Ansi.OFF).draw(state, 80, 10).get(8))
        .startsWith("> service-with-a-long-name-399");
  }

  @Test
  void controlSequencesOfLogAndNamesAreEscaped() {
    state.update(List.of(TopRows.running("a\u001b[2J", 1, 1)));
    assertThat(state.onKey(Key.TEXT, "l", 10)).isEmpty();
    state.updateLog(List.of("first", "\u001b]0;title\u0007"));
    assertThat(frame(Ansi.OFF).draw(state, 80, 10))
        .contains("log of a\\u001b[2J", "first", "\\u001b]0;title\\u0007");
  }

  @Test
  void coloursAreUsedOnlyIfTheyAreOn() {
    state.update(List.of(TopRows.running("a", 1, 1), TopRows.failed("b")));
    assertThat(String.join("", frame(Ansi.OFF).draw(state, 80, 10))).doesNotContain("\u001b");
    assertThat(frame(Ansi.ON).draw(state, 80, 10))
        .anyMatch(line -> line.startsWith("\u001b[31m  b  "))
        .anyMatch(line -> line.startsWith("\u001b[7m> a  "));
  }

  @Test
  void silenceOfTheDaemonIsShown() {
    fill(1);
    state.silence(Optional.of(Duration.ofSeconds(12)));
    assertThat(frame(Ansi.OFF).draw(state, 80, 10).get(0))
        .startsWith("no answer for 12s, trying; before: 1 of 1 running");
  }
}
