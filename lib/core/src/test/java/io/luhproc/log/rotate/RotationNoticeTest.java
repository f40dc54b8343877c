package io.luhproc.log.rotate;

import static io.luhproc.log.rotate.TempLogDirectory.numberedLines;
import static io.luhproc.log.rotate.TempLogDirectory.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.log.LogPolicy;
import io.luhproc.log.file.LogStreamReader;
import io.luhproc.log.file.RotatedFile;
import io.luhproc.posix.Posix;
import io.luhproc.testing.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The text at the front of the active file after a rotation. */
final class RotationNoticeTest {
  private static final LogPolicy SMALL =
      LogPolicy.defaults().withMaxBytes(5000).withMaxBackups(1000);

  private final VirtualTime time = new VirtualTime();
  private TempLogDirectory directory;

  @BeforeEach
  void createDirectory() throws IOException {
    directory = TempLogDirectory.createOnDisk();
  }

  @AfterEach
  void deleteDirectory() throws IOException {
    directory.close();
  }

  @Test
  void activeFileIsTextAndNamesRotatedFileAfterEveryRotation() throws IOException {
    try (LogMaintainer maintainer = directory.maintainer(SMALL, time, Posix.lazy())) {
      int last = 0;
      for (int i = 0; i < 40; i++) {
        directory.writeNumberedLines(last + 1, last + 600 + i * 7);
        last += 600 + i * 7;
        time.advance(Duration.ofSeconds(1));
        maintainer.tick();
        assertStartsWithNotice();
        assertThat(texts(directory.log().since(Instant.EPOCH))).isEqualTo(numberedLines(1, last));
      }
      assertThat(endOffset()).isEqualTo(bytesOf(numberedLines(1, last)));
    }
  }

  private void assertStartsWithNotice() throws IOException {
    List<RotatedFile> rotated = directory.files().rotatedFiles();
    String newest = rotated.get(rotated.size() - 1).path().getFileName().toString();
    assertThat(Files.readString(directory.files().activeFile()))
        .doesNotContain("\0")
        .startsWith("[luhproc: earlier output is in " + newest + "] ...");
  }

  @Test
  void noticeIsNoOutputWhenIndexIsLost() throws IOException {
    try (LogMaintainer maintainer = directory.maintainer(SMALL, time, Posix.lazy())) {
      directory.writeNumberedLines(1, 1000);
      maintainer.tick();
    }
    Files.delete(directory.files().indexFile());
    assertThat(texts(directory.log().since(Instant.EPOCH))).isEqualTo(numberedLines(1, 1000));
    try (LogMaintainer maintainer = directory.maintainer(SMALL, time, Posix.lazy())) {
      directory.writeNumberedLines(1001, 2000);
      maintainer.tick();
      assertThat(texts(directory.log().since(Instant.EPOCH))).isEqualTo(numberedLines(1, 2000));
    }
  }

  @Test
  void offsetsAndLinesContinueWhenIndexIsLostUnderRunningMaintainer() throws IOException {
    try (LogMaintainer maintainer = directory.maintainer(SMALL, time, Posix.lazy())) {
      directory.writeNumberedLines(1, 1000);
      maintainer.tick();
      Files.delete(directory.files().indexFile());
      for (int first = 1001; first < 3000; first += 100) {
        directory.writeNumberedLines(first, first + 99);
        time.advance(Duration.ofSeconds(1));
        maintainer.tick();
      }
      assertThat(texts(directory.log().since(Instant.EPOCH))).isEqualTo(numberedLines(1, 3000));
      assertThat(endOffset()).isEqualTo(bytesOf(numberedLines(1, 3000)));
    }
  }

  private long endOffset() throws IOException {
    try (LogStreamReader reader = new LogStreamReader(directory.files())) {
      return reader.endOffset();
    }
  }

  private static long bytesOf(List<String> lines) {
    return lines.stream().mapToLong(line -> line.length() + 1).sum();
  }
}
