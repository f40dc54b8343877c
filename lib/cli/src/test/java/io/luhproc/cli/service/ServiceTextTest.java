package io.luhproc.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.cli.client.ProcessView;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceTextTest {
  private static ProcessView healthyProcess(Optional<Long> pid) {
    return new ProcessView(
        "web",
        pid.isPresent() ? "running" : "inactive",
        true,
        pid,
        Optional.empty(),
        Optional.empty(),
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of("healthy"),
        false);
  }

  @Test
  void endedProcessHasNoHealth() {
    assertThat(ServiceText.health(healthyProcess(Optional.of(7L)))).isEqualTo("healthy");
    assertThat(ServiceText.health(healthyProcess(Optional.empty()))).isEqualTo("-");
  }
}
