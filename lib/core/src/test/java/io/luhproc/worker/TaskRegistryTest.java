package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskRegistryTest {
  private static final Task NO_OP = context -> {};

  private final TaskRegistry tasks =
      TaskRegistry.empty().with("INDEXER", NO_OP).with("HEARTBEAT", NO_OP).with("A", NO_OP);

  @Test
  void namesAreInRegistrationOrder() {
    assertThat(tasks.names()).containsExactly("INDEXER", "HEARTBEAT", "A");
    assertThat(tasks.get("INDEXER")).isSameAs(NO_OP);
    assertThat(tasks.contains("INDEXER")).isTrue();
    assertThat(tasks.contains("indexer")).isFalse();
  }

  @Test
  void withDoesNotModifyOriginal() {
    TaskRegistry copy = tasks.with("MORE", NO_OP);
    assertThat(copy.contains("MORE")).isTrue();
    assertThat(tasks.contains("MORE")).isFalse();
  }

  @Test
  void duplicateVariableIsRejected() {
    assertThatThrownBy(() -> tasks.with("INDEXER", NO_OP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("variable of a task (INDEXER) must not be registered twice");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1ST", "A-B", "A B", "A=B", "Ä", "PATH", "HOME", "LUHPROC_DIR", "LC_ALL"})
  void invalidOrReservedVariableIsRejected(String variable) {
    assertThatThrownBy(() -> tasks.with(variable, NO_OP))
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
  void unknownTaskIsRejectedWithSuggestion(String unknown, String suggestion) {
    UnknownTaskException failure =
        catchThrowableOfType(UnknownTaskException.class, () -> tasks.get(unknown));
    assertThat(failure)
        .hasMessage(
            "unknown task %s; did you mean %s? registered tasks: INDEXER, HEARTBEAT, A"
                .formatted(unknown, suggestion));
    assertThat(failure.suggestion()).contains(suggestion);
    assertThat(failure.registeredTasks()).containsExactly("INDEXER", "HEARTBEAT", "A");
  }

  @ParameterizedTest
  @ValueSource(strings = {"WATCHER", "SOMETHING_ELSE", "HEART"})
  void noSuggestionIsMadeWhenNoNameIsSimilar(String unknown) {
    UnknownTaskException failure =
        catchThrowableOfType(UnknownTaskException.class, () -> tasks.get(unknown));
    assertThat(failure)
        .hasMessage("unknown task " + unknown + "; registered tasks: INDEXER, HEARTBEAT, A");
    assertThat(failure.suggestion()).isEmpty();
  }

  @Test
  void unknownTaskIsRejectedWhenRegistryIsEmpty() {
    assertThatThrownBy(() -> TaskRegistry.empty().get("INDEXER"))
        .hasMessage("unknown task INDEXER; no task is registered");
  }
}
