package io.luhproc.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages of sd_notify(3). */
class NotifyMessageTest {

  @Test
  void everyFieldIsRead() {
    NotifyMessage message =
        NotifyMessage.parse(
            """
            READY=1
            STATUS=Serving 3=three
            MAINPID=42
            WATCHDOG=1
            STOPPING=1
            EXTEND_TIMEOUT_USEC=2500000
            X_OTHER=1
            """);
    assertThat(message.ready()).isTrue();
    assertThat(message.stopping()).isTrue();
    assertThat(message.watchdog()).isTrue();
    assertThat(message.status()).hasValue("Serving 3=three");
    assertThat(message.mainPid()).hasValue(42L);
    assertThat(message.extension()).hasValue(Duration.ofMillis(2500));
    assertThat(NotifyMessage.parse("WATCHDOG=trigger").watchdogFailed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n\n",
        "READY",
        "READY=",
        "READY=0",
        "READY=11",
        " READY=1",
        "=1",
        "ready=1",
        "MAINPID=-1",
        "MAINPID=x",
        "EXTEND_TIMEOUT_USEC=",
        "EXTEND_TIMEOUT_USEC=1e9",
        "EXTEND_TIMEOUT_USEC=99999999999999999999",
        "WATCHDOG=2"
      })
  void malformedFieldSaysNothing(String text) {
    assertThat(NotifyMessage.parse(text)).isEqualTo(NotifyMessage.EMPTY);
  }

  @Test
  void endlessExtensionIsBounded() {
    assertThat(NotifyMessage.parse("EXTEND_TIMEOUT_USEC=999999999999999999").extension())
        .hasValue(Duration.ofDays(365));
  }

  @Test
  void statusHasNoControlCharactersAndIsCut() {
    NotifyMessage message = NotifyMessage.parse("STATUS=\u001b[2J" + "x".repeat(5000));
    assertThat(message.status().orElseThrow()).startsWith("?[2Jx").hasSize(256);
  }

  @Test
  void laterStatusReplacesEarlierOneInAMergedMessage() {
    NotifyMessage first = NotifyMessage.parse("READY=1\nSTATUS=one");
    NotifyMessage merged = first.merge(NotifyMessage.parse("STATUS=two\nWATCHDOG=1"));
    assertThat(merged.ready()).isTrue();
    assertThat(merged.watchdog()).isTrue();
    assertThat(merged.status()).hasValue("two");
  }
}
