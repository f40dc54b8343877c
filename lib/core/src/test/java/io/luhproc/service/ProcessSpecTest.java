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
  private static final Duration ENDLESS = ofSeconds(Long.MAX_VALUE);

  private static ProcessSpec.Builder web() {
    return ProcessSpec.shell("web", "sleep 60");
  }

  /** An app with one task. */
  private static final class OneTask implements TaskSource {
    @Override
    public void checkTask(String task) {
      if (!task.equals("MIGRATE")) {
        throw new IllegalArgumentException("task (" + task + ") must be one of [MIGRATE]");
      }
    }

    @Override
    public String program() {
      return "app";
    }

    @Override
    public LaunchCommand relaunch(TaskLaunch launch) {
      throw new IllegalStateException("nothing is launched here");
    }
  }

  @Test
  void aCommandThatSaysNothingIsRefused() {
    Refused.with("command () must not be empty", () -> ProcessSpec.shell("web", ""));
    Refused.with("command ( \n) must not be empty", () -> ProcessSpec.shell("web", " \n"));
    Refused.with("must name a program", () -> ProcessSpec.command("web", List.of()));
    Refused.with("must name a program", () -> ProcessSpec.command("web", "", "x"));
    Refused.with("must not be empty", () -> web().before(""));
  }

  @Test
  void aCommandThatNoArgumentCanHoldIsRefused() {
    Refused.with("(a\uFFFDb) must not contain NUL", () -> ProcessSpec.shell("web", "a\0b"));
    Refused.with("(a\uFFFDb) must not contain NUL", () -> ProcessSpec.command("web", "x", "a\0b"));
  }

  @Test
  void aTaskThatTheAppDoesNotHaveIsRefused() {
    Refused.with(
        "task (MIGRAT) must be one of [MIGRATE]",
        () -> ProcessSpec.task("migrate", new OneTask(), "MIGRAT"));
  }

  @Test
  void aTaskRunsOnceUnlessItIsKeptAlive() {
    ProcessSpec.Builder task = ProcessSpec.task("migrate", new OneTask(), "MIGRATE", "--fast");
    assertThat(task.build().once()).isTrue();
    assertThat(task.build().command().text()).isEqualTo("task MIGRATE --fast");
    assertThat(task.keepAlive().build().once()).isFalse();
    assertThat(web().build().once()).isFalse();
  }

  @Test
  void aTaskGetsAtLeastWhatAJvmNeeds() {
    ProcessSpec.Builder task = ProcessSpec.task("migrate", new OneTask(), "MIGRATE");
    Refused.with(
        "memory (4194304) is too little: a JVM needs at least 16777216 to start",
        () -> task.limits(ResourceLimits.builder().memory("4MiB")).build());
    Refused.with(
        "pids (5) is too little", () -> task.limits(ResourceLimits.builder().pids(5)).build());
    assertThat(task.limits(ResourceLimits.builder().memory("16MiB").pids(14)).build().name())
        .isEqualTo("migrate");
    assertThat(web().limits(ResourceLimits.builder().memory("4MiB").pids(1)).build().name())
        .as("a shell needs less")
        .isEqualTo("web");
  }

  @Test
  void optionsOfAJvmAreForTasksOnly() {
    Refused.with("must be given to a task only", () -> web().jvmOptions("-Xmx1g"));
    ProcessSpec task =
        ProcessSpec.task("migrate", new OneTask(), "MIGRATE").jvmOptions("-Xmx1g").build();
    assertThat(((Command.OfTask) task.command()).jvmOptions()).containsExactly("-Xmx1g");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1001, Integer.MAX_VALUE})
  void replicasOutOfTheirRangeAreRefused(int number) {
    Refused.with(
        "replicas (" + number + ") must be from 1 to 1000", () -> web().replicas(number).build());
  }

  @Test
  void replicasAreNumberedFromOne() {
    assertThat(web().replicas(3).build().instances()).containsExactly("web-1", "web-2", "web-3");
    assertThat(web().build().instances()).containsExactly("web");
  }

  @Test
  void durationsOutOfTheirRangeAreRefusedByTheirNames() {
    Refused.with(
        "start timeout (PT0S) must be at least 1ms", () -> web().startTimeout(ofMillis(0)));
    Refused.with("start timeout (PT-1S) must not be", () -> web().startTimeout(ofSeconds(-1)));
    Refused.with("must be at most 365d", () -> web().startTimeout(ENDLESS));
    Refused.with("settle (PT-0.001S) must not be negative", () -> web().settle(ofMillis(-1)));
    Refused.with("must be at most 365d", () -> web().settle(ENDLESS));
  }

  @Test
  void sizesOutOfTheirRangeAreRefused() {
    Refused.with("-1", () -> web().maxMemoryRestart("-1"));
    Refused.with(
        "maxMemoryRestart (1024) must be at least 1MiB", () -> web().maxMemoryRestart("1K"));
    Refused.with("99999999999999999999", () -> web().maxMemoryRestart("99999999999999999999"));
    Refused.with("9999999999T", () -> web().maxMemoryRestart("9999999999T"));
    Refused.with("memory: ", () -> web().limits(ResourceLimits.builder().memory("much")));
    Refused.with(
        "memory (-1) must be from", () -> web().limits(ResourceLimits.builder().memory(-1)));
    Refused.with("pids (0) must be from", () -> web().limits(ResourceLimits.builder().pids(0)));
    Refused.with(
        "cpuPercent (0) must be from", () -> web().limits(ResourceLimits.builder().cpuPercent(0)));
  }

  @Test
  void surroundingsOutOfTheirRangeAreRefused() {
    Refused.with("umask (037777777777) must be from 0 to 0777", () -> web().umask(-1));
    Refused.with("umask (010000) must be from 0 to 0777", () -> web().umask(010000));
    Refused.with("nice (20) must be from -20 to 19", () -> web().nice(20));
    Refused.with("nice (-21) must be from -20 to 19", () -> web().nice(-21));
    Refused.with("variable (A=B) must have a name without '='", () -> web().env("A=B", "c"));
    Refused.with("variable (A\uFFFD) must have a name", () -> web().env("A\0", "c"));
    Refused.with("must not begin with LUHPROC_", () -> web().env("LUHPROC_ID", "c"));
  }

  @Test
  void aGroupWithoutAUserIsRefused() {
    Refused.with("group (games) must be given with a user", () -> web().group("games").build());
  }

  @Test
  void aRefusedValueOfAVariableIsNotTold() {
    Refused.with("the value of variable KEY must not contain NUL", () -> web().env("KEY", "s3\0t"));
  }

  @Test
  void aHealthUrlWithoutAPortIsRefused() {
    Refused.with("port", () -> web().health(HealthCheck.http("http://127.0.0.1/")));
  }

  @Test
  void onlyWhatIsFixedAtTheLaunchNeedsARestart() {
    ProcessSpec before = web().build();
    List<UnaryOperator<ProcessSpec.Builder>> live =
        List.of(
            it -> it.limits(ResourceLimits.builder().pids(9)),
            it -> it.maxMemoryRestart("1G"),
            it -> it.health(HealthCheck.tcp("localhost", 80)),
            it -> it.restart(RestartPolicy.never()),
            it -> it.stop(StopPolicy.defaults().grace(ofSeconds(1))),
            it -> it.reload(Signal.HUP),
            it -> it.settle(ofSeconds(1)),
            it -> it.startTimeout(ofSeconds(1)),
            it -> it.logs(LogPolicy.defaults().withMaxBackups(9)),
            it -> it.replicas(2));
    List<UnaryOperator<ProcessSpec.Builder>> fixed =
        List.of(
            it -> it.env("A", "b"),
            it -> it.envFile(Path.of("x")),
            it -> it.directory(Path.of("/")),
            it -> it.user("nobody"),
            it -> it.group("nogroup").user("nobody"),
            it -> it.umask(077),
            it -> it.nice(1),
            it -> it.output(OutputMode.MERGED),
            it -> it.before("true"),
            ProcessSpec.Builder::once);
    assertThat(live).noneMatch(it -> it.apply(web()).build().needsRestartFrom(before));
    assertThat(fixed).allMatch(it -> it.apply(web()).build().needsRestartFrom(before));
    assertThat(ProcessSpec.shell("web", "sleep 61").build().needsRestartFrom(before)).isTrue();
  }
}
