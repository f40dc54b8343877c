package io.luhproc.worker.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.service.TaskLauncher.TaskLaunchRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerEnvironmentTest {
  private static final Path DIRECTORY = Path.of("/run/luhproc/indexer-abc");

  private final List<String> tasks = List.of("INDEXER", "HEARTBEAT");

  private Map<String, String> workerEnvironment(Map<String, String> starterEnvironment) {
    return WorkerEnvironment.forWorker(
        starterEnvironment,
        tasks,
        new TaskLaunchRequest("INDEXER", "main", DIRECTORY, "token", List.of(), List.of()));
  }

  @Test
  void forWorkerSetsTaskIdDirectoryAndLaunch() {
    assertThat(workerEnvironment(Map.of("PATH", "/bin")))
        .containsOnly(
            Map.entry("PATH", "/bin"),
            Map.entry("INDEXER", "1"),
            Map.entry("LUHPROC_ID", "main"),
            Map.entry("LUHPROC_DIR", DIRECTORY.toString()),
            Map.entry("LUHPROC_LAUNCH", "token"),
            Map.entry("LUHPROC_TASKS", "token INDEXER HEARTBEAT"));
  }

  @Test
  void forWorkerRemovesStartersOwnLaunchVariables() {
    Map<String, String> starter =
        Map.of(
            "HEARTBEAT", "1",
            "LUHPROC_ID", "another",
            "LUHPROC_DIR", "/run/luhproc/another",
            "LUHPROC_LAUNCH", "another",
            "LUHPROC_TASKS", "another HEARTBEAT");
    assertThat(workerEnvironment(starter)).isEqualTo(workerEnvironment(Map.of()));
  }

  @Test
  void forWorkerMakesRelativeRootAbsolute() {
    assertThat(workerEnvironment(Map.of("LUHPROC_TMP_DIR", "tmp")))
        .containsEntry("LUHPROC_TMP_DIR", "/run/luhproc");
    assertThat(workerEnvironment(Map.of("LUHPROC_TMP_DIR", "")))
        .containsEntry("LUHPROC_TMP_DIR", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INDEXER",
        "HEARTBEAT",
        "LUHPROC_ID",
        "LUHPROC_DIR",
        "LUHPROC_LAUNCH",
        "LUHPROC_TASKS"
      })
  void userVariablesAreRejectedWhenTheySelectTask(String name) {
    Map<String, String> userVariables = Map.of(name, "1", "FOLDER", "/srv");
    assertThatThrownBy(() -> WorkerEnvironment.checkUserVariables(userVariables, tasks))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("variable (" + name + ") must not be set in StartOptions: it selects the task");
  }

  @Test
  void otherUserVariablesAreAccepted() {
    Map<String, String> userVariables =
        Map.of("FOLDER", "/srv", "LUHPROC_TMP_DIR", "/x", "PATH", "/y");
    assertThatCode(() -> WorkerEnvironment.checkUserVariables(userVariables, tasks))
        .doesNotThrowAnyException();
  }
}
