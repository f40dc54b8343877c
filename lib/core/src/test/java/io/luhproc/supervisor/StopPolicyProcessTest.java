package io.luhproc.supervisor;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.Signal;
import io.luhproc.service.Command;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.Readiness;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.StopPolicy;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Stops with a command, and stops whose signal goes to the process only. */
@Tag("process")
@ExtendWith(LeakCheck.class)
@Timeout(90)
class StopPolicyProcessTest {
  // Longer than the test waits.
  private static final StopPolicy PATIENT = StopPolicy.defaults().grace(ofMinutes(5));
  private static final StopPolicy BRIEF = StopPolicy.defaults().grace(ofSeconds(1));

  @TempDir private Path folder;

  private Path directory() {
    return folder.resolve("services");
  }

  private Supervisor open() {
    return SupervisorMain.builder(directory()).build();
  }

  @AfterEach
  void killAll() {
    MarkedProcesses.killAll(directory());
  }

  private Supervisor start(String script, StopPolicy stop) throws Exception {
    Supervisor supervisor = open();
    supervisor.add(
        ServiceSpec.named("shop")
            .process(
                ProcessSpec.shell("web", script)
                    .env("FOLDER", folder.toString())
                    .ready(Readiness.logLine("^up$"))
                    .stop(stop))
            .build());
    supervisor.start("shop").get(20, SECONDS);
    return supervisor;
  }

  private static void stop(Supervisor supervisor) throws Exception {
    assertThat(supervisor.stop("shop").get(30, SECONDS).state()).isEqualTo(ProcessState.INACTIVE);
  }

  private static Command shell(String text) {
    return new Command.Shell(text);
  }

  private String output(Supervisor supervisor) {
    return supervisor.output("shop", "web").both().snapshot();
  }

  @Test
  void commandRunsBeforeTheSignal() throws Exception {
    String script = "trap 'echo signalled; exit' TERM; echo up; while :; do sleep 0.05; done";
    StopPolicy stop =
        PATIENT.command(shell("echo command of $LUHPROC_ID; kill -0 $MAINPID && echo alive"));
    try (Supervisor supervisor = start(script, stop)) {
      stop(supervisor);
      assertThat(output(supervisor)).contains("command of web\nalive\nsignalled\n");
    }
    assertThat(MarkedProcesses.aliveUnder(directory())).isEmpty();
  }

  @Test
  void processThatTheCommandEndedGetsNoSignal() throws Exception {
    String script =
        "trap 'echo signalled; exit' TERM; echo up; until [ -e $FOLDER/bye ]; do sleep 0.05; done;"
            + " echo bye";
    StopPolicy stop = PATIENT.command(shell("touch $FOLDER/bye; kill -STOP $$"));
    try (Supervisor supervisor = start(script, stop)) {
      stop(supervisor);
      assertThat(output(supervisor)).contains("bye").doesNotContain("signalled");
    }
    assertThat(MarkedProcesses.aliveUnder(directory())).isEmpty();
  }

  @Test
  void hangingCommandIsKilledWithTheTreeAfterTheGracePeriod() throws Exception {
    String script = "trap '' TERM; echo up; while :; do sleep 0.05; done";
    StopPolicy stop = BRIEF.command(new Command.Program(List.of("sleep", "600")));
    try (Supervisor supervisor = start(script, stop)) {
      stop(supervisor);
    }
    assertThat(MarkedProcesses.aliveUnder(directory())).isEmpty();
  }

  @Test
  void failedCommandIsFollowedByTheSignal() throws Exception {
    String script = "trap 'echo signalled; exit' TERM; echo up; while :; do sleep 0.05; done";
    try (Supervisor supervisor = start(script, PATIENT.command(shell("exit 3")))) {
      stop(supervisor);
      assertThat(output(supervisor)).contains("signalled");
    }
  }

  @Test
  void missingCommandIsFollowedByTheSignal() throws Exception {
    String script = "trap 'echo signalled; exit' TERM; echo up; while :; do sleep 0.05; done";
    Command missing = new Command.Program(List.of("/nowhere/no-such-program"));
    try (Supervisor supervisor = start(script, PATIENT.command(missing))) {
      stop(supervisor);
      assertThat(output(supervisor)).contains("signalled");
    }
  }

  @Test
  void killDoesNotWaitForTheCommand() throws Exception {
    String script = "echo up; exec sleep 600";
    StopPolicy stop = PATIENT.command(shell("touch $FOLDER/begun; exec sleep 600"));
    try (Supervisor supervisor = start(script, stop)) {
      var stopped = supervisor.stop("shop");
      Eventually.holds("the command runs", () -> Files.exists(folder.resolve("begun")));
      supervisor.kill("shop").get(20, SECONDS);
      stopped.get(20, SECONDS);
      assertThat(MarkedProcesses.aliveUnder(directory())).isEmpty();
      // The abandoned command must not stop the next process.
      long pid = supervisor.start("shop").get(20, SECONDS).process("web").pid().orElseThrow();
      Files.delete(folder.resolve("begun"));
      supervisor.kill("shop").get(20, SECONDS);
      assertThat(folder.resolve("begun")).doesNotExist();
      assertThat(pid).isPositive();
    }
  }

  @Test
  void stoppedProcessIsStoppedWithoutTheCommand() throws Exception {
    String script = "trap 'echo signalled; exit' TERM; echo up; while :; do sleep 0.05; done";
    StopPolicy stop = PATIENT.command(shell("exec sleep 600"));
    try (Supervisor supervisor = start(script, stop)) {
      supervisor.pause("shop").get(20, SECONDS);
      stop(supervisor);
      assertThat(output(supervisor)).contains("signalled");
    }
  }

  @Test
  void restartRunsTheCommandToo() throws Exception {
    try (Supervisor supervisor =
        start("echo up; exec sleep 600", PATIENT.command(shell("echo command")))) {
      supervisor.restart("shop").get(20, SECONDS);
      assertThat(output(supervisor)).contains("command");
    }
  }

  @Test
  void signalGoesToTheProcessOnly() throws Exception {
    String script =
        """
        sh -c 'trap "echo child signalled" TERM; until [ -e $FOLDER/parent ]; do sleep 0.05; done; echo child ends' &
        trap 'echo parent; touch $FOLDER/parent; wait; exit' TERM
        echo up
        while :; do sleep 0.05; done
        """;
    try (Supervisor supervisor = start(script, PATIENT.onlyParent(true))) {
      stop(supervisor);
      assertThat(output(supervisor))
          .contains("parent\n", "child ends\n")
          .doesNotContain("child signalled");
    }
    assertThat(MarkedProcesses.aliveUnder(directory())).isEmpty();
  }

  @Test
  void childrenThatTheParentLeavesAreKilledAtTheDeadline() throws Exception {
    String script =
        """
        sh -c 'trap "" TERM; while :; do sleep 0.05; done' &
        (setsid sh -c 'while :; do sleep 0.05; done' &)
        echo up
        exec sleep 600
        """;
    try (Supervisor supervisor = start(script, BRIEF.onlyParent(true))) {
      stop(supervisor);
    }
    assertThat(MarkedProcesses.aliveUnder(directory())).isEmpty();
  }

  @Test
  void signalOfThePolicyIsUsedForTheParent() throws Exception {
    String script = "trap 'echo interrupted; exit' INT; echo up; while :; do sleep 0.05; done";
    StopPolicy stop = PATIENT.signal(Signal.INT).onlyParent(true);
    try (Supervisor supervisor = start(script, stop)) {
      stop(supervisor);
      assertThat(output(supervisor)).contains("interrupted");
    }
  }
}
