package io.luhproc.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class WordTokenizerTest {

  @Test
  void camelCaseYieldsPartsAndWholeIdentifier() {
    assertThat(texts("getFolderIndex")).containsExactly("get", "getfolderindex", "folder", "index");
  }

  @Test
  void runOfCapitalsEndsBeforeNextCapitalizedWord() {
    assertThat(texts("HTTPServer")).containsExactly("http", "httpserver", "server");
    assertThat(texts("parseURL")).containsExactly("parse", "parseurl", "url");
    assertThat(texts("HTTP")).containsExactly("http");
  }

  @Test
  void snakeCaseYieldsPartsAndWholeIdentifierWithoutUnderscores() {
    assertThat(texts("MAX_OPEN_FILES")).containsExactly("max", "maxopenfiles", "open", "files");
    assertThat(texts("snake_caseName")).containsExactly("snake", "snakecasename", "case", "name");
  }

  @Test
  void leadingAndTrailingUnderscoresAreDropped() {
    assertThat(texts("__init__ _x _ __")).containsExactly("init", "x");
  }

  @Test
  void dottedNameYieldsAdjacentTokensWithoutWholeIdentifier() {
    assertThat(texts("java.util.List")).containsExactly("java", "util", "list");
  }

  @Test
  void digitsBelongToThePrecedingPart() {
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
  void loneSurrogatesAndControlCharactersSeparateTokens() {
    assertThat(texts("a\uD83Cb\0c\u001Bd")).containsExactly("a", "b", "c", "d");
  }

  @Test
  void tokenLongerThanTheLimitIsDropped() {
    assertThat(texts("x".repeat(201) + " y")).containsExactly("y");
    assertThat(texts("x".repeat(200))).hasSize(1);
    assertThat(texts("Ab".repeat(101))).hasSize(101).doesNotContain("ab".repeat(101));
  }

  @Test
  void offsetsAreMonotonicAndWithinTheText() {
    String text = "  camelCase _snake_case_ Éé.x \uD835\uDC00 全文 HTTPServer2 ";
    int start = 0;
    for (WordTokenizer.Token token : WordTokenizer.tokenize(text)) {
      assertThat(token.start()).isGreaterThanOrEqualTo(start).isLessThan(token.end());
      assertThat(token.end()).isLessThanOrEqualTo(text.length());
      start = token.start();
    }
    assertThat(WordTokenizer.tokenize(text).get(1))
        .isEqualTo(new WordTokenizer.Token("camelcase", 2, 11, 2));
  }

  private static List<String> texts(String text) {
    return WordTokenizer.tokenize(text).stream().map(WordTokenizer.Token::text).toList();
  }
}
