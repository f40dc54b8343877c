package io.luhproc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerEnginesTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "k8s", ":x", "K8S:x", "k8s:a b", "k8s:a\nb"})
  void addressWithoutSchemeOrWithWhiteSpaceIsRefused(String address) {
    assertThatThrownBy(() -> WorkerEngines.open(address, "app", Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SCHEME:TARGET");
  }

  @Test
  void targetOfThisMachineIsRefused() {
    assertThat(WorkerEngines.checkAddress("local:")).isEqualTo("local:");
    assertThatThrownBy(() -> WorkerEngines.checkAddress("local:x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("engine (local:x) must be local: without a target, because it is this machine");
  }

  @Test
  void missingProviderIsNamedWithItsArtifact() {
    assertThatThrownBy(() -> WorkerEngines.open("k8s:batch", "app", Map.of()))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("k8s:batch")
        .hasMessageContaining("io.luhproc:luhproc-kubernetes");
  }

  @Test
  void requiredProviderIsSearchedWithoutOpeningEngine() {
    WorkerEngines.requireProvider("local:");
    WorkerEngines.requireProvider("fake:no-such-place");

    assertThatThrownBy(() -> WorkerEngines.requireProvider("slurm:batch"))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("slurm:batch")
        .hasMessageContaining("io.luhproc:luhproc-slurm");
    assertThatThrownBy(() -> WorkerEngines.requireProvider("nomad:batch"))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("; use one of local, fake");
    assertThatThrownBy(() -> WorkerEngines.requireProvider("batch"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
