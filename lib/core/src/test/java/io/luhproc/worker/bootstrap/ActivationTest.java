package io.luhproc.worker.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.directory.ProcessRoot;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Task variables and workers in the environment of a JVM. */
class ActivationTest {
  private static final Optional<String> NO_APP = Optional.empty();

  @TempDir Path root;

  private final List<String> tasks = List.of("INDEX", "IN_DEX", "in_dex");

  private static ProcessKey key(String task, String id) {
    return new ProcessKey(NO_APP, task, id);
  }

  private ProcessDirectory directory(ProcessKey key) {
    return ProcessRoot.at(root).directory(key);
  }

  private Map<String, String> environmentOf(ProcessKey key) {
    Map<String, String> environment = new HashMap<>();
    environment.put(key.task(), "1");
    environment.put("LUHPROC_ID", key.id());
    environment.put("LUHPROC_DIR", directory(key).path().toString());
    return environment;
  }

  private Activation activation(Map<String, String> environment) {
    return Activation.fromEnvironment(tasks, environment, NO_APP);
  }

  @Test
  void activationIsEmptyWhenNoTaskVariableIsSet() {
    Activation activation = activation(Map.of("LUHPROC_DIR", "/anywhere", "LUHPROC_ID", "main"));
    assertThat(activation.setVariables()).isEmpty();
    assertThat(activation.worker()).isEmpty();
  }

  @Test
  void userSetVariablesAreInRegistrationOrder() {
    Activation activation =
        activation(Map.of("in_dex", "x", "IN_DEX", "00", "INDEX", "1", "OTHER", "1"));
    assertThat(activation.setByUser()).containsExactly("INDEX", "IN_DEX", "in_dex");
    assertThat(activation.worker()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "0", "false", "FALSE", "no", "No", "off", "OFF", " off "})
  void variableIsNotSetWhenItsValueSwitchesItOff(String value) {
    assertThat(activation(Map.of("INDEX", value)).setVariables()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "true", "yes", "on", "00", "-", "n", "folder"})
  void variableIsSetWhenItHasAnotherValue(String value) {
    assertThat(activation(Map.of("INDEX", value)).setVariables()).containsExactly("INDEX");
  }

  @Test
  void workerIsIdentifiedByDirectoryName() {
    Activation activation = activation(environmentOf(key("INDEX", "main")));
    assertThat(activation.worker()).map(Activation.WorkerRef::key).contains(key("INDEX", "main"));
    assertThat(activation.setByUser()).isEmpty();
  }

  @Test
  void launchedTaskIsIdentifiedWhenNamesDifferOnlyInCase() {
    Map<String, String> environment = environmentOf(key("in_dex", "main"));
    environment.put("IN_DEX", "1");
    Activation activation = activation(environment);
    assertThat(activation.worker()).map(Activation.WorkerRef::key).contains(key("in_dex", "main"));
    assertThat(activation.setByUser()).containsExactly("IN_DEX");
  }

  @Test
  void idIsReadFromRecordWhenVariableIsGarbled() {
    ProcessKey key = key("INDEX", "größer 🦊");
    directory(key).create();
    directory(key)
        .writeRecord(
            ProcessRecord.forLaunch(
                key,
                "app",
                new ProcessRecord.Launch("token", Instant.EPOCH),
                new LaunchedCommand(List.of("x"), List.of(), List.of(), root, List.of())));
    Map<String, String> environment = environmentOf(key);
    environment.put("LUHPROC_ID", "gr??er ????");
    assertThat(activation(environment).worker()).map(Activation.WorkerRef::key).contains(key);
  }

  @Test
  void workerIsIdentifiedOnlyForItsApp() {
    ProcessKey named = new ProcessKey(Optional.of("docsearch"), "INDEX", "main");
    Map<String, String> environment = environmentOf(named);
    assertThat(Activation.fromEnvironment(tasks, environment, Optional.of("docsearch")).worker())
        .map(Activation.WorkerRef::key)
        .contains(named);
    assertThat(activation(environment).worker()).as("worker of another app").isEmpty();
  }

  @Test
  void variableIsUserSetWhenIdOrTaskDiffersFromDirectory() {
    Map<String, String> otherId = environmentOf(key("INDEX", "main"));
    otherId.put("LUHPROC_ID", "other");
    assertThat(activation(otherId).setByUser()).containsExactly("INDEX");
    Map<String, String> otherTask = environmentOf(key("INDEX", "main"));
    otherTask.remove("INDEX");
    otherTask.put("IN_DEX", "1");
    assertThat(activation(otherTask).setByUser()).containsExactly("IN_DEX");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "tab\t"})
  void variableIsUserSetWhenIdIsInvalid(String id) {
    Map<String, String> environment = environmentOf(key("INDEX", "main"));
    environment.put("LUHPROC_ID", id);
    assertThat(activation(environment).setByUser()).containsExactly("INDEX");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "relative", "/dev/null", "/dev/null/below"})
  void variableIsUserSetWhenDirectoryVariableNamesNoProcessDirectory(String marker) {
    Map<String, String> environment = environmentOf(key("INDEX", "main"));
    environment.put("LUHPROC_DIR", marker);
    assertThat(activation(environment).setByUser()).containsExactly("INDEX");
  }
}
