package io.luhproc.log.rotate;

import static io.luhproc.log.rotate.TempLogDirectory.numberedLines;
import static io.luhproc.log.rotate.TempLogDirectory.texts;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.log.LogPolicy;
import io.luhproc.log.file.IndexFile;
import io.luhproc.testing.VirtualTime;
import java.io.FileOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A writer that opened its log without {@code O_APPEND}: its offset does not follow a collapse or a
 * truncation.
 */
final class NonAppendingWriterTest {
  private static final LogPolicy SMALL =
      LogPolicy.defaults().withMaxBytes(4096).withMaxBackups(1000);

  @ParameterizedTest
  @EnumSource(LogRotatorCrashTest.FileSystemSupport.class)
  void linesAreKeptAndRemovedBytesReadAsNuls(LogRotatorCrashTest.FileSystemSupport support)
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
      assertThat(directory.files().rotatedFiles()).hasSizeGreaterThan(2);
      List<String> lines = texts(directory.log().since(Instant.EPOCH));
      assertThat(lines)
          .extracting(line -> line.replace("\0", ""))
          .isEqualTo(numberedLines(1, 1000));
      boolean bytesRemoved = new IndexFile(directory.files()).readHeader().baseOffset() > 0;
      assertThat(lines.stream().anyMatch(line -> line.startsWith("\0"))).isEqualTo(bytesRemoved);
    }
  }
}
