package io.luhproc.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TerminalTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"/srv/docs", "日本語", "👩‍💻", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "שלום", "é", "e\u0301", "a b"})
  void printableTextIsUnchanged(String text) {
    assertThat(TerminalText.escapeToLine(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "27, \\u001b",
    "10, \\u000a",
    "9, \\u0009",
    "0, \\u0000",
    "127, \\u007f",
    "155, \\u009b",
    "8238, \\u202e",
    "8232, \\u2028",
    "8233, \\u2029",
    "55296, \\ud800",
    "65279, \\ufeff"
  })
  void controlCharactersAreEscaped(int point, String expected) {
    assertThat(TerminalText.escapeToLine("a" + (char) point + "b")).isEqualTo("a" + expected + "b");
  }

  @Test
  void lineFeedsAndTabsAreKeptInMultilineText() {
    assertThat(TerminalText.escapeKeepingLines("a\n\tb\u001b[2J")).isEqualTo("a\n\tb\\u001b[2J");
  }

  @ParameterizedTest
  @CsvSource({"abc, 3", "日本, 4", "👍, 2", "e\u0301, 1", "'', 0", "שלום, 4"})
  void displayWidthMatchesTerminalColumns(String text, int columns) {
    assertThat(TerminalText.displayWidth(text)).isEqualTo(columns);
  }

  @ParameterizedTest
  @CsvSource({
    "abcdefghij, 10, abcdefghij",
    "abcdefghijk, 10, abcd...ijk",
    "日本日本日本, 9, 日...日本",
    "abcdef, 3, ...",
    "abcdef, 0, ..."
  })
  void middleIsReplacedWhenTextIsTooLong(String text, int columns, String expected) {
    assertThat(TerminalText.truncateMiddle(text, columns)).isEqualTo(expected);
  }

  @Test
  void truncatedTextFitsItsColumnsAndKeepsCharactersWhole() {
    Random random = new Random(5);
    int[] points = {'a', 0x65E5, 0x1F44D, 0x301, 0x5D0};
    for (int round = 0; round < 5_000; round++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(60);
      for (int i = 0; i < length; i++) {
        text.appendCodePoint(points[random.nextInt(points.length)]);
      }
      int columns = 3 + random.nextInt(40);
      String shown = TerminalText.truncateMiddle(text.toString(), columns);
      assertThat(TerminalText.displayWidth(shown)).isLessThanOrEqualTo(columns);
      assertThat(TerminalText.escapeToLine(shown)).isEqualTo(shown);
    }
  }
}
