package io.luhproc.log.rotate;

import static io.luhproc.log.rotate.TempLogDirectory.numberedLines;
import static io.luhproc.log.rotate.TempLogDirectory.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.log.LogPolicy;
import io.luhproc.log.file.IndexFile;
import io.luhproc.posix.Posix;
import io.luhproc.testing.VirtualTime;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Truncation of the active file by another program, such as {@code truncate -s 0 out.log}. */
final class ExternalTruncationTest {
  private static final LogPolicy SMALL =
      LogPolicy.defaults().withMaxBytes(4096).withMaxBackups(1000);

  private static final int MIN_LINE_BYTES = TempLogDirectory.numberedLine(100).length();

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

  private static Posix posix(boolean collapse) {
    return collapse ? Posix.lazy() : new FaultyPosix().withoutCollapse();
  }

  private void truncate() throws IOException {
    try (FileChannel active =
        FileChannel.open(directory.files().activeFile(), StandardOpenOption.WRITE)) {
      active.truncate(0);
    }
  }

  private void tick(LogMaintainer maintainer) {
    time.advance(Duration.ofSeconds(1));
    maintainer.tick();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void rotatedFilesAndLaterLinesAreKeptWhenTruncatedAfterRotation(boolean collapse)
      throws IOException {
    try (LogMaintainer maintainer = directory.maintainer(SMALL, time, posix(collapse))) {
      directory.writeNumberedLines(1, 300);
      tick(maintainer);
      assertThat(punchedBytes()).isPositive();
      List<String> before = texts(directory.log().since(Instant.EPOCH));
      assertThat(before).isEqualTo(numberedLines(1, 300));
      int active = activeLines();

      truncate();
      tick(maintainer);
      assertThat(punchedBytes()).isZero();
      directory.writeNumberedLines(301, 800);
      tick(maintainer);

      List<String> expected = new ArrayList<>(numberedLines(1, 300 - active));
      expected.addAll(numberedLines(301, 800));
      assertThat(texts(directory.log().since(Instant.EPOCH))).isEqualTo(expected);
      assertThat(directory.concatenateFiles().lines().toList()).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void truncationIsNoticedByNextRotationWhenFileHasGrownBeyondOldSize(boolean collapse)
      throws IOException {
    try (LogMaintainer maintainer = directory.maintainer(SMALL, time, posix(collapse))) {
      directory.writeNumberedLines(1, 300);
      tick(maintainer);
      long punchedBytes = punchedBytes();
      assertThat(punchedBytes).isPositive();

      truncate();
      // Grown beyond its old size before the next tick.
      directory.writeNumberedLines(301, 2000);
      assertLastLinesAreRead(301 + (int) (punchedBytes / MIN_LINE_BYTES), 2000);
      tick(maintainer);
      assertLastLinesAreRead(301, 2000);
    }
  }

  private void assertLastLinesAreRead(int from, int to) {
    assertThat(texts(directory.log().tail(to - from + 1))).isEqualTo(numberedLines(from, to));
  }

  private long punchedBytes() throws IOException {
    return new IndexFile(directory.files()).readHeader().punchedBytes();
  }

  /** Returns the number of lines that are in the active file. */
  private int activeLines() throws IOException {
    long bytes = directory.files().activeSize() - punchedBytes();
    int lines = 0;
    for (int number = 300; bytes > 0; number--) {
      bytes -= TempLogDirectory.numberedLine(number).length() + 1;
      lines++;
    }
    return lines;
  }
}
