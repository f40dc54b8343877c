package io.luhproc.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.health.HealthCheck;
import io.luhproc.limits.ResourceLimits;
import io.luhproc.process.OutputMode;
import io.luhproc.process.Signal;
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
            it -> it.ready(Readiness.logLine("ready")),
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
