package io.luhproc.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogPositionTest {
  @Test
  void textIsReadBack() {
    LogPosition position = new LogPosition(7, 999_999_999_999_999_999L);

    assertThat(position.format()).isEqualTo("7:999999999999999999");
    assertThat(LogPosition.parse(position.format())).isEqualTo(position);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ":", "7", "7:", ":7", "-1:0", "7:8:9", "7:x", "7 :8", "1:1000000000000000000"})
  void otherTextIsRefused(String text) {
    assertThatThrownBy(() -> LogPosition.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cursor (" + text + ") must be that of a line");
  }
}
