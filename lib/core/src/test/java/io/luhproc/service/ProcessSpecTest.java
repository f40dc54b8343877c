package io.luhproc.service;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.health.HealthCheck;
import io.luhproc.limits.ResourceLimits;
import io.luhproc.log.LogPolicy;
import io.luhproc.process.LaunchCommand;
import io.luhproc.process.OutputMode;
import io.luhproc.process.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process of a service may be, and what is said of what it may not be. */
class ProcessSpecTest {
  private static final Duration TOO_LONG = ofSeconds(Long.MAX_VALUE);

  private static ProcessSpec.Builder web() {
    return ProcessSpec.shell("web", "sleep 60");
  }

  /** An app with one task. */
  private static final class OneTask implements RelaunchableApp, TaskLauncher {
    @Override
    public TaskLauncher taskLauncher() {
      return this;
    }

    @Override
    public void checkTask(String task) {
      if (!task.equals("MIGRATE")) {
        throw new IllegalArgumentException("task (" + task + ") must be one of [MIGRATE]");
      }
    }

    @Override
    public String programName() {
      return "app";
    }

    @Override
    public LaunchCommand launchCommand(TaskLaunchRequest launch) {
      throw new IllegalStateException("nothing is launched here");
    }
  }

  @Test
  void emptyCommandIsRejected() {
    InvalidArguments.assertInvalid(
        "command () must not be empty", () -> ProcessSpec.shell("web", ""));
    InvalidArguments.assertInvalid(
        "command ( \n) must not be empty", () -> ProcessSpec.shell("web", " \n"));
    InvalidArguments.assertInvalid(
        "must name a program", () -> ProcessSpec.command("web", List.of()));
    InvalidArguments.assertInvalid(
        "must name a program", () -> ProcessSpec.command("web", "", "x"));
    InvalidArguments.assertInvalid("must not be empty", () -> web().execStartPre(""));
  }

  @Test
  void commandWithNulIsRejected() {
    InvalidArguments.assertInvalid(
        "(a\uFFFDb) must not contain NUL", () -> ProcessSpec.shell("web", "a\0b"));
    InvalidArguments.assertInvalid(
        "(a\uFFFDb) must not contain NUL", () -> ProcessSpec.command("web", "x", "a\0b"));
  }

  @Test
  void unknownTaskIsRejected() {
    InvalidArguments.assertInvalid(
        "task (MIGRAT) must be one of [MIGRATE]",
        () -> ProcessSpec.task("migrate", new OneTask(), "MIGRAT"));
  }

  @Test
  void taskIsOneshotUnlessKeptAlive() {
    ProcessSpec.Builder task = ProcessSpec.task("migrate", new OneTask(), "MIGRATE", "--fast");
    assertThat(task.build().oneshot()).isTrue();
    assertThat(task.build().command().text()).isEqualTo("task MIGRATE --fast");
    assertThat(task.keepAlive().build().oneshot()).isFalse();
    assertThat(web().build().oneshot()).isFalse();
  }

  @Test
  void taskLimitsBelowJvmMinimumAreRejected() {
    ProcessSpec.Builder task = ProcessSpec.task("migrate", new OneTask(), "MIGRATE");
    InvalidArguments.assertInvalid(
        "memory (4194304) is too little: a JVM needs at least 16777216 to start",
        () -> task.limits(ResourceLimits.builder().memory("4MiB")).build());
    InvalidArguments.assertInvalid(
        "pids (5) is too little", () -> task.limits(ResourceLimits.builder().pids(5)).build());
    assertThat(task.limits(ResourceLimits.builder().memory("16MiB").pids(14)).build().name())
        .isEqualTo("migrate");
    assertThat(web().limits(ResourceLimits.builder().memory("4MiB").pids(1)).build().name())
        .as("a shell needs less")
        .isEqualTo("web");
  }

  @Test
  void jvmOptionsAreRejectedForNonTasks() {
    InvalidArguments.assertInvalid(
        "must be given to a task only", () -> web().jvmOptions("-Xmx1g"));
    ProcessSpec task =
        ProcessSpec.task("migrate", new OneTask(), "MIGRATE").jvmOptions("-Xmx1g").build();
    assertThat(((Command.TaskCommand) task.command()).jvmOptions()).containsExactly("-Xmx1g");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1001, Integer.MAX_VALUE})
  void outOfRangeReplicasAreRejected(int number) {
    InvalidArguments.assertInvalid(
        "replicas (" + number + ") must be from 1 to 1000", () -> web().replicas(number).build());
  }

  @Test
  void replicaNamesAreNumberedFromOne() {
    assertThat(web().replicas(3).build().instanceNames())
        .containsExactly("web-1", "web-2", "web-3");
    assertThat(web().build().instanceNames()).containsExactly("web");
  }

  @Test
  void outOfRangeDurationsAreRejectedByName() {
    InvalidArguments.assertInvalid(
        "start timeout (PT0S) must be at least 1ms", () -> web().startTimeout(ofMillis(0)));
    InvalidArguments.assertInvalid(
        "start timeout (PT-1S) must not be", () -> web().startTimeout(ofSeconds(-1)));
    InvalidArguments.assertInvalid("must be at most 365d", () -> web().startTimeout(TOO_LONG));
    InvalidArguments.assertInvalid(
        "settle (PT-0.001S) must not be negative", () -> web().minReadyTime(ofMillis(-1)));
    InvalidArguments.assertInvalid("must be at most 365d", () -> web().minReadyTime(TOO_LONG));
  }

  @Test
  void outOfRangeSizesAreRejected() {
    InvalidArguments.assertInvalid("-1", () -> web().maxMemoryRestart("-1"));
    InvalidArguments.assertInvalid(
        "maxMemoryRestart (1024) must be at least 1MiB", () -> web().maxMemoryRestart("1K"));
    InvalidArguments.assertInvalid(
        "99999999999999999999", () -> web().maxMemoryRestart("99999999999999999999"));
    InvalidArguments.assertInvalid("9999999999T", () -> web().maxMemoryRestart("9999999999T"));
    InvalidArguments.assertInvalid(
        "memory: ", () -> web().limits(ResourceLimits.builder().memory("much")));
    InvalidArguments.assertInvalid(
        "memory (-1) must be from", () -> web().limits(ResourceLimits.builder().memory(-1)));
    InvalidArguments.assertInvalid(
        "pids (0) must be from", () -> web().limits(ResourceLimits.builder().pids(0)));
    InvalidArguments.assertInvalid(
        "cpuPercent (0) must be from", () -> web().limits(ResourceLimits.builder().cpuPercent(0)));
  }

  @Test
  void outOfRangeExecContextIsRejected() {
    InvalidArguments.assertInvalid(
        "umask (037777777777) must be from 0 to 0777", () -> web().umask(-1));
    InvalidArguments.assertInvalid(
        "umask (010000) must be from 0 to 0777", () -> web().umask(010000));
    InvalidArguments.assertInvalid("nice (20) must be from -20 to 19", () -> web().nice(20));
    InvalidArguments.assertInvalid("nice (-21) must be from -20 to 19", () -> web().nice(-21));
    InvalidArguments.assertInvalid(
        "variable (A=B) must have a name without '='", () -> web().env("A=B", "c"));
    InvalidArguments.assertInvalid(
        "variable (A\uFFFD) must have a name", () -> web().env("A\0", "c"));
    InvalidArguments.assertInvalid(
        "must not begin with LUHPROC_", () -> web().env("LUHPROC_ID", "c"));
  }

  @Test
  void groupWithoutUserIsRejected() {
    InvalidArguments.assertInvalid(
        "group (games) must be given with a user", () -> web().group("games").build());
  }

  @Test
  void rejectedVariableValueIsNotPrinted() {
    InvalidArguments.assertInvalid(
        "the value of variable KEY must not contain NUL", () -> web().env("KEY", "s3\0t"));
  }

  @Test
  void healthUrlWithoutPortIsRejected() {
    InvalidArguments.assertInvalid(
        "port", () -> web().health(HealthCheck.http("http://127.0.0.1/")));
  }

  @Test
  void restartIsNeededOnlyForChangedLaunchSettings() {
    ProcessSpec original = web().build();
    List<UnaryOperator<ProcessSpec.Builder>> liveUpdates =
        List.of(
            it -> it.limits(ResourceLimits.builder().pids(9)),
            it -> it.maxMemoryRestart("1G"),
            it -> it.health(HealthCheck.tcp("localhost", 80)),
            it -> it.restart(RestartPolicy.never()),
            it -> it.stop(StopPolicy.defaults().grace(ofSeconds(1))),
            it -> it.reload(Signal.HUP),
            it -> it.minReadyTime(ofSeconds(1)),
            it -> it.startTimeout(ofSeconds(1)),
            it -> it.logs(LogPolicy.defaults().withMaxBackups(9)),
            it -> it.replicas(2));
    List<UnaryOperator<ProcessSpec.Builder>> launchSettings =
        List.of(
            it -> it.env("A", "b"),
            it -> it.envFile(Path.of("x")),
            it -> it.directory(Path.of("/")),
            it -> it.user("nobody"),
            it -> it.group("nogroup").user("nobody"),
            it -> it.umask(077),
            it -> it.nice(1),
            it -> it.output(OutputMode.MERGED),
            it -> it.execStartPre("true"),
            ProcessSpec.Builder::oneshot);
    assertThat(liveUpdates).noneMatch(it -> it.apply(web()).build().needsRestartFrom(original));
    assertThat(launchSettings).allMatch(it -> it.apply(web()).build().needsRestartFrom(original));
    assertThat(ProcessSpec.shell("web", "sleep 61").build().needsRestartFrom(original)).isTrue();
  }
}
