package io.luhproc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  @Test
  void readmeListsEveryExitCode() throws IOException {
    String page = Files.readString(Path.of("README.md"));
    for (ExitCode code : ExitCode.values()) {
      assertThat(page).contains("| " + code.code() + " | " + code.description() + " |");
    }
  }
}
