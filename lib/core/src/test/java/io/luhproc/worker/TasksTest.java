package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TasksTest {
  private static final Task NOTHING = context -> {};

  private final Tasks tasks =
      Tasks.none().with("INDEXER", NOTHING).with("HEARTBEAT", NOTHING).with("A", NOTHING);

  @Test
  void theOrderOfRegistrationIsKept() {
    assertThat(tasks.names()).containsExactly("INDEXER", "HEARTBEAT", "A");
    assertThat(tasks.get("INDEXER")).isSameAs(NOTHING);
    assertThat(tasks.has("INDEXER")).isTrue();
    assertThat(tasks.has("indexer")).isFalse();
  }

  @Test
  void registeringDoesNotChangeWhatWasThere() {
    Tasks more = tasks.with("MORE", NOTHING);
    assertThat(more.has("MORE")).isTrue();
    assertThat(tasks.has("MORE")).isFalse();
  }

  @Test
  void aVariableIsRegisteredOnce() {
    assertThatThrownBy(() -> tasks.with("INDEXER", NOTHING))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("variable of a task (INDEXER) must not be registered twice");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1ST", "A-B", "A B", "A=B", "Ä", "PATH", "HOME", "LUHPROC_DIR", "LC_ALL"})
  void aVariableThatCannotBeOneOrMeansSomethingIsRefused(String variable) {
    assertThatThrownBy(() -> tasks.with(variable, NOTHING))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(" + variable + ") must");
  }

  @ParameterizedTest
  @CsvSource({
    "INDEXR, INDEXER",
    "indexer, INDEXER",
    "INDXE, INDEXER",
    "HEARTBEET, HEARTBEAT",
    "HARTBEAT, HEARTBEAT",
    "B, A",
  })
  void anUnknownTaskIsAnsweredWithTheNearest(String unknown, String nearest) {
    UnknownTaskException answer =
        catchThrowableOfType(UnknownTaskException.class, () -> tasks.get(unknown));
    assertThat(answer)
        .hasMessage(
            "unknown task %s; did you mean %s? known are INDEXER, HEARTBEAT, A"
                .formatted(unknown, nearest));
    assertThat(answer.nearest()).contains(nearest);
    assertThat(answer.known()).containsExactly("INDEXER", "HEARTBEAT", "A");
  }

  @ParameterizedTest
  @ValueSource(strings = {"WATCHER", "SOMETHING_ELSE", "HEART"})
  void nothingIsProposedThatIsFar(String unknown) {
    UnknownTaskException answer =
        catchThrowableOfType(UnknownTaskException.class, () -> tasks.get(unknown));
    assertThat(answer).hasMessage("unknown task " + unknown + "; known are INDEXER, HEARTBEAT, A");
    assertThat(answer.nearest()).isEmpty();
  }

  @Test
  void anAppWithoutTasksSaysSo() {
    assertThatThrownBy(() -> Tasks.none().get("INDEXER"))
        .hasMessage("unknown task INDEXER; no task is registered");
  }
}
