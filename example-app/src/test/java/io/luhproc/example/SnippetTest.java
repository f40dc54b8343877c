package io.luhproc.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SnippetTest {

  @Test
  void lineWithMostDistinctWordsIsChosen() {
    String text = "red red red\nblue\n  red and blue \nblue and red\n";
    Snippet snippet = Snippet.best(text, find(text, "red", "blue"));
    assertThat(snippet.line()).isEqualTo(3);
    assertThat(snippet.highlight(found -> "[" + found + "]")).isEqualTo("[red] and [blue]");
  }

  @Test
  void matchIsFoundInFirstAndLastLineWithoutNewline() {
    assertThat(Snippet.best("red", find("red", "red")))
        .isEqualTo(new Snippet(1, "red", List.of(new TextRange(0, 3))));
    assertThat(Snippet.best("\n\nred", find("\n\nred", "red")).line()).isEqualTo(3);
  }

  @Test
  void overlappingOrAdjacentMatchesAreMerged() {
    Snippet snippet =
        Snippet.best(
            "abcdef x", List.of(new TextRange(3, 6), new TextRange(0, 4), new TextRange(0, 2)));
    assertThat(snippet.highlight(found -> "[" + found + "]")).isEqualTo("[abcdef] x");
  }

  @Test
  void longLineIsTruncatedAroundTheFirstMatch() {
    String text = "x".repeat(500) + " needle " + "y".repeat(500);
    Snippet snippet = Snippet.best(text, find(text, "needle"));
    assertThat(snippet.text()).startsWith("…xxx").endsWith("yyy…").hasSize(162);
    assertThat(snippet.highlight(found -> "[" + found + "]")).contains("x [needle] y");
  }

  @Test
  void matchIsTruncatedWhenItExceedsTheSnippet() {
    String text = "ab\ncd";
    assertThat(
            Snippet.best(text, List.of(new TextRange(1, 4))).highlight(found -> "[" + found + "]"))
        .isEqualTo("a[b]");
    String wide = "z".repeat(400);
    assertThat(
            Snippet.best(wide, List.of(new TextRange(0, 400)))
                .highlight(found -> "[" + found + "]"))
        .isEqualTo("[" + "z".repeat(160) + "]…");
  }

  @Test
  void controlCharactersAreReplacedBySpaces() {
    String text = "a\u001B[2Jred\u0007\u202Eb\r\n";
    Snippet snippet = Snippet.best(text, find(text, "red"));
    assertThat(snippet.text()).isEqualTo("a [2Jred  b");
  }

  @Test
  void snippetIsEmptyWhenTextHasNoMatch() {
    assertThat(Snippet.best("abc", List.of())).isEqualTo(new Snippet(0, "", List.of()));
  }

  private static List<TextRange> find(String text, String... words) {
    return List.of(words).stream()
        .flatMap(
            word ->
                java.util.regex.Pattern.compile(word)
                    .matcher(text)
                    .results()
                    .map(match -> new TextRange(match.start(), match.end())))
        .toList();
  }
}
