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

/** {@code MY_TASK=1 java -jar app.jar}, and {@code run}. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class ForegroundTest {
  @TempDir Path root;

  private AppRun.Prepared app() {
    return AppRun.of(root);
  }

  @Test
  void nothingSetMeansTheAppItself() throws Exception {
    try (AppRun run = app().start("hello")) {
      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).isEqualTo("main [hello]\n");
      assertThat(run.err()).isEmpty();
    }
  }

  @Test
  void theOutputIsTheTerminalsAndTheExitCodeZero() throws Exception {
    try (AppRun run = app().env("ECHO", "1").env("FOLDER", "/srv").start("a b", "", "c")) {
      assertThat(run.exitCode()).isZero();
      assertThat(run.out())
          .startsWith("task ECHO\nid foreground\narguments [a b, , c]\ndirectory none\n")
          .contains("folder /srv\n")
          .doesNotContain("main [");
      assertThat(run.err()).isEqualTo("on stderr\n");
    }
  }

  @Test
  void anIdSetByHandIsTheTasks() throws Exception {
    try (AppRun run = app().env("ECHO", "").env("LUHPROC_ID", "mine").start()) {
      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).contains("id mine\n");
    }
  }

  @Test
  void anExceptionIsPrintedAndTheExitCodeOne() throws Exception {
    try (AppRun run = app().env("THROWS", "1").start()) {
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err())
          .startsWith("java.lang.IllegalStateException: as it was told, id foreground\n\tat ")
          .contains("TaskApp.main");
    }
  }

  @Test
  void ofTwoVariablesTheOneRegisteredFirstRunsWithAWarning() throws Exception {
    try (AppRun run = app().env("ECHO", "1").env("FIRST", "1").start()) {
      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).startsWith("task FIRST\n").doesNotContain("ECHO");
      assertThat(run.err())
          .startsWith("the variables of several tasks are set, [FIRST, ECHO]; FIRST runs\n")
          .containsOnlyOnce("FIRST runs")
          .doesNotContain("WARN");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INT", "TERM", "HUP"})
  void aTaskThatReturnsAfterASignalExitsWithZero(Signal signal) throws Exception {
    try (AppRun run = app().env("IDLE", "1").start()) {
      run.awaitOutput("idle");
      RealWorkers.signal(run.identity(), signal);
      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).endsWith("asked to stop: true\n");
      assertThat(run.err()).isEmpty();
    }
  }

  @Test
  void aTaskThatLeavesByTheInterruptOfTheSignalExitsWithZero() throws Exception {
    try (AppRun run = app().env("WAITS", "1").start()) {
      run.awaitOutput("waiting");
      RealWorkers.signal(run.identity(), Signal.INT);
      assertThat(run.exitCode()).isZero();
      assertThat(run.err()).isEmpty();
    }
  }

  @Test
  void controlCOfARealTerminalIsObeyed() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "script(1) makes the terminal");
    try (AppRun run = app().env("IDLE", "1").startOnTerminal()) {
      run.awaitOutput("idle IDLE foreground");
      run.type("\003");
      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).contains("asked to stop: true");
    }
  }

  @Test
  void aSecondSignalEndsATaskThatDoesNotStop() throws Exception {
    try (AppRun run = app().env("STUBBORN", "1").start()) {
      run.awaitOutput("stubborn");
      RealWorkers.signal(run.identity(), Signal.TERM);
      run.awaitOutput("asked in vain");
      RealWorkers.signal(run.identity(), Signal.INT);
      assertThat(run.exitCode()).isEqualTo(130);
      assertThat(run.err()).contains("a second signal, SIGINT");
    }
  }

  @Test
  void aTaskThatOutlivesItsGraceIsEndedWithTheSignalsNumber() throws Exception {
    try (AppRun run = app().env("STUBBORN", "1").env(TaskApp.GRACE, "200").start()) {
      run.awaitOutput("stubborn");
      RealWorkers.signal(run.identity(), Signal.TERM);
      assertThat(run.exitCode()).isEqualTo(143);
      assertThat(run.err()).contains("did not return within 200ms after SIGTERM");
    }
  }

  @Test
  void runTakesTaskIdAndArguments() throws Exception {
    try (AppRun run = app().start("run", "ECHO", "/srv/docs", "x", "y z")) {
      assertThat(run.exitCode()).isZero();
      assertThat(run.out())
          .startsWith("main [")
          .contains("task ECHO\nid /srv/docs\narguments [x, y z]\ndirectory none\n");
    }
  }

  @Test
  void runReturnsOneWhenTheTaskThrows() throws Exception {
    try (AppRun run = app().start("run", "THROWS", "it")) {
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("IllegalStateException: as it was told, id it");
    }
  }

  @Test
  void anAppThatGoesOnAfterRunIsNotEndedByTheGraceOfTheTask() throws Exception {
    try (AppRun run = app().env(TaskApp.GRACE, "100").start("run-and-stay", "IDLE")) {
      run.awaitOutput("idle");
      RealWorkers.signal(run.identity(), Signal.TERM);
      run.awaitOutput("returned 0");
      assertThat(run.endsWithin(500)).isFalse();
      run.closeInput();
      assertThat(run.exitCode()).isEqualTo(5);
    }
  }

  @Test
  void variablesOfADirectoryThatIsGoneDoNotMakeAWorker() throws Exception {
    assertThatTheAppItselfRuns();
  }

  @Test
  void variablesOfADirectoryThatIsRefusedDoNotMakeAWorker(@TempDir Path elsewhere)
      throws Exception {
    Files.createSymbolicLink(root.resolve(RealWorkers.directoryName("IDLE", "main")), elsewhere);
    assertThatTheAppItselfRuns();
  }

  private void assertThatTheAppItselfRuns() throws Exception {
    Path directory = root.resolve(RealWorkers.directoryName("IDLE", "main"));
    try (AppRun run =
        app()
            .env("IDLE", "1")
            .env("LUHPROC_ID", "main")
            .env("LUHPROC_DIR", directory.toString())
            .start("hello")) {
      assertThat(run.exitCode()).as(run.toString()).isZero();
      assertThat(run.out()).isEqualTo("main [hello]\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "", "relative", "/dev/null", "/dev/null/below", "/proc/self"})
  void aCookieThatNamesNoDirectoryOfOursIsNoLaunch(String cookie) throws Exception {
    try (AppRun run =
        app().env("ECHO", "1").env("LUHPROC_ID", "mine").env("LUHPROC_DIR", cookie).start()) {
      assertThat(run.exitCode()).as(run.toString()).isZero();
      assertThat(run.out()).contains("task ECHO\nid mine\n");
    }
  }
}
