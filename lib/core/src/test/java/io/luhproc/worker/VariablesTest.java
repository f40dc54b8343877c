package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.directory.ProcessKey;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VariablesTest {
  private static final Path DIRECTORY = Path.of("/run/luhproc/indexer-abc");

  private final Tasks tasks =
      Tasks.none().with("INDEXER", context -> {}).with("HEARTBEAT", context -> {});

  private Map<String, String> worker(Map<String, String> starter) {
    return Variables.forWorker(
        starter,
        tasks,
        new ProcessKey(Optional.empty(), "INDEXER", "main"),
        new Variables.Cookie(DIRECTORY, "token"));
  }

  @Test
  void aWorkerGetsItsTaskItsIdItsDirectoryAndItsLaunch() {
    assertThat(worker(Map.of("PATH", "/bin")))
        .containsOnly(
            Map.entry("PATH", "/bin"),
            Map.entry("INDEXER", "1"),
            Map.entry("LUHPROC_ID", "main"),
            Map.entry("LUHPROC_DIR", DIRECTORY.toString()),
            Map.entry("LUHPROC_LAUNCH", "token"));
  }

  @Test
  void nothingOfTheStartersOwnLaunchIsLeft() {
    Map<String, String> starter =
        Map.of(
            "HEARTBEAT", "1",
            "LUHPROC_ID", "another",
            "LUHPROC_DIR", "/run/luhproc/another",
            "LUHPROC_LAUNCH", "another");
    assertThat(worker(starter)).isEqualTo(worker(Map.of()));
  }

  @Test
  void aRelativeRootIsMadeTheOneThatTheStarterMeant() {
    assertThat(worker(Map.of("LUHPROC_TMP_DIR", "tmp")))
        .containsEntry("LUHPROC_TMP_DIR", "/run/luhproc");
    assertThat(worker(Map.of("LUHPROC_TMP_DIR", ""))).containsEntry("LUHPROC_TMP_DIR", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"INDEXER", "HEARTBEAT", "LUHPROC_ID", "LUHPROC_DIR", "LUHPROC_LAUNCH"})
  void aCallerMayNotDecideWhichTaskRuns(String name) {
    Map<String, String> extras = Map.of(name, "1", "FOLDER", "/srv");
    assertThatThrownBy(() -> Variables.checkExtras(extras, tasks))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "variable (" + name + ") must not be set by a caller: it decides which task runs");
  }

  @Test
  void aCallerMaySetWhateverElse() {
    Map<String, String> extras = Map.of("FOLDER", "/srv", "LUHPROC_TMP_DIR", "/x", "PATH", "/y");
    assertThatCode(() -> Variables.checkExtras(extras, tasks)).doesNotThrowAnyException();
  }
}
