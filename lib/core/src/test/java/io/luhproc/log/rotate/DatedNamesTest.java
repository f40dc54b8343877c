package io.luhproc.log.rotate;

import static io.luhproc.log.rotate.TempLogDirectory.numberedLines;
import static io.luhproc.log.rotate.TempLogDirectory.texts;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.log.LogCursor;
import io.luhproc.log.LogLine;
import io.luhproc.log.LogPolicy;
import io.luhproc.log.LogStream;
import io.luhproc.log.file.RotatedFile;
import io.luhproc.posix.Posix;
import io.luhproc.testing.VirtualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rotated files with a name by day: rotation by size and by day, retention and reading. */
final class DatedNamesTest {
  private static final LogPolicy SMALL =
      LogPolicy.defaults().withMaxBytes(4096).withMaxBackups(1000);
  private static final LogPolicy DATED = SMALL.withName("{process} {date}.log").forProcess("web");
  // Lines 1 to 500 fill two rotated files of 4096 bytes, and a part of the live one.
  private static final int LINES_OF_TWO_FILES = 500;

  private final VirtualTime time = new VirtualTime();
  private TempLogDirectory directory;
  private int lines;

  @BeforeEach
  void createDirectory() throws IOException {
    directory = TempLogDirectory.createOnDisk();
  }

  @AfterEach
  void deleteDirectory() throws IOException {
    directory.close();
  }

  /** Appends the next lines at the virtual time. */
  private void writeLines(int count) throws IOException {
    directory.writeNumberedLines(lines + 1, lines + count);
    lines += count;
    setFileTime();
  }

  private void setFileTime() throws IOException {
    Files.setLastModifiedTime(directory.files().activeFile(), FileTime.from(time.now()));
  }

  private LogMaintainer open(LogPolicy policy) {
    return directory.maintainer(policy, time, Posix.lazy());
  }

  private void maintain(LogPolicy policy) {
    try (LogMaintainer maintainer = open(policy)) {
      maintainer.tick();
    }
  }

  private List<String> rotatedNames() throws IOException {
    return directory.files().rotatedFiles().stream()
        .map(it -> it.path().getFileName().toString())
        .toList();
  }

  private List<String> readAll() {
    return texts(directory.log().since(Instant.EPOCH));
  }

  private void assertNothingIsLost() throws IOException {
    assertThat(readAll()).isEqualTo(numberedLines(1, lines));
    assertThat(directory.concatenateFiles().lines().toList()).isEqualTo(numberedLines(1, lines));
  }

  private List<String> linesOf(String name) throws IOException {
    return Files.readAllLines(directory.path().resolve(name));
  }

  @Test
  void filesOfOneDayHaveCounterAndLiveFileKeepsItsName() throws IOException {
    writeLines(LINES_OF_TWO_FILES);
    maintain(DATED);
    writeLines(LINES_OF_TWO_FILES);
    maintain(DATED);
    assertThat(rotatedNames())
        .containsExactly(
            "web 2026-01-01.log",
            "web 2026-01-01.1.log",
            "web 2026-01-01.2.log",
            "web 2026-01-01.3.log");
    assertThat(directory.fileNames()).contains("out.log", "out.names");
    for (String name : List.of("web 2026-01-01.log", "out.names")) {
      Path file = directory.path().resolve(name);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    assertNothingIsLost();
  }

  @Test
  void liveFileTellsDatedNameOfEarlierOutput() throws IOException {
    writeLines(LINES_OF_TWO_FILES);
    maintain(DATED);
    String live = Files.readString(directory.files().activeFile());
    assertThat(live.replace("\0", ""))
        .startsWith("[luhproc: earlier output is in web 2026-01-01.1.log] ");
  }

  @Test
  void linesOfPastDayAreRotatedWithoutThoseOfNextDay() throws IOException {
    time.advance(Duration.ofHours(24).minusSeconds(2));
    try (LogMaintainer maintainer = open(DATED)) {
      writeLines(10);
      maintainer.tick();
      time.advance(Duration.ofSeconds(1));
      writeLines(5);
      maintainer.tick();
      assertThat(rotatedNames()).isEmpty();
      time.advance(Duration.ofSeconds(1));
      writeLines(7);
      maintainer.tick();
      assertThat(linesOf("web 2026-01-01.log")).isEqualTo(numberedLines(1, 15));
      time.advance(Duration.ofHours(24));
      maintainer.tick();
    }
    assertThat(rotatedNames()).containsExactly("web 2026-01-01.log", "web 2026-01-02.log");
    assertThat(linesOf("web 2026-01-02.log")).isEqualTo(numberedLines(16, 22));
    assertNothingIsLost();
  }

  @Test
  void lineOfSecondBeforeMidnightThatWasNotIndexedBelongsToPastDay() throws IOException {
    time.advance(Duration.ofHours(24).minusMillis(900));
    try (LogMaintainer maintainer = open(DATED)) {
      writeLines(10);
      maintainer.tick();
      time.advance(Duration.ofMillis(500));
      writeLines(1);
      time.advance(Duration.ofMillis(500));
      maintainer.tick();
    }
    assertThat(linesOf("web 2026-01-01.log")).isEqualTo(numberedLines(1, 11));
    assertNothingIsLost();
  }

  @Test
  void lineThatIsUnfinishedAtMidnightIsInOneFile() throws IOException {
    time.advance(Duration.ofHours(24).minusSeconds(1));
    try (LogMaintainer maintainer = open(DATED)) {
      directory.write("first\nsecond, not ");
      setFileTime();
      maintainer.tick();
      time.advance(Duration.ofSeconds(2));
      maintainer.tick();
      assertThat(linesOf("web 2026-01-01.log")).containsExactly("first");
      directory.write("finished\n");
      setFileTime();
      time.advance(Duration.ofSeconds(2));
      maintainer.tick();
      time.advance(Duration.ofHours(24));
      maintainer.tick();
    }
    assertThat(rotatedNames()).containsExactly("web 2026-01-01.log", "web 2026-01-02.log");
    assertThat(linesOf("web 2026-01-02.log")).containsExactly("second, not finished");
    assertThat(readAll()).containsExactly("first", "second, not finished");
  }

  @Test
  void linesOfTwoPastDaysAreInTwoFiles() throws IOException {
    writeLines(3);
    maintain(SMALL);
    time.advance(Duration.ofHours(24));
    writeLines(4);
    maintain(SMALL);
    time.advance(Duration.ofHours(24));
    maintain(DATED);
    assertThat(rotatedNames()).containsExactly("web 2026-01-01.log", "web 2026-01-02.log");
    assertThat(linesOf("web 2026-01-01.log")).hasSize(3);
    assertThat(linesOf("web 2026-01-02.log")).hasSize(4);
    assertNothingIsLost();
  }

  @Test
  void pastDayOverMaxSizeIsDivided() throws IOException {
    writeLines(LINES_OF_TWO_FILES);
    maintain(SMALL.withMaxBytes(1 << 20));
    time.advance(Duration.ofHours(24));
    writeLines(1);
    maintain(DATED);
    assertThat(rotatedNames())
        .containsExactly("web 2026-01-01.log", "web 2026-01-01.1.log", "web 2026-01-01.2.log");
    assertThat(linesOf("web 2026-01-01.2.log")).last().isEqualTo(numberedLines(1, 500).get(499));
    assertNothingIsLost();
  }

  @Test
  void holeOfRotatedDayIsRemovedWithNextLine() throws IOException {
    writeLines(2 * LINES_OF_TWO_FILES);
    LogPolicy large = DATED.withMaxBytes(1 << 20);
    maintain(large);
    time.advance(Duration.ofHours(24));
    maintain(large);
    assertThat(rotatedNames()).containsExactly("web 2026-01-01.log");
    writeLines(1);
    maintain(large);
    assertThat(directory.files().activeSize()).isLessThan(8192);
    assertNothingIsLost();
  }

  @Test
  void namesStayUniqueAndInOrderWhenClockIsSetBack() throws IOException {
    time.advance(Duration.ofHours(24));
    try (LogMaintainer maintainer = open(DATED)) {
      writeLines(LINES_OF_TWO_FILES);
      maintainer.tick();
      time.setWallClockBack(Duration.ofHours(12));
      // The clock is believed after a minute.
      time.advance(Duration.ofSeconds(1));
      maintainer.tick();
      time.advance(Duration.ofMinutes(2));
      writeLines(LINES_OF_TWO_FILES);
      maintainer.tick();
      time.advance(Duration.ofHours(12));
      writeLines(LINES_OF_TWO_FILES);
      maintainer.tick();
    }
    assertThat(rotatedNames())
        .containsExactly(
            "web 2026-01-02.log",
            "web 2026-01-02.1.log",
            "web 2026-01-01.log",
            "web 2026-01-01.1.log",
            "web 2026-01-01.2.log",
            "web 2026-01-02.2.log",
            "web 2026-01-02.3.log");
    assertNothingIsLost();
  }

  @Test
  void counterOfDayGoesOnWhenItsFilesAreDeleted() throws IOException {
    LogPolicy one = DATED.withMaxBackups(1);
    for (int i = 0; i < 3; i++) {
      writeLines(LINES_OF_TWO_FILES / 2);
      maintain(one);
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(rotatedNames()).containsExactly("web 2026-01-01.2.log");
    assertThat(Files.readAllLines(directory.path().resolve("out.names")))
        .containsExactly(
            "luhproc-names 1",
            "1767225601000 web 2026-01-01.1.log",
            "1767225602000 web 2026-01-01.2.log");
  }

  @Test
  void filesOfEarlierPatternsAreFoundAndExpire() throws IOException {
    List<LogPolicy> policies =
        List.of(SMALL, DATED, SMALL.withName("{date}-{stream}.log"), SMALL.withGzip(true));
    for (LogPolicy policy : policies) {
      writeLines(LINES_OF_TWO_FILES / 2);
      maintain(policy.withGzip(false));
      time.advance(Duration.ofSeconds(1));
    }
    List<String> all =
        List.of(
            "out-20260101T000000.000Z.log",
            "web 2026-01-01.log",
            "2026-01-01-out.log",
            "out-20260101T000003.000Z.log");
    assertThat(rotatedNames()).isEqualTo(all);
    assertNothingIsLost();

    maintain(SMALL.withMaxBackups(3));
    assertThat(rotatedNames()).isEqualTo(all.subList(1, 4));
    time.advance(Duration.ofMinutes(1));
    maintain(SMALL.withMaxBackups(3).withMaxAge(Duration.ofSeconds(61)));
    assertThat(rotatedNames()).isEqualTo(all.subList(3, 4));
    assertThat(directory.fileNames()).doesNotContain("web 2026-01-01.log", "2026-01-01-out.log");
  }

  @Test
  void filesExpireByAgeOfRotationAndNotOfDay() throws IOException {
    LogPolicy hours = DATED.withMaxAge(Duration.ofHours(2));
    time.advance(Duration.ofHours(23));
    writeLines(LINES_OF_TWO_FILES / 2);
    maintain(hours);
    time.advance(Duration.ofHours(1));
    maintain(hours);
    assertThat(rotatedNames()).startsWith("web 2026-01-01.log");
    time.advance(Duration.ofMinutes(61));
    maintain(hours);
    assertThat(rotatedNames()).doesNotContain("web 2026-01-01.log");
  }

  @Test
  void streamsOfProcessHaveDifferentNames() throws IOException {
    for (LogStream stream : LogStream.values()) {
      directory.write(stream, "line\n".repeat(1000).getBytes(UTF_8));
      try (LogMaintainer maintainer =
          LogMaintainer.open(directory.path(), stream, DATED, time, Posix.lazy())) {
        maintainer.tick();
      }
    }
    assertThat(directory.fileNames()).contains("web 2026-01-01.log", "web 2026-01-01-err.log");
    assertThat(directory.log().both().since(Instant.EPOCH)).size().isEqualTo(2000);
  }

  @Test
  void compressedDatedFilesAreReadAndDeleted() throws IOException {
    LogPolicy gzip = DATED.withGzip(true).withMaxBackups(2);
    writeLines(LINES_OF_TWO_FILES);
    try (LogMaintainer maintainer = open(gzip)) {
      for (int i = 0; i < 5; i++) {
        maintainer.tick();
        time.advance(Duration.ofSeconds(1));
      }
    }
    assertThat(rotatedNames()).containsExactly("web 2026-01-01.log.gz", "web 2026-01-01.1.log.gz");
    assertNothingIsLost();
    writeLines(LINES_OF_TWO_FILES / 2);
    maintain(gzip);
    assertThat(directory.fileNames()).doesNotContain("web 2026-01-01.log.gz");
  }

  @Test
  void foreignFileWithDatedNameIsKept() throws IOException {
    Path foreign = directory.path().resolve("web 2026-01-01.log");
    Files.writeString(foreign, "foreign");
    writeLines(LINES_OF_TWO_FILES / 2);
    maintain(DATED.withMaxBackups(1));
    time.advance(Duration.ofSeconds(1));
    writeLines(LINES_OF_TWO_FILES / 2);
    maintain(DATED.withMaxBackups(1));
    assertThat(rotatedNames()).containsExactly("web 2026-01-01.2.log");
    assertThat(foreign).hasContent("foreign");
  }

  @Test
  void cursorContinuesOverDatedFilesWithoutGap() throws IOException {
    List<String> read = new ArrayList<>();
    Optional<String> saved = Optional.empty();
    for (int day = 0; day < 4; day++) {
      writeLines(300);
      maintain(day % 2 == 0 ? DATED : SMALL);
      try (LogCursor cursor = LogCursor.open(directory.path(), LogStream.OUT, saved)) {
        for (int i = 0; i < 250; i++) {
          read.add(cursor.next().map(LogLine::text).orElse("missing"));
        }
        saved = Optional.of(cursor.position());
        assertThat(cursor.lostBytes()).isZero();
      }
      time.advance(Duration.ofHours(24));
    }
    assertThat(read).isEqualTo(numberedLines(1, 1000));
  }

  @Test
  void rotationIsCompletedWhenNamesCanBeWrittenAgain() throws IOException {
    Path obstacle = directory.path().resolve(".out-names.tmp/obstacle");
    MaintenanceContext context =
        new MaintenanceContext(time, Posix.lazy(), checkpoint -> obstruct(obstacle, checkpoint));
    try (LogMaintainer maintainer = directory.maintainer(DATED, context)) {
      writeLines(LINES_OF_TWO_FILES);
      maintainer.tick();
      time.advance(Duration.ofSeconds(1));
      maintainer.tick();
      assertThat(maintainer.isFailing()).isTrue();
      assertThat(rotatedNames()).isEmpty();
      assertThat(readAll()).isEqualTo(numberedLines(1, lines));
    }
    Files.delete(obstacle);
    maintain(DATED);
    assertThat(rotatedNames()).containsExactly("web 2026-01-01.log", "web 2026-01-01.1.log");
    assertNothingIsLost();
  }

  private static void obstruct(Path obstacle, RotationCheckpoint checkpoint) {
    try {
      if (checkpoint == RotationCheckpoint.PUNCHED) {
        Files.createDirectories(obstacle);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void damagedNamesNeitherHideOtherFilesNorDeleteLiveOne() throws IOException {
    writeLines(LINES_OF_TWO_FILES);
    maintain(DATED);
    directory.write(LogStream.ERR, new byte[] {'x', '\n'});
    Path names = directory.path().resolve("out.names");
    String valid = Files.readString(names);
    Files.writeString(
        names,
        valid.replaceFirst(
                "\n",
                "\ngarbage\n0000000000001 out.log\n0000000000002 ../x.log\n0000000000004 err.log\n")
            + "0000000000003 torn.l");
    assertThat(rotatedNames()).containsExactly("web 2026-01-01.log", "web 2026-01-01.1.log");
    writeLines(LINES_OF_TWO_FILES);
    time.advance(Duration.ofSeconds(1));
    maintain(DATED.withMaxBackups(1));
    assertThat(rotatedNames()).containsExactly("web 2026-01-01.2.log");
    assertThat(directory.path().resolve("err.log")).exists();
    assertThat(readAll()).last().isEqualTo(numberedLines(lines, lines).get(0));

    Files.writeString(names, "luhproc-names 2\nanother format\n");
    assertThat(rotatedNames()).isEmpty();
    assertThat(readAll()).last().isEqualTo(numberedLines(lines, lines).get(0));
  }

  @Test
  void fileIsFoundByReaderThatListedItBeforeItsCompression() throws IOException {
    writeLines(LINES_OF_TWO_FILES);
    maintain(DATED);
    RotatedFile listed = directory.files().rotatedFiles().get(0);
    maintain(DATED.withGzip(true));
    assertThat(listed.path()).doesNotExist();
    assertThat(directory.files().gzipFile(listed.rotatedAt())).exists();
  }
}
