package io.luhproc.service;

import static io.luhproc.testing.InvalidArguments.assertInvalid;
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

/** Validation and defaults of process specifications. */
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
    public LaunchCommand launchCommand(TaskLaunchRequest request) {
      throw new IllegalStateException("launchCommand is not expected");
    }
  }

  @Test
  void emptyCommandIsRejected() {
    assertInvalid("command () must not be empty", () -> ProcessSpec.shell("web", ""));
    assertInvalid("command ( \n) must not be empty", () -> ProcessSpec.shell("web", " \n"));
    assertInvalid("must name a program", () -> ProcessSpec.command("web", List.of()));
    assertInvalid("must name a program", () -> ProcessSpec.command("web", "", "x"));
    assertInvalid("must not be empty", () -> web().execStartPre(""));
  }

  @Test
  void commandWithNulIsRejected() {
    assertInvalid("(a\uFFFDb) must not contain NUL", () -> ProcessSpec.shell("web", "a\0b"));
    assertInvalid("(a\uFFFDb) must not contain NUL", () -> ProcessSpec.command("web", "x", "a\0b"));
  }

  @Test
  void unknownTaskIsRejected() {
    assertInvalid(
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
    assertInvalid(
        "memory (4194304) must be at least 16777216 for a JVM to start",
        () -> task.limits(ResourceLimits.builder().memory("4MiB")).build());
    assertInvalid(
        "pids (5) must be at least 14",
        () -> task.limits(ResourceLimits.builder().pids(5)).build());
    assertThat(task.limits(ResourceLimits.builder().memory("16MiB").pids(14)).build().name())
        .isEqualTo("migrate");
    assertThat(web().limits(ResourceLimits.builder().memory("4MiB").pids(1)).build().name())
        .as("limits of a shell")
        .isEqualTo("web");
  }

  @Test
  void jvmOptionsAreRejectedForNonTasks() {
    assertInvalid("must be given to a task only", () -> web().jvmOptions("-Xmx1g"));
    ProcessSpec task =
        ProcessSpec.task("migrate", new OneTask(), "MIGRATE").jvmOptions("-Xmx1g").build();
    assertThat(((Command.TaskCommand) task.command()).jvmOptions()).containsExactly("-Xmx1g");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1001, Integer.MAX_VALUE})
  void outOfRangeReplicasAreRejected(int number) {
    assertInvalid(
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
    assertInvalid(
        "startTimeout (PT0S) must be at least 1ms", () -> web().startTimeout(ofMillis(0)));
    assertInvalid("startTimeout (PT-1S) must not be", () -> web().startTimeout(ofSeconds(-1)));
    assertInvalid("must be at most 365d", () -> web().startTimeout(TOO_LONG));
    assertInvalid(
        "minReadyTime (PT-0.001S) must not be negative", () -> web().minReadyTime(ofMillis(-1)));
    assertInvalid("must be at most 365d", () -> web().minReadyTime(TOO_LONG));
  }

  @Test
  void outOfRangeSizesAreRejected() {
    assertInvalid("-1", () -> web().maxMemoryRestart("-1"));
    assertInvalid(
        "maxMemoryRestart (1024) must be at least 1MiB", () -> web().maxMemoryRestart("1K"));
    assertInvalid("99999999999999999999", () -> web().maxMemoryRestart("99999999999999999999"));
    assertInvalid("9999999999T", () -> web().maxMemoryRestart("9999999999T"));
    assertInvalid("memory: ", () -> web().limits(ResourceLimits.builder().memory("much")));
    assertInvalid(
        "memory (-1) must be from", () -> web().limits(ResourceLimits.builder().memory(-1)));
    assertInvalid("pids (0) must be from", () -> web().limits(ResourceLimits.builder().pids(0)));
    assertInvalid(
        "cpuPercent (0) must be from", () -> web().limits(ResourceLimits.builder().cpuPercent(0)));
  }

  @Test
  void outOfRangeExecContextIsRejected() {
    assertInvalid("umask (037777777777) must be from 0 to 0777", () -> web().umask(-1));
    assertInvalid("umask (010000) must be from 0 to 0777", () -> web().umask(010000));
    assertInvalid("nice (20) must be from -20 to 19", () -> web().nice(20));
    assertInvalid("nice (-21) must be from -20 to 19", () -> web().nice(-21));
    assertInvalid("variable (A=B) must have a name without '='", () -> web().env("A=B", "c"));
    assertInvalid("variable (A\uFFFD) must have a name", () -> web().env("A\0", "c"));
    assertInvalid(
        "must not begin with LUHPROC_, which is reserved", () -> web().env("LUHPROC_ID", "c"));
  }

  @Test
  void groupWithoutUserIsRejected() {
    assertInvalid("group (games) must be given with a user", () -> web().group("games").build());
  }

  @Test
  void rejectedVariableValueIsNotPrinted() {
    assertInvalid(
        "the value of variable KEY must not contain NUL", () -> web().env("KEY", "s3\0t"));
  }

  @Test
  void healthUrlWithoutPortIsRejected() {
    assertInvalid("port", () -> web().health(HealthCheck.http("http://127.0.0.1/")));
  }

  @Test
  void restartIsNeededOnlyForChangedLaunchSettings() {
    ProcessSpec original = web().build();
    List<UnaryOperator<ProcessSpec.Builder>> liveUpdates =
        List.of(
            builder -> builder.limits(ResourceLimits.builder().pids(9)),
            builder -> builder.maxMemoryRestart("1G"),
            builder -> builder.health(HealthCheck.tcp("localhost", 80)),
            builder -> builder.restart(RestartPolicy.never()),
            builder -> builder.stop(StopPolicy.defaults().grace(ofSeconds(1))),
            builder -> builder.reload(Signal.HUP),
            builder -> builder.minReadyTime(ofSeconds(1)),
            builder -> builder.startTimeout(ofSeconds(1)),
            builder -> builder.logs(LogPolicy.defaults().withMaxBackups(9)),
            builder -> builder.replicas(2));
    List<UnaryOperator<ProcessSpec.Builder>> launchSettings =
        List.of(
            builder -> builder.env("A", "b"),
            builder -> builder.envFile(Path.of("x")),
            builder -> builder.directory(Path.of("/")),
            builder -> builder.user("nobody"),
            builder -> builder.group("nogroup").user("nobody"),
            builder -> builder.umask(077),
            builder -> builder.nice(1),
            builder -> builder.output(OutputMode.MERGED),
            builder -> builder.execStartPre("true"),
            ProcessSpec.Builder::oneshot);
    assertThat(liveUpdates)
        .noneMatch(change -> change.apply(web()).build().needsRestartFrom(original));
    assertThat(launchSettings)
        .allMatch(change -> change.apply(web()).build().needsRestartFrom(original));
    assertThat(ProcessSpec.shell("web", "sleep 61").build().needsRestartFrom(original)).isTrue();
  }
}
