package io.luhproc.log;

import static io.luhproc.log.rotate.TempLogDirectory.numberedLine;
import static io.luhproc.log.rotate.TempLogDirectory.numberedLines;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.log.file.RotatedFile;
import io.luhproc.log.rotate.LogMaintainer;
import io.luhproc.log.rotate.TempLogDirectory;
import io.luhproc.posix.Posix;
import io.luhproc.testing.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reading of a log from a saved position. */
final class LogCursorTest {
  private static final LogPolicy SMALL =
      LogPolicy.defaults().withMaxBytes(4096).withMaxBackups(1000);

  private final VirtualTime time = new VirtualTime();
  private TempLogDirectory directory;
  private Optional<String> saved = Optional.empty();
  private long lost;

  @BeforeEach
  void createDirectory() throws IOException {
    directory = TempLogDirectory.createOnDisk();
  }

  @AfterEach
  void deleteDirectory() throws IOException {
    directory.close();
  }

  private LogCursor open() {
    return LogCursor.open(directory.path(), LogStream.OUT, saved);
  }

  /** Reads at most a number of lines, and saves the position after them. */
  private List<String> read(int count) {
    List<String> texts = new ArrayList<>();
    try (LogCursor cursor = open()) {
      Optional<LogLine> line = count == 0 ? Optional.empty() : cursor.next();
      while (line.isPresent()) {
        texts.add(line.get().text());
        line = texts.size() < count ? cursor.next() : Optional.empty();
      }
      saved = Optional.of(cursor.position());
      lost += cursor.lostBytes();
    }
    return texts;
  }

  private void rotate(LogPolicy policy) throws IOException {
    time.advance(Duration.ofSeconds(1));
    try (LogMaintainer maintainer = directory.maintainer(policy, time, Posix.lazy())) {
      maintainer.tick();
      time.advance(Duration.ofSeconds(1));
      maintainer.tick();
    }
  }

  @Test
  void missingDirectoryReadsAsEmpty() {
    saved = Optional.of("nonsense");
    try (LogCursor cursor =
        LogCursor.open(directory.path().resolve("none"), LogStream.ERR, saved)) {
      assertThat(cursor.next()).isEmpty();
      assertThat(cursor.nextIncomplete()).isEmpty();
      assertThat(cursor.unreadBytes()).isZero();
      assertThat(LogCursor.isPosition(cursor.position())).isTrue();
    }
  }

  @Test
  void positionSavedBeforeFileExistsIsItsBeginning() throws IOException {
    assertThat(read(10)).isEmpty();
    directory.writeNumberedLines(1, 2);

    assertThat(read(10)).isEqualTo(numberedLines(1, 2));
  }

  @Test
  void everyPositionContinuesAfterItsLineWhateverIsRotatedMeanwhile() throws IOException {
    Random random = new Random(7);
    List<String> all = new ArrayList<>();
    int written = 0;
    for (int round = 0; round < 60; round++) {
      int to = written + random.nextInt(120);
      if (to > written) {
        directory.writeNumberedLines(written + 1, to);
        written = to;
      }
      switch (random.nextInt(4)) {
        case 0 -> rotate(SMALL);
        case 1 -> rotate(SMALL.withGzip(true));
        default -> {}
      }
      all.addAll(read(random.nextInt(100)));
    }
    all.addAll(read(Integer.MAX_VALUE));

    assertThat(all).isEqualTo(numberedLines(1, written));
    assertThat(lost).isZero();
  }

  @Test
  void lineSplitByRotationIsReadAsOne() throws IOException {
    String longLine = "x".repeat(20_000);
    directory.write("first\n" + longLine + "\nlast\n");
    assertThat(read(1)).containsExactly("first");
    rotate(SMALL);

    assertThat(read(1)).containsExactly(longLine);
    assertThat(read(1)).containsExactly("last");
  }

  @Test
  void bytesExpiredBeforeTheyAreReadAreCounted() throws IOException {
    directory.writeNumberedLines(1, 2000);
    assertThat(read(100)).isEqualTo(numberedLines(1, 100));
    rotate(SMALL);
    rotate(SMALL.withMaxBackups(1));

    List<String> rest = read(Integer.MAX_VALUE);

    int first = 2001 - rest.size();
    assertThat(rest).isEqualTo(numberedLines(first, 2000)).hasSizeLessThan(1000);
    assertThat(lost).isEqualTo(bytesOf(101, first - 1));
  }

  @Test
  void bytesAreCountedAsLostWhenAllKnownFilesExpired() throws IOException {
    directory.writeNumberedLines(1, 500);
    rotate(SMALL);
    assertThat(read(110)).isEqualTo(numberedLines(1, 110));
    directory.writeNumberedLines(501, 3000);
    rotate(SMALL);
    rotate(SMALL.withMaxBackups(2));

    List<String> rest = read(Integer.MAX_VALUE);

    int first = 3001 - rest.size();
    assertThat(rest).isEqualTo(numberedLines(first, 3000));
    assertThat(lost).isEqualTo(bytesOf(111, first - 1));
  }

  private static long bytesOf(int from, int to) {
    return numberedLines(from, to).stream().mapToLong(it -> it.length() + 1L).sum();
  }

  @Test
  void truncationWhileClosedIsNoticed() throws IOException {
    directory.writeNumberedLines(1, 10);
    assertThat(read(10)).hasSize(10);
    Files.write(directory.files().activeFile(), new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
    directory.writeNumberedLines(101, 120);

    assertThat(read(Integer.MAX_VALUE)).isEqualTo(numberedLines(101, 120));
  }

  @Test
  void lostIndexDoesNotMovePosition() throws IOException {
    directory.writeNumberedLines(1, 1000);
    rotate(SMALL);
    assertThat(read(900)).hasSize(900);
    Files.delete(directory.files().indexFile());

    assertThat(read(Integer.MAX_VALUE)).isEqualTo(numberedLines(901, 1000));
  }

  @Test
  void restOfIncompleteLineIsAnotherLineAlsoAfterReopening() throws IOException {
    directory.write("prompt");
    try (LogCursor cursor = open()) {
      assertThat(cursor.next()).isEmpty();
      assertThat(cursor.unreadBytes()).isEqualTo(6);
      assertThat(cursor.nextIncomplete()).map(LogLine::text).contains("prompt");
      assertThat(cursor.unreadBytes()).isZero();
      saved = Optional.of(cursor.position());
    }
    directory.write("\nnext\n");

    assertThat(read(10)).containsExactly("next");
  }

  @Test
  void incompleteLineIsReadAsWholeIfItWasNotTaken() throws IOException {
    directory.write("one\ntw");
    assertThat(read(10)).containsExactly("one");
    directory.write("o\n");

    assertThat(read(10)).containsExactly("two");
  }

  @Test
  void piecesOfLongLineKeepPosition() throws IOException {
    String longLine = "ä".repeat(100_000);
    directory.write(longLine + "\nend\n");
    StringBuilder text = new StringBuilder();
    while (text.length() < longLine.length()) {
      read(1).forEach(text::append);
    }

    assertThat(text.toString()).isEqualTo(longLine);
    assertThat(read(1)).containsExactly("end");
  }

  @Test
  void timeOfLineIsFoundInLongIndex() throws IOException {
    try (LogMaintainer maintainer =
        directory.maintainer(LogPolicy.defaults(), time, Posix.lazy())) {
      for (int i = 1; i <= 400; i++) {
        directory.write(numberedLine(i) + "\n");
        time.advance(Duration.ofSeconds(2));
        maintainer.tick();
      }
    }
    List<LogLine> lines = new ArrayList<>();
    assertThat(read(390)).hasSize(390);
    try (LogCursor cursor = open()) {
      cursor.next().ifPresent(lines::add);
    }
    saved = Optional.empty();
    try (LogCursor cursor = open()) {
      cursor.next().ifPresent(lines::add);
    }

    assertThat(lines).extracting(LogLine::time).isEqualTo(List.of(timeOf(391), timeOf(1)));
  }

  private Instant timeOf(int line) {
    return time.now().minus(Duration.ofSeconds(2L * (400 - line)));
  }

  @Test
  void damagedPositionIsNone() throws IOException {
    directory.writeNumberedLines(1, 3);
    read(2);
    String position = saved.orElseThrow();

    assertThat(LogCursor.isPosition(position)).isTrue();
    assertThat(position.getBytes(UTF_8)).hasSizeLessThan(1024);
    for (String damaged :
        List.of("", position.substring(0, 25), position + " 5", "x" + position, position + "*")) {
      assertThat(LogCursor.isPosition(damaged)).as(damaged).isFalse();
    }
  }

  @Test
  void rotatedFileDamagedWhileClosedIsSkipped() throws IOException {
    directory.writeNumberedLines(1, 1000);
    read(10);
    rotate(SMALL.withGzip(true));
    List<RotatedFile> files = directory.files().rotatedFiles();
    Files.write(files.get(1).path(), new byte[] {1, 2, 3});

    assertThat(read(Integer.MAX_VALUE)).contains(numberedLine(11), numberedLine(1000));
  }
}
