package io.luhproc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ExitCodeTest {

  @Test
  void exitCodesAreDistinct() {
    assertThat(Arrays.stream(ExitCode.values()).map(ExitCode::code)).doesNotHaveDuplicates();
  }

  @Test
  void exitCodesStayBelowThoseOfSysexitsAndShells() {
    assertThat(Arrays.stream(ExitCode.values()).map(ExitCode::code))
        .allMatch(code -> code >= 0 && code < 64);
  }
}
