package io.luhproc.relaunch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests argument files. The expected tokens were observed with {@code java} of JDK 17 and 25. */
final class ArgFileTest {
  private static final String SHORT = "x".repeat(100);

  @TempDir Path directory;

  static List<List<Object>> texts() {
    return List.of(
        List.of("a b", List.of("a", "b")),
        List.of("a\tb\fc\r\nd", List.of("a", "b", "c", "d")),
        List.of("a #b\nc d", List.of("a", "c", "d")),
        List.of("a#b\nc d", List.of("c", "d")),
        List.of("tail#", List.of()),
        List.of("\"a # b\" c", List.of("a # b", "c")),
        List.of("\"a\\nb\\tc\"", List.of("a\nb\tc")),
        List.of("\"a\\\n   b  c\" d", List.of("ab  c", "d")),
        List.of("\"a b\nc\" d", List.of("a b", "c d")),
        List.of("'a \"b\"' c", List.of("a \"b\"", "c")),
        List.of("\"it's\" 'x'\"y z\"w", List.of("it's", "xy zw")),
        List.of("a\\b \"c\\\\d\" '\\''", List.of("a\\b", "c\\d", "'")),
        List.of("\"\" '' x", List.of("", "", "x")),
        List.of("\"unterminated", List.of("unterminated")),
        List.of("@foo \"@bar\"", List.of("@foo", "@bar")));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void textIsTokenizedLikeJavaLauncher(List<Object> textAndTokens) {
    assertThat(ArgFileTokenizer.tokenize((String) textAndTokens.get(0)))
        .isEqualTo(textAndTokens.get(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "\"", "'", "\\", "#", "\n\r\t\f", "@x", "ü→😀", "a\\nb"})
  void quotedArgumentIsTokenizedUnchanged(String word) {
    assertThat(
            ArgFileTokenizer.tokenize(
                ArgFileTokenizer.quote(word) + ArgFileTokenizer.quote("next")))
        .containsExactly(word, "next");
  }

  @Test
  void shortCommandLineIsReturnedUnchanged() {
    List<String> argv = List.of("java", "App", SHORT);
    assertThat(ArgFile.writeIfTooLong(argv, directory)).isSameAs(argv);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void longArgumentIsWrittenToFileReadableByOwnerOnly() throws IOException {
    String longest = "x".repeat(131072);
    Path file = directory.resolve("java.args");
    assertThat(ArgFile.writeIfTooLong(List.of("java", "App", longest), directory))
        .containsExactly("java", "@" + file);
    assertThat(ArgFileTokenizer.tokenize(Files.readString(file))).containsExactly("App", longest);
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void manyShortArgumentsDoNotFit() {
    assertThat(ArgFile.fits(Collections.nCopies(2000, SHORT))).isFalse();
    assertThat(ArgFile.fits(Collections.nCopies(1000, SHORT))).isTrue();
  }

  @Test
  void symbolicLinkIsReplacedAndNotFollowed() throws IOException {
    Path victim = Files.createFile(directory.resolve("victim"));
    Files.createSymbolicLink(directory.resolve("java.args"), victim);
    ArgFile.writeIfTooLong(List.of("java", "x".repeat(131072)), directory);
    assertThat(victim).isEmptyFile();
    assertThat(directory.resolve("java.args")).isRegularFile();
  }
}
