package io.luhproc.envfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.process.SpawnException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** Tests the grammar of environment files, and the messages of bad ones. */
class EnvFileTest {
  static final List<Arguments> GOOD =
      List.of(
          Arguments.of("A=1", Map.of("A", "1")),
          Arguments.of("A=1\r\nB=2\r\n", Map.of("A", "1", "B", "2")),
          Arguments.of("\uFEFFA=1\n", Map.of("A", "1")),
          Arguments.of("# c\n\n  \n; d\n  # e='\nA=1", Map.of("A", "1")),
          Arguments.of(
              "export A=1\n export\tB = 2 \nexport=3", Map.of("A", "1", "B", "2", "export", "3")),
          Arguments.of("A=\nB=''\nC=\"\"", Map.of("A", "", "B", "", "C", "")),
          Arguments.of("A=a b  c  ", Map.of("A", "a b  c")),
          Arguments.of("A=x=y#z$HOME;$(id)", Map.of("A", "x=y#z$HOME;$(id)")),
          Arguments.of("A=1\nA=2", Map.of("A", "2")),
          Arguments.of("A=größe", Map.of("A", "größe")),
          Arguments.of("A='a # \\n \" b' # c", Map.of("A", "a # \\n \" b")),
          Arguments.of("A='one\ntwo'\nB=3", Map.of("A", "one\ntwo", "B", "3")),
          Arguments.of("A=\"a\\\"b\\\\c\\$d\\`e\" #f", Map.of("A", "a\"b\\c$d`e")),
          Arguments.of("A=\"1\\n2\\t3\\r4\"", Map.of("A", "1\n2\t3\r4")),
          Arguments.of("A=\"1\\\n2\n3\"\nB=4", Map.of("A", "12\n3", "B", "4")),
          Arguments.of("_a1=2", Map.of("_a1", "2")),
          Arguments.of("", Map.of()));

  static final List<Arguments> BAD =
      List.of(
          Arguments.of("secret", 1, "no '='"),
          Arguments.of("\n\nsecret\nA=1", 3, "no '='"),
          Arguments.of("A='1\n2\n'\nsecret", 4, "no '='"),
          Arguments.of("A=\"1\\\n2\n\"\nsecret", 4, "no '='"),
          Arguments.of("1A=secret", 1, "invalid name"),
          Arguments.of("=secret", 1, "invalid name"),
          Arguments.of("A-B=secret", 1, "invalid name"),
          Arguments.of("A B=secret", 1, "invalid name"),
          Arguments.of("größe=secret", 1, "invalid name"),
          Arguments.of("A=secret\\n", 1, "a quote or a backslash"),
          Arguments.of("A=sec'ret", 1, "a quote or a backslash"),
          Arguments.of("A=secret # or not", 1, "'#' may start a comment"),
          Arguments.of("A=#secret", 1, "'#' may start a comment"),
          Arguments.of("A='secret", 1, "unclosed '"),
          Arguments.of("B=1\nA=\"secret\\\"\nC=2", 2, "unclosed \""),
          Arguments.of("A='secret'secret", 1, "text after the closing quote"),
          Arguments.of("A=\"sec\\ret\\x\"", 1, "a backslash may precede"),
          Arguments.of("A=secret\0", 1, "NUL"));

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("GOOD")
  void validFileIsParsed(String text, Map<String, String> variables) throws IOException {
    assertThat(EnvFile.read(file(text))).isEqualTo(variables);
  }

  @ParameterizedTest
  @FieldSource("BAD")
  void badLineIsReportedWithoutItsValue(String text, int line, String cause) throws IOException {
    Path file = file(text);
    assertThatThrownBy(() -> EnvFile.read(file))
        .isInstanceOfSatisfying(SpawnException.class, it -> assertThat(it.isRetriable()).isFalse())
        .hasMessageContaining("\n" + file + ":" + line + ": ")
        .hasMessageContaining(cause)
        .extracting(Throwable::getMessage)
        .asString()
        .doesNotContain("secret")
        .hasLineCount(2);
  }

  @Test
  void allBadLinesAreReportedTogether() throws IOException {
    Path file = file("A=1\nB\nC=2\n9=3\nD='x' y\nE=\"never\nF=4\n\nG");
    assertThatThrownBy(() -> EnvFile.read(file))
        .hasMessageStartingWith("the environment file has bad lines, so none of it is used:\n")
        .hasMessageContaining(file + ":2: no '='")
        .hasMessageContaining(file + ":4: invalid name before")
        .hasMessageContaining(file + ":5: text after")
        .hasMessageContaining(file + ":6: unclosed \"")
        .hasMessageEndingWith(file + ":9: no '='; write NAME=VALUE");
  }

  @Test
  void variablesKeepOrderOfFile() throws IOException {
    assertThat(EnvFile.read(file("Z=1\nA=2\nM=3")).keySet()).containsExactly("Z", "A", "M");
  }

  @Test
  void readFailsForMissingLargeOrUndecodableFile() throws IOException {
    assertRefused(folder.resolve("none"), "does not exist");
    assertRefused(folder, "is a directory");
    assertRefused(Path.of("/dev/null"), "is not a regular file");
    assertRefused(file("A=" + "x".repeat(1 << 20)), "is larger than 1 MiB");
    assertRefused(
        Files.write(
            folder.resolve("latin"), new byte[] {'A', '=', '1', '\n', 'B', '=', (byte) 0xe4, '\n'}),
        "is not UTF-8 in line 2");
    assertRefused(
        Files.write(folder.resolve("cut"), new byte[] {'A', '=', (byte) 0xc3}),
        "is not UTF-8 in line 1");
    assertRefused(
        Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop")), "does not exist");
  }

  private void assertRefused(Path file, String cause) {
    assertThatThrownBy(() -> EnvFile.read(file))
        .isInstanceOfSatisfying(SpawnException.class, it -> assertThat(it.isRetriable()).isFalse())
        .hasMessage("the environment file " + file + " " + cause);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("env"), text);
  }
}
