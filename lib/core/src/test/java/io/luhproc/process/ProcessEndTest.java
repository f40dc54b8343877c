package io.luhproc.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessEndTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @ParameterizedTest
  @CsvSource({"0", "1", "127", "128", "160", "162", "255"})
  void statusWithoutSignalIsExitCode(int status) {
    ProcessEnd end = ProcessEnd.ofExitStatus(NOON, status);
    assertThat(end.signal()).isEmpty();
    assertThat(end.exitCode()).hasValue(status);
    assertThat(end.reason()).isEqualTo("exited with code " + status);
  }

  @ParameterizedTest
  @CsvSource({"137, KILL", "143, TERM", "135, BUS", "153, XFSZ", "159, SYS"})
  void statusAbove128IsDeathBySignal(int status, Signal signal) {
    assertThat(ProcessEnd.ofExitStatus(NOON, status).signal()).contains(signal);
    assertThat(ProcessEnd.ofExitStatus(NOON, status).reason()).isEqualTo("killed by SIG" + signal);
  }

  @Test
  void exitCodeAbove128IsNoSignal() {
    ProcessEnd end = ProcessEnd.ofExitCode(NOON, 139);
    assertThat(end.signal()).isEmpty();
    assertThat(end.isKilled()).isFalse();
    assertThat(end.reason()).isEqualTo("exited with code 139");
  }

  @Test
  void realTimeSignalHasNumberOnly() {
    ProcessEnd end = ProcessEnd.ofSignal(NOON, 34);
    assertThat(end.signal()).isEmpty();
    assertThat(end.isKilled()).isTrue();
    assertThat(end.exitCode()).hasValue(162);
    assertThat(end.reason()).isEqualTo("killed by signal 34");
    assertThat(ProcessEnd.ofSignal(NOON, 11).reason()).isEqualTo("killed by SIGSEGV");
  }

  @Test
  void exit143AndDeathByTermAreIndistinguishable() throws Exception {
    int exited = new ProcessBuilder("sh", "-c", "exit 143").start().waitFor();
    int killed = new ProcessBuilder("sh", "-c", "kill -TERM $$").start().waitFor();
    assertThat(ProcessEnd.ofExitStatus(NOON, exited))
        .isEqualTo(ProcessEnd.ofExitStatus(NOON, killed));
  }
}
