package io.luhproc.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SnippetTest {

  @Test
  void lineWithMostDifferentWordsIsTheBest() {
    String text = "red red red\nblue\n  red and blue \nblue and red\n";
    Snippet snippet = Snippet.best(text, find(text, "red", "blue"));
    assertThat(snippet.line()).isEqualTo(3);
    assertThat(snippet.marked(found -> "[" + found + "]")).isEqualTo("[red] and [blue]");
  }

  @Test
  void firstAndLastLineWithoutNewlineAreFound() {
    assertThat(Snippet.best("red", find("red", "red")))
        .isEqualTo(new Snippet(1, "red", List.of(new Range(0, 3))));
    assertThat(Snippet.best("\n\nred", find("\n\nred", "red")).line()).isEqualTo(3);
  }

  @Test
  void marksThatOverlapOrTouchAreOne() {
    Snippet snippet =
        Snippet.best("abcdef x", List.of(new Range(3, 6), new Range(0, 4), new Range(0, 2)));
    assertThat(snippet.marked(found -> "[" + found + "]")).isEqualTo("[abcdef] x");
  }

  @Test
  void longLineIsCutAroundTheFirstMark() {
    String text = "x".repeat(500) + " needle " + "y".repeat(500);
    Snippet snippet = Snippet.best(text, find(text, "needle"));
    assertThat(snippet.text()).startsWith("…xxx").endsWith("yyy…").hasSize(162);
    assertThat(snippet.marked(found -> "[" + found + "]")).contains("x [needle] y");
  }

  @Test
  void markThatGoesBeyondTheLineOrTheCutIsCutToo() {
    String text = "ab\ncd";
    assertThat(Snippet.best(text, List.of(new Range(1, 4))).marked(found -> "[" + found + "]"))
        .isEqualTo("a[b]");
    String wide = "z".repeat(400);
    assertThat(Snippet.best(wide, List.of(new Range(0, 400))).marked(found -> "[" + found + "]"))
        .isEqualTo("[" + "z".repeat(160) + "]…");
  }

  @Test
  void controlCharactersBecomeSpaces() {
    String text = "a\u001B[2Jred\u0007\u202Eb\r\n";
    Snippet snippet = Snippet.best(text, find(text, "red"));
    assertThat(snippet.text()).isEqualTo("a [2Jred  b");
  }

  @Test
  void nothingInTheTextGivesNoLine() {
    assertThat(Snippet.best("abc", List.of())).isEqualTo(new Snippet(0, "", List.of()));
  }

  private static List<Range> find(String text, String... words) {
    return List.of(words).stream()
        .flatMap(
            word ->
                java.util.regex.Pattern.compile(word)
                    .matcher(text)
                    .results()
                    .map(match -> new Range(match.start(), match.end())))
        .toList();
  }
}
