package io.luhproc.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.health.HealthCheck;
import io.luhproc.limits.ResourceLimits;
import io.luhproc.process.OutputMode;
import io.luhproc.process.Signal;
import io.luhproc.worker.ProcessManager;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What a process that an engine runs must not have. */
class RemoteProcessSpecTest {
  private static ProcessSpec.Builder remote() {
    return ProcessSpec.command("web", "true").remote("k8s:batch");
  }

  @Test
  void settingThatEnginesDoNotSupportIsRefused() {
    List<UnaryOperator<ProcessSpec.Builder>> settings =
        List.of(
            it -> it.health(HealthCheck.exec("true")),
            it -> it.execStartPre("true"),
            it -> it.reload(Signal.HUP),
            it -> it.user("nobody"),
            it -> it.umask(0),
            it -> it.nice(1),
            it -> it.output(OutputMode.INHERIT),
            it -> it.limits(ResourceLimits.builder().pids(9)),
            it -> it.maxMemoryRestart("1GiB"));
    assertThat(settings)
        .allSatisfy(
            setting ->
                assertThatThrownBy(() -> setting.apply(remote()).build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("engine (k8s:batch) must be given without ")
                    .hasMessageEndingWith(", which engines cannot do"));
  }

  @Test
  void readinessThatEnginesDoNotReportIsRefusedWithOneThatTheyDo() {
    assertThat(List.of(Readiness.sdNotify(), Readiness.task()))
        .allSatisfy(
            readiness ->
                assertThatThrownBy(() -> task().ready(readiness).build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                        "engine (k8s:batch) must be given without a readiness that waits for %s,"
                            + " which engines cannot do; use Readiness.logLine, a line of its log",
                        readiness.describe()));
  }

  private static ProcessSpec.Builder task() {
    ProcessManager app =
        ProcessManager.builder().mainClass("app.Main").task("WEB", it -> {}).build();
    return ProcessSpec.task("web", app, "WEB").remote("k8s:batch");
  }

  @Test
  void lineOfLogIsAllowed() {
    Readiness line = Readiness.logLine("listening");

    assertThat(remote().ready(line).build().start().readiness()).isEqualTo(line);
  }

  @Test
  void addressOfThisMachineIsNoEngine() {
    assertThat(ProcessSpec.command("web", "true").remote("local:").nice(1).build().engine())
        .isEmpty();
  }

  @Test
  void addressWithoutSchemeIsRefused() {
    assertThatThrownBy(() -> ProcessSpec.command("web", "true").remote("batch"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SCHEME:TARGET");
  }

  @Test
  void changeOfEngineNeedsRestart() {
    ProcessSpec local = ProcessSpec.command("web", "true").build();

    assertThat(remote().build().needsRestartFrom(local)).isTrue();
    assertThat(remote().build().needsRestartFrom(remote().build())).isFalse();
  }
}
