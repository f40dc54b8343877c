package io.luhproc.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.luhproc.process.Signal;
import io.luhproc.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that both implementations of {@link Posix} behave alike. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class PosixTest {
  private static final int SIZE = 1 << 18;
  private static final int RANGE = 1 << 16;

  @TempDir Path directory;

  static List<Posix> implementations() {
    return List.of(JnrPosix.load(), new ShellPosix());
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void killSignalsProcessAndReturnsFalseAfterItsExit(Posix posix) throws Exception {
    Process process = new ProcessBuilder("sleep", "600").start();
    assertThat(posix.kill(process.pid(), 0)).isTrue();
    assertThat(posix.kill(process.pid(), Signal.KILL.number())).isTrue();
    assertThat(process.waitFor()).isEqualTo(137);
    assertThat(posix.kill(process.pid(), 0)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void killFailsForInvalidSignal(Posix posix) {
    assertThatThrownBy(() -> posix.kill(ProcessHandle.current().pid(), 999))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "cannot send signal 999 to " + ProcessHandle.current().pid() + ": ");
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void punchedRangeReadsAsZerosAndSizeIsKept(Posix posix) throws IOException {
    Path file = writeFile();
    assumeThat(posix.punchHole(file, RANGE, RANGE)).as("supported by this file system").isTrue();
    byte[] expected = content();
    Arrays.fill(expected, RANGE, 2 * RANGE, (byte) 0);
    assertThat(file).hasBinaryContent(expected);
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void collapsedRangeIsRemovedOrFileIsUnchanged(Posix posix) throws IOException {
    Path file = writeFile();
    boolean isSupported = posix.collapseRange(file, 0, RANGE);
    byte[] content = content();
    assertThat(file)
        .hasBinaryContent(isSupported ? Arrays.copyOfRange(content, RANGE, SIZE) : content);
    assertThat(posix.collapseRange(file, 1, RANGE)).as("offset within a block").isFalse();
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void punchHoleFailsForMissingFile(Posix posix) {
    Path missing = directory.resolve("missing");
    assertThatThrownBy(() -> posix.punchHole(missing, 0, RANGE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(missing.toString());
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1})
  void killRejectsPidsWithSpecialMeaning(long pid) {
    assertThatThrownBy(() -> Posix.lazy().kill(pid, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pid (" + pid + ") must address one process or one group");
  }

  @Test
  void setsidFailsWithRemedyWithoutNativeAccess() {
    assertThatThrownBy(() -> new ShellPosix().setsid())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot create a session: ")
        .hasMessageContaining("--enable-native-access=ALL-UNNAMED");
  }

  private Path writeFile() throws IOException {
    return Files.write(directory.resolve("file"), content());
  }

  private static byte[] content() {
    byte[] content = new byte[SIZE];
    for (int i = 0; i < SIZE; i++) {
      content[i] = (byte) (1 + i / RANGE);
    }
    return content;
  }
}
