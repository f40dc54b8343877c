package io.luhproc.log.rotate;

import static io.luhproc.log.rotate.TempLogDirectory.numberedLines;
import static io.luhproc.log.rotate.TempLogDirectory.texts;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.log.LogPolicy;
import io.luhproc.log.file.IndexFile;
import io.luhproc.log.file.LogStreamReader;
import io.luhproc.posix.Posix;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.VirtualTime;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A writer that opened its log without {@code O_APPEND}: its offset does not follow a collapse or a
 * truncation.
 */
final class NonAppendingWriterTest {
  private static final LogPolicy SMALL =
      LogPolicy.defaults().withMaxBytes(4096).withMaxBackups(1000);

  /** Prints 200 numbered lines for every line of its input, from a child of the first shell. */
  private static final String REOPENS_ITS_OUTPUT =
      "(exec >/dev/stdout; i=0; while read go; do n=0; while [ $n -lt 200 ]; do"
          + " i=$((i+1)); n=$((n+1)); echo \"line $i of many\"; done; done); true";

  @Test
  @Tag("process")
  void fileIsNotCollapsedWhileShellWritesToReopenedOutput() throws Exception {
    VirtualTime time = new VirtualTime();
    try (TempLogDirectory directory = TempLogDirectory.createOnDisk();
        LogMaintainer maintainer = directory.maintainer(SMALL, time, Posix.lazy())) {
      Process shell =
          new ProcessBuilder("sh", "-c", REOPENS_ITS_OUTPUT)
              .redirectOutput(Redirect.appendTo(directory.files().activeFile().toFile()))
              .start();
      try {
        Files.writeString(directory.path().resolve("pid"), shell.pid() + "\n");
        for (int last = 200; last <= 1000; last += 200) {
          shell.getOutputStream().write('\n');
          shell.getOutputStream().flush();
          List<String> expected = numberedLines(1, last);
          Eventually.holds(
              "lines to " + last,
              () -> texts(directory.log().since(Instant.EPOCH)).size() >= expected.size());
          time.advance(Duration.ofSeconds(1));
          maintainer.tick();
          assertThat(texts(directory.log().since(Instant.EPOCH))).isEqualTo(expected);
        }
      } finally {
        shell.destroyForcibly().waitFor();
      }
      assertThat(directory.files().rotatedFiles()).hasSizeGreaterThan(2);
      assertThat(new IndexFile(directory.files()).readHeader().baseOffset()).isZero();

      directory.writeNumberedLines(1001, 2000);
      time.advance(Duration.ofSeconds(1));
      maintainer.tick();
      assertThat(new IndexFile(directory.files()).readHeader().baseOffset()).isPositive();
      assertThat(texts(directory.log().since(Instant.EPOCH))).isEqualTo(numberedLines(1, 2000));
    }
  }

  @ParameterizedTest
  @EnumSource(LogRotatorCrashTest.FileSystemSupport.class)
  void holeOfUndetectedWriterIsLeftOutOfStream(LogRotatorCrashTest.FileSystemSupport support)
      throws IOException {
    VirtualTime time = new VirtualTime();
    try (TempLogDirectory directory = TempLogDirectory.createOnDisk();
        LogMaintainer maintainer = directory.maintainer(SMALL, time, support.posix());
        FileOutputStream writer = new FileOutputStream(directory.files().activeFile().toFile())) {
      for (int first = 1; first < 1000; first += 200) {
        for (String line : numberedLines(first, first + 199)) {
          writer.write((line + "\n").getBytes(US_ASCII));
        }
        time.advance(Duration.ofSeconds(1));
        maintainer.tick();
      }
      assertThat(directory.files().rotatedFiles()).hasSizeGreaterThan(1);
      assertThat(texts(directory.log().since(Instant.EPOCH))).isEqualTo(numberedLines(1, 1000));
      long bytes = numberedLines(1, 1000).stream().mapToLong(line -> line.length() + 1).sum();
      try (LogStreamReader reader = new LogStreamReader(directory.files())) {
        assertThat(reader.endOffset()).isEqualTo(bytes);
      }
    }
  }
}
