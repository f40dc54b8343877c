package io.luhproc.log;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Validation of policies. */
final class LogPolicyTest {
  @Test
  void outOfRangePolicyValuesAreRejected() {
    assertThatThrownBy(() -> LogPolicy.defaults().withMaxBytes(4095))
        .hasMessage("maxBytes (4095) must be at least 4096");
    assertThatThrownBy(() -> LogPolicy.defaults().withMaxBackups(0))
        .hasMessage("maxBackups (0) must be at least 1");
    assertThatThrownBy(() -> LogPolicy.defaults().withMaxAge(Duration.ZERO))
        .hasMessage("maxAge (PT0S) must be longer than zero");
  }
}
