package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luhproc.process.Signal;
import io.luhproc.testing.LeakCheck;
import io.luhproc.worker.app.TaskApp;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks in the foreground: {@code MY_TASK=1 java -jar app.jar}, and {@code run}. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class ForegroundTaskTest {
  @TempDir Path root;

  private TaskAppProcess.Builder app() {
    return TaskAppProcess.builder(root);
  }

  @Test
  void mainRunsWhenNoTaskVariableIsSet() throws Exception {
    try (TaskAppProcess process = app().start("hello")) {
      assertThat(process.exitCode()).isZero();
      assertThat(process.out()).isEqualTo("main [hello]\n");
      assertThat(process.err()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "false", "No", "OFF"})
  void mainRunsWhenTaskVariableIsSwitchedOff(String value) throws Exception {
    try (TaskAppProcess process = app().env("ECHO", value).start("hello")) {
      assertThat(process.exitCode()).isZero();
      assertThat(process.out()).isEqualTo("main [hello]\n");
      assertThat(process.err()).isEmpty();
    }
  }

  @Test
  void taskWritesToOwnOutputAndExitsWithZeroWhenVariableIsSet() throws Exception {
    try (TaskAppProcess process =
        app().env("ECHO", "1").env("FOLDER", "/srv").start("a b", "", "c")) {
      assertThat(process.exitCode()).isZero();
      assertThat(process.out())
          .startsWith("task ECHO\nid foreground\narguments [a b, , c]\ndirectory none\n")
          .contains("folder /srv\n")
          .doesNotContain("main [");
      assertThat(process.err()).isEqualTo("on stderr\n");
    }
  }

  @Test
  void taskGetsIdWhenIdVariableIsSet() throws Exception {
    try (TaskAppProcess process = app().env("ECHO", "1").env("LUHPROC_ID", "mine").start()) {
      assertThat(process.exitCode()).isZero();
      assertThat(process.out()).contains("id mine\n");
    }
  }

  @Test
  void exitCodeIsOneAndStackTraceIsPrintedWhenTaskThrows() throws Exception {
    try (TaskAppProcess process = app().env("THROWS", "1").start()) {
      assertThat(process.exitCode()).isEqualTo(1);
      assertThat(process.err())
          .startsWith("java.lang.IllegalStateException: task fails, id foreground\n\tat ")
          .contains("TaskApp.main");
    }
  }

  @Test
  void firstRegisteredTaskRunsWithWarningWhenSeveralVariablesAreSet() throws Exception {
    try (TaskAppProcess process = app().env("ECHO", "1").env("FIRST", "1").start()) {
      assertThat(process.exitCode()).isZero();
      assertThat(process.out()).startsWith("task FIRST\n").doesNotContain("ECHO");
      assertThat(process.err())
          .startsWith("the variables of several tasks are set, [FIRST, ECHO]; running FIRST\n")
          .containsOnlyOnce("running FIRST")
          .doesNotContain("WARN");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INT", "TERM", "HUP"})
  void exitCodeIsZeroWhenTaskReturnsAfterSignal(Signal signal) throws Exception {
    try (TaskAppProcess process = app().env("IDLE", "1").start()) {
      process.awaitOutput("idle");
      WorkerFixture.signal(process.identity(), signal);
      assertThat(process.exitCode()).isZero();
      assertThat(process.out()).endsWith("stop requested: true\n");
      assertThat(process.err()).isEmpty();
    }
  }

  @Test
  void exitCodeIsZeroWhenTaskThrowsInterruptedExceptionAfterSignal() throws Exception {
    try (TaskAppProcess process = app().env("WAITS", "1").start()) {
      process.awaitOutput("waiting");
      WorkerFixture.signal(process.identity(), Signal.INT);
      assertThat(process.exitCode()).isZero();
      assertThat(process.err()).isEmpty();
    }
  }

  @Test
  void taskStopsWhenCtrlCIsPressedInTerminal() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "script(1) creates the terminal");
    try (TaskAppProcess process = app().env("IDLE", "1").startOnTerminal()) {
      process.awaitOutput("idle IDLE foreground");
      process.sendKeys("\003");
      assertThat(process.exitCode()).isZero();
      assertThat(process.out()).contains("stop requested: true");
    }
  }

  @Test
  void processExitsAtSecondSignalWhenTaskDoesNotStop() throws Exception {
    try (TaskAppProcess process = app().env("STUBBORN", "1").start()) {
      process.awaitOutput("stubborn");
      WorkerFixture.signal(process.identity(), Signal.TERM);
      process.awaitOutput("ignoring stop request");
      WorkerFixture.signal(process.identity(), Signal.INT);
      assertThat(process.exitCode()).isEqualTo(130);
      assertThat(process.err()).contains("a second signal, SIGINT");
    }
  }

  @Test
  void signalStaysIgnoredWhenProcessWasStartedToIgnoreIt() throws Exception {
    try (TaskAppProcess process =
        app()
            .wrappedBy("env", "--default-signal=TERM", "--ignore-signal=HUP,INT")
            .env("IDLE", "1")
            .start()) {
      process.awaitOutput("idle");
      WorkerFixture.signal(process.identity(), Signal.HUP);
      WorkerFixture.signal(process.identity(), Signal.INT);
      assertThat(process.exitsWithin(300)).as(process::toString).isFalse();
      assertThat(process.out()).doesNotContain("stop requested");
      WorkerFixture.signal(process.identity(), Signal.TERM);
      assertThat(process.exitCode()).as(process::toString).isZero();
      assertThat(process.err()).as("no second signal").isEmpty();
    }
  }

  @Test
  void processExitsWithSignalCodeWhenGracePeriodExpires() throws Exception {
    try (TaskAppProcess process = app().env("STUBBORN", "1").env(TaskApp.GRACE, "200").start()) {
      process.awaitOutput("stubborn");
      WorkerFixture.signal(process.identity(), Signal.TERM);
      assertThat(process.exitCode()).isEqualTo(143);
      assertThat(process.err()).contains("did not return within 200ms after SIGTERM");
    }
  }

  @Test
  void runPassesTaskIdAndArguments() throws Exception {
    try (TaskAppProcess process = app().start("run", "ECHO", "/srv/docs", "x", "y z")) {
      assertThat(process.exitCode()).isZero();
      assertThat(process.out())
          .startsWith("main [")
          .contains("task ECHO\nid /srv/docs\narguments [x, y z]\ndirectory none\n");
    }
  }

  @Test
  void runReturnsOneWhenTaskThrows() throws Exception {
    try (TaskAppProcess process = app().start("run", "THROWS", "it")) {
      assertThat(process.exitCode()).isEqualTo(1);
      assertThat(process.err()).contains("IllegalStateException: task fails, id it");
    }
  }

  @Test
  void graceTimerIsCancelledWhenRunReturns() throws Exception {
    try (TaskAppProcess process = app().env(TaskApp.GRACE, "100").start("run-and-stay", "IDLE")) {
      process.awaitOutput("idle");
      WorkerFixture.signal(process.identity(), Signal.TERM);
      process.awaitOutput("returned 0");
      assertThat(process.exitsWithin(500)).isFalse();
      process.closeInput();
      assertThat(process.exitCode()).isEqualTo(5);
    }
  }

  @Test
  void mainRunsWhenInheritedDirectoryDoesNotExist() throws Exception {
    assertMainRuns();
  }

  @Test
  void mainRunsWhenInheritedDirectoryIsSymbolicLink(@TempDir Path elsewhere) throws Exception {
    Files.createSymbolicLink(root.resolve(WorkerFixture.directoryName("IDLE", "main")), elsewhere);
    assertMainRuns();
  }

  private void assertMainRuns() throws Exception {
    Path directory = root.resolve(WorkerFixture.directoryName("IDLE", "main"));
    try (TaskAppProcess process =
        app()
            .env("IDLE", "1")
            .env("LUHPROC_ID", "main")
            .env("LUHPROC_DIR", directory.toString())
            .start("hello")) {
      assertThat(process.exitCode()).as(process.toString()).isZero();
      assertThat(process.out()).isEqualTo("main [hello]\n");
    }
  }

  @Test
  void supersededWorkerExitsWithoutRunningTaskOrMain() throws Exception {
    try (TaskAppProcess process =
        app()
            // A launched worker leads its session.
            .wrappedBy("setsid")
            .env("IDLE", "1")
            .env("LUHPROC_ID", "main")
            .env(
                "LUHPROC_DIR", root.resolve(WorkerFixture.directoryName("IDLE", "main")).toString())
            .start("hello")) {
      assertThat(process.exitCode()).as(process::toString).isZero();
      assertThat(process.out()).isEmpty();
      assertThat(process.err())
          .isEqualTo(
              "IDLE (id: main) was stopped or restarted before this process began; exiting\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "", "relative", "/dev/null", "/dev/null/below", "/proc/self"})
  void taskRunsInForegroundWhenDirectoryVariableNamesNoProcessDirectory(String marker)
      throws Exception {
    try (TaskAppProcess process =
        app().env("ECHO", "1").env("LUHPROC_ID", "mine").env("LUHPROC_DIR", marker).start()) {
      assertThat(process.exitCode()).as(process.toString()).isZero();
      assertThat(process.out()).contains("task ECHO\nid mine\n");
    }
  }
}
