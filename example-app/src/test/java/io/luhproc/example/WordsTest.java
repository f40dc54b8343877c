package io.luhproc.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class WordsTest {

  @Test
  void camelCaseGivesItsPartsAndTheWhole() {
    assertThat(texts("getFolderIndex")).containsExactly("get", "getfolderindex", "folder", "index");
  }

  @Test
  void runOfCapitalsEndsBeforeTheNextWord() {
    assertThat(texts("HTTPServer")).containsExactly("http", "httpserver", "server");
    assertThat(texts("parseURL")).containsExactly("parse", "parseurl", "url");
    assertThat(texts("HTTP")).containsExactly("http");
  }

  @Test
  void snakeCaseGivesItsPartsAndTheWholeWithoutUnderscores() {
    assertThat(texts("MAX_OPEN_FILES")).containsExactly("max", "maxopenfiles", "open", "files");
    assertThat(texts("snake_caseName")).containsExactly("snake", "snakecasename", "case", "name");
  }

  @Test
  void underscoresAroundANameAreNoPartOfIt() {
    assertThat(texts("__init__ _x _ __")).containsExactly("init", "x");
  }

  @Test
  void dottedNameGivesNeighboursWithoutAWhole() {
    assertThat(texts("java.util.List")).containsExactly("java", "util", "list");
  }

  @Test
  void digitsBelongToTheWordBeforeThem() {
    assertThat(texts("sha256 Base64Encoder 3x"))
        .containsExactly("sha256", "base64", "base64encoder", "encoder", "3x");
  }

  @Test
  void accentsAreFoldedWhetherComposedOrNot() {
    assertThat(texts("Café Cafe\u0301 Übergröße")).containsExactly("cafe", "cafe", "ubergroße");
  }

  @Test
  void ideographsAreWordsOfOneCharacter() {
    assertThat(texts("全文search検索")).containsExactly("全", "文", "search", "検", "索");
  }

  @Test
  void charactersOutsideOfTheBasicPlaneAreKeptWhole() {
    String text = "🎉 \uD835\uDC00bc 🎉x";
    assertThat(texts(text)).hasSize(2).last().isEqualTo("x");
  }

  @Test
  void loneSurrogatesAndControlsOnlySeparate() {
    assertThat(texts("a\uD83Cb\0c\u001Bd")).containsExactly("a", "b", "c", "d");
  }

  @Test
  void runTooLongForAWordIsLeftOut() {
    assertThat(texts("x".repeat(201) + " y")).containsExactly("y");
    assertThat(texts("x".repeat(200))).hasSize(1);
    assertThat(texts("Ab".repeat(101))).hasSize(101).doesNotContain("ab".repeat(101));
  }

  @Test
  void offsetsNeverGoBackAndLieInTheText() {
    String text = "  camelCase _snake_case_ Éé.x \uD835\uDC00 全文 HTTPServer2 ";
    int start = 0;
    for (Word word : Words.listOf(text)) {
      assertThat(word.start()).isGreaterThanOrEqualTo(start).isLessThan(word.end());
      assertThat(word.end()).isLessThanOrEqualTo(text.length());
      start = word.start();
    }
    assertThat(Words.listOf(text).get(1)).isEqualTo(new Word("camelcase", 2, 11, 2));
  }

  private static List<String> texts(String text) {
    return Words.listOf(text).stream().map(Word::text).toList();
  }
}
