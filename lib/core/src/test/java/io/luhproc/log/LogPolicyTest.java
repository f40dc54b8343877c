package io.luhproc.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{date}",
        "{date}.txt",
        "{date}.log.gz",
        "../{date}.log",
        "/tmp/{date}.log",
        "{stream}/{date}.log",
        ".{date}.log",
        "{date}{date}.log",
        "{date} {time}.log",
        "{process} {process} {date}.log",
        "{date}\n.log",
        "{date}\u0000.log",
        "\u00fc {date}.log"
      })
  void namesThatAreNoneAreRejected(String pattern) {
    assertThatThrownBy(() -> LogPolicy.defaults().withName(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("name (")
        .hasMessageContaining(") must end with .log and have printable ASCII characters")
        .hasMessageMatching("[ -~]+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.log", "err.log", "{stream}.log", "{process}.log"})
  void namesOfLiveFilesAreRejected(String pattern) {
    assertThatThrownBy(() -> LogPolicy.defaults().withName(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "name (%s) must contain {date}: only live files have a name without a date", pattern);
  }

  @Test
  void nameThatIsTooLongWithProcessIsRejected() {
    LogPolicy policy = LogPolicy.defaults();
    String rest = "x".repeat(155 - 64 - "{date}.log".length());
    String longest = "{process}" + rest + "{date}.log";
    assertThatThrownBy(() -> policy.withName("x" + longest))
        .hasMessageEndingWith("must have at most 155 characters, of which {process} takes 64");
    assertThat(policy.withName(longest).forProcess("p".repeat(200)).name())
        .contains("p".repeat(64) + rest + "{date}.log");
  }
}
