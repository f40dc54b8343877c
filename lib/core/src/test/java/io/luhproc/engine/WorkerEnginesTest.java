package io.luhproc.engine;

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
  void missingProviderIsNamedWithItsArtifact() {
    assertThatThrownBy(() -> WorkerEngines.open("k8s:batch", "app", Map.of()))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("k8s:batch")
        .hasMessageContaining("io.luhproc:luhproc-kubernetes");
  }
}
