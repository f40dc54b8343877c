package io.luhproc.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalTest {
  @ParameterizedTest
  @ValueSource(strings = {"TERM", "term", "SIGTERM", "sigterm", " Term ", "15"})
  void signalIsParsedFromNameOrNumber(String text) {
    assertThat(Signal.parse(text)).isEqualTo(Signal.TERM);
  }

  @ParameterizedTest
  @CsvSource({"SIGCLD, CHLD", "iot, ABRT", "POLL, IO", "sigTtin, TTIN", "31, SYS"})
  void aliasesAreParsed(String text, Signal signal) {
    assertThat(Signal.parse(text)).isEqualTo(signal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SIG",
        "TERMINATE",
        "0",
        "-9",
        "64",
        "15.0",
        "TERM,INT",
        "SIGSIGTERM",
        "RTMIN"
      })
  void unknownSignalIsRejectedWithListOfAll(String text) {
    assertThatThrownBy(() -> Signal.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("signal (" + text + ") must be one of [HUP, INT, QUIT, ")
        .hasMessageContaining("USR1");
  }

  @ParameterizedTest
  @EnumSource
  void everySignalIsFoundByNameAndNumber(Signal signal) {
    assertThat(Signal.parse(signal.name())).isEqualTo(signal);
    assertThat(Signal.of(signal.number())).contains(signal);
  }

  @Test
  void unknownNumberIsEmpty() {
    assertThat(Signal.of(0)).isEmpty();
    assertThat(Signal.of(40)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void numbersMatchKernel(Signal signal) throws Exception {
    // kill -l is built into every POSIX shell and prints the signal numbers of this machine.
    Process shell =
        new ProcessBuilder("sh", "-c", "kill -l " + signal.number())
            .redirectErrorStream(true)
            .start();
    String name =
        new String(shell.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
    assertThat(shell.waitFor()).isZero();
    // dash has no name for this signal.
    boolean nameless = signal == Signal.STKFLT && name.equals("16");
    assertThat(nameless || name.equals(signal.name())).as("%s is %s", name, signal).isTrue();
  }
}
