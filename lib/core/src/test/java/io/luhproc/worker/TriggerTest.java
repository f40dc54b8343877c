package io.luhproc.worker;

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

/** What the environment of a JVM says it is to run. */
class TriggerTest {
  private static final Optional<String> NO_NAME = Optional.empty();

  @TempDir Path root;

  private final Tasks tasks =
      Tasks.none()
          .with("INDEX", context -> {})
          .with("IN_DEX", context -> {})
          .with("in_dex", context -> {});

  private static ProcessKey key(String task, String id) {
    return new ProcessKey(NO_NAME, task, id);
  }

  private ProcessDirectory directory(ProcessKey key) {
    return ProcessRoot.at(root).directory(key);
  }

  private Map<String, String> launched(ProcessKey key) {
    Map<String, String> environment = new HashMap<>();
    environment.put(key.task(), "1");
    environment.put("LUHPROC_ID", key.id());
    environment.put("LUHPROC_DIR", directory(key).path().toString());
    return environment;
  }

  private Trigger trigger(Map<String, String> environment) {
    return Trigger.of(tasks, environment, NO_NAME);
  }

  @Test
  void nothingSetIsNoTrigger() {
    Trigger trigger = trigger(Map.of("LUHPROC_DIR", "/anywhere", "LUHPROC_ID", "main"));
    assertThat(trigger.set()).isEmpty();
    assertThat(trigger.launch()).isEmpty();
  }

  @Test
  void whatIsSetByHandIsInTheOrderOfRegistration() {
    Trigger trigger = trigger(Map.of("in_dex", "", "IN_DEX", "0", "INDEX", "1", "OTHER", "1"));
    assertThat(trigger.byHand()).containsExactly("INDEX", "IN_DEX", "in_dex");
    assertThat(trigger.launch()).isEmpty();
  }

  @Test
  void aLaunchIsKnownByTheNameOfItsDirectory() {
    Trigger trigger = trigger(launched(key("INDEX", "main")));
    assertThat(trigger.launch()).map(Trigger.Launched::key).contains(key("INDEX", "main"));
    assertThat(trigger.byHand()).isEmpty();
  }

  @Test
  void ofTasksThatDifferOnlyInCaseTheLaunchedOneIsKnown() {
    Map<String, String> environment = launched(key("in_dex", "main"));
    environment.put("IN_DEX", "1");
    Trigger trigger = trigger(environment);
    assertThat(trigger.launch()).map(Trigger.Launched::key).contains(key("in_dex", "main"));
    assertThat(trigger.byHand()).containsExactly("IN_DEX");
  }

  @Test
  void theDescriptionKnowsAnIdThatTheVariableCouldNotCarry() {
    ProcessKey key = key("INDEX", "größer 🦊");
    directory(key).create();
    directory(key)
        .writeRecord(
            ProcessRecord.forLaunch(
                key,
                "app",
                new ProcessRecord.Launch("token", Instant.EPOCH),
                new LaunchedCommand(List.of("x"), List.of(), List.of(), root, List.of())));
    Map<String, String> environment = launched(key);
    environment.put("LUHPROC_ID", "gr??er ????");
    assertThat(trigger(environment).launch()).map(Trigger.Launched::key).contains(key);
  }

  @Test
  void theNameOfTheAppBelongsToTheDirectory() {
    ProcessKey named = new ProcessKey(Optional.of("docsearch"), "INDEX", "main");
    Map<String, String> environment = launched(named);
    assertThat(Trigger.of(tasks, environment, Optional.of("docsearch")).launch())
        .map(Trigger.Launched::key)
        .contains(named);
    assertThat(trigger(environment).launch()).as("another app's").isEmpty();
  }

  @Test
  void anotherIdOrAnotherTaskThanTheDirectorysIsByHand() {
    Map<String, String> otherId = launched(key("INDEX", "main"));
    otherId.put("LUHPROC_ID", "other");
    assertThat(trigger(otherId).byHand()).containsExactly("INDEX");
    Map<String, String> otherTask = launched(key("INDEX", "main"));
    otherTask.remove("INDEX");
    otherTask.put("IN_DEX", "1");
    assertThat(trigger(otherTask).byHand()).containsExactly("IN_DEX");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "tab\t"})
  void anIdThatCanBeNoneIsNotOurs(String id) {
    Map<String, String> environment = launched(key("INDEX", "main"));
    environment.put("LUHPROC_ID", id);
    assertThat(trigger(environment).byHand()).containsExactly("INDEX");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "relative", "/dev/null", "/dev/null/below"})
  void aCookieThatIsNoDirectoryOfOursIsNoLaunch(String cookie) {
    Map<String, String> environment = launched(key("INDEX", "main"));
    environment.put("LUHPROC_DIR", cookie);
    assertThat(trigger(environment).byHand()).containsExactly("INDEX");
  }
}
