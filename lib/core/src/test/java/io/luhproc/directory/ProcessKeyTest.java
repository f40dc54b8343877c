package io.luhproc.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Validation of app, task and id. */
class ProcessKeyTest {
  private static final int MAX_BYTES = 4096;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "main",
        "/srv/my docs/ä ö.pdf",
        "-rf",
        "..",
        " ",
        "a=b;c|d$(e)`f`",
        "\"'\\",
        "%s%n",
        "日本語",
        "\uD83D\uDE00",
        "\uD83D\uDC69\u200D\uD83D\uDCBB"
      })
  void idMayBeAnyTextWithoutControlCharacters(String id) {
    assertThat(key("INDEXER", id).id()).isEqualTo(id);
  }

  @Test
  void idLengthIsLimitedInBytes() {
    assertThatCode(() -> key("INDEXER", "x".repeat(MAX_BYTES))).doesNotThrowAnyException();
    assertThatCode(() -> key("INDEXER", "\uD83D\uDE00".repeat(MAX_BYTES / 4)))
        .doesNotThrowAnyException();
    assertThatCode(() -> key("INDEXER", "€".repeat(MAX_BYTES / 3))).doesNotThrowAnyException();
    assertIdRefused("x".repeat(MAX_BYTES + 1));
    assertIdRefused("\uD83D\uDE00".repeat(MAX_BYTES / 4) + "x");
    assertIdRefused("€".repeat(MAX_BYTES / 3 + 1));
  }

  @Test
  void emptyIdIsRejected() {
    assertIdRefused("");
  }

  @Test
  void idWithControlCharacterIsRejected() {
    for (char c = 0; c < 0x100; c++) {
      if (Character.isISOControl(c)) {
        assertIdRefused("a" + c + "b");
      }
    }
    assertIdRefused("a\nb");
    assertIdRefused("a\0b");
    assertIdRefused("a\u007fb");
    assertIdRefused("a\u0085b");
  }

  @Test
  void idWithLoneSurrogateIsRejected() {
    assertIdRefused("\uD83D");
    assertIdRefused("\uDE00");
    assertIdRefused("a\uD83Db");
    assertIdRefused("\uDE00\uD83D");
  }

  @Test
  void messageShortensIdAndReplacesControlCharacters() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> key("INDEXER", "\u001b[31mred\n"))
        .withMessageContaining("id (\uFFFD[31mred\uFFFD) must be a text of 1 to 4096 bytes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> key("INDEXER", "x".repeat(MAX_BYTES + 1)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(250));
  }

  @ParameterizedTest
  @ValueSource(strings = {"INDEXER", "_x", "a", "Index2", "in_dex", "PATHS", "HOME_", "MY_PATH"})
  void taskMayBeAnyVariableName(String task) {
    assertThat(key(task, "main").task()).isEqualTo(task);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2ND",
        "MY-TASK",
        "MY TASK",
        "A=B",
        "Ä",
        "a.b",
        "a\nb",
        "\0",
        "TASK\uD83D\uDE00",
        "٣"
      })
  void taskIsRejectedWhenNotVariableName(String task) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> key(task, "main"))
        .withMessageContaining("must match [A-Za-z_][A-Za-z0-9_]*");
  }

  @Test
  void taskLongerThan200CharactersIsRejected() {
    assertThat(key("T".repeat(200), "main").directoryName()).hasSize(213);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> key("T".repeat(201), "main"))
        .withMessageContaining("at most 200 characters");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PATH",
        "HOME",
        "USER",
        "SHELL",
        "PWD",
        "TERM",
        "LANG",
        "LC_ALL",
        "LC_MESSAGES",
        "TZ",
        "TMPDIR",
        "JAVA_HOME",
        "JAVA_TOOL_OPTIONS",
        "JDK_JAVA_OPTIONS",
        "_JAVA_OPTIONS",
        "CLASSPATH",
        "LD_PRELOAD",
        "LD_LIBRARY_PATH",
        "NO_COLOR",
        "_",
        "LUHPROC_ID",
        "LUHPROC_DIR",
        "LUHPROC_LAUNCH",
        "LUHPROC_TMP_DIR",
        "LUHPROC_ANYTHING"
      })
  void reservedVariableIsRejectedAsTask(String task) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> key(task, "main"))
        .withMessage(
            "variable of a task (" + task + ") must not be a reserved environment variable");
  }

  @Test
  void appNameIsValidatedLikeId() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProcessKey(Optional.of("a\tb"), "INDEXER", "main"))
        .withMessageContaining("app (a\uFFFDb) must be a text");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProcessKey.checkApp(""))
        .withMessageContaining("app () must be a text");
  }

  private static ProcessKey key(String task, String id) {
    return new ProcessKey(Optional.empty(), task, id);
  }

  private static void assertIdRefused(String id) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> key("INDEXER", id))
        .withMessageContaining(
            "must be a text of 1 to 4096 bytes in UTF-8 without control characters");
  }
}
