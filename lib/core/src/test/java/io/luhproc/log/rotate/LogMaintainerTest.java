package io.luhproc.log.rotate;

import static io.luhproc.log.rotate.TempLogDirectory.numberedLines;
import static io.luhproc.log.rotate.TempLogDirectory.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.log.LogPolicy;
import io.luhproc.log.file.IndexFile;
import io.luhproc.log.file.RotatedFile;
import io.luhproc.posix.Posix;
import io.luhproc.testing.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rotation, retention and time index of one stream. */
final class LogMaintainerTest {
  private static final LogPolicy SMALL =
      LogPolicy.defaults().withMaxBytes(4096).withMaxBackups(1000);

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
  void fileBelowMaxBytesIsNotRotated() throws IOException {
    directory.writeNumberedLines(1, 100);
    try (LogMaintainer maintainer =
        directory.maintainer(SMALL, time, new FaultyPosix().withoutPunch())) {
      assertThat(maintainer.tick()).isEqualTo(Duration.ofSeconds(1));
    }
    assertThat(directory.fileNames()).containsExactly("out.index", "out.lock", "out.log");
  }

  @Test
  void rotatedFilesEndWithLineAreNamedByTimeAndOwnerOnly() throws IOException {
    directory.writeNumberedLines(1, 500);
    try (LogMaintainer maintainer = directory.maintainer(SMALL, time, Posix.lazy())) {
      maintainer.tick();
    }
    List<RotatedFile> rotatedFiles = directory.files().rotatedFiles();
    assertThat(directory.fileNames())
        .contains("out-20260101T000000.000Z.log", "out-20260101T000000.001Z.log");
    for (RotatedFile rotatedFile : rotatedFiles) {
      assertThat(Files.readString(rotatedFile.path()))
          .endsWith("\n")
          .hasSizeLessThanOrEqualTo(4096);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(rotatedFile.path())))
          .isEqualTo("rw-------");
    }
    assertThat(activeBytes()).isLessThanOrEqualTo(4096);
    assertThat(directory.concatenateFiles().lines().toList()).isEqualTo(numberedLines(1, 500));
  }

  private long activeBytes() throws IOException {
    return directory.files().activeSize()
        - new IndexFile(directory.files()).readHeader().punchedBytes();
  }

  @Test
  void lineLongerThanMaxBytesIsSplitAndReadAsOne() throws IOException {
    directory.write("x".repeat(20_000) + "\nend\n");
    try (LogMaintainer maintainer = directory.maintainer(SMALL, time, Posix.lazy())) {
      maintainer.tick();
    }
    assertThat(directory.files().rotatedFiles()).hasSizeGreaterThan(3);
    assertThat(texts(directory.log().tail(2))).containsExactly("x".repeat(20_000), "end");
  }

  @Test
  void nulBytesWrittenByProcessSurviveRotation() throws IOException {
    String nuls = "\0".repeat(30_000) + "\n";
    directory.write("a\n" + nuls);
    try (LogMaintainer maintainer = directory.maintainer(SMALL, time, Posix.lazy())) {
      maintainer.tick();
      directory.write("b\n" + nuls + "c\n");
      maintainer.tick();
      assertThat(texts(directory.log().since(Instant.EPOCH)))
          .containsExactly("a", nuls.strip(), "b", nuls.strip(), "c");
    }
  }

  @Test
  void oldestFilesAreDeletedWhenMaxBackupsIsExceeded() throws IOException {
    try (LogMaintainer maintainer =
        directory.maintainer(SMALL.withMaxBackups(3), time, Posix.lazy())) {
      for (int first = 1; first < 2000; first += 200) {
        directory.writeNumberedLines(first, first + 199);
        time.advance(Duration.ofSeconds(1));
        maintainer.tick();
      }
    }
    assertThat(directory.files().rotatedFiles()).hasSize(3);
    List<String> kept = texts(directory.log().since(Instant.EPOCH));
    assertThat(kept).isEqualTo(numberedLines(2001 - kept.size(), 2000));
  }

  @Test
  void filesAreDeletedWhenOlderThanMaxAge() throws IOException {
    LogPolicy daily = SMALL.withMaxAge(Duration.ofDays(1));
    try (LogMaintainer maintainer = directory.maintainer(daily, time, Posix.lazy())) {
      directory.writeNumberedLines(1, 500);
      maintainer.tick();
      assertThat(directory.files().rotatedFiles()).isNotEmpty();
      time.advance(Duration.ofHours(23));
      maintainer.tick();
      assertThat(directory.files().rotatedFiles()).isNotEmpty();
      time.advance(Duration.ofHours(2));
      maintainer.tick();
    }
    assertThat(directory.files().rotatedFiles()).isEmpty();
    assertThat(texts(directory.log().tail(1))).containsExactly(TempLogDirectory.numberedLine(500));
  }

  @Test
  void unrelatedFilesAreKeptOnExpiry() throws IOException {
    Path foreign = directory.path().resolve("out-of-memory.log");
    Files.writeString(foreign, "foreign");
    try (LogMaintainer maintainer =
        directory.maintainer(SMALL.withMaxBackups(1), time, Posix.lazy())) {
      directory.writeNumberedLines(1, 2000);
      maintainer.tick();
    }
    assertThat(foreign).exists();
  }

  @Test
  void rotationIsRetriedWithoutLossWhenDiskIsFull() throws IOException {
    FaultyPosix posix = new FaultyPosix();
    posix.setFailing(true);
    directory.writeNumberedLines(1, 1000);
    try (LogMaintainer maintainer = directory.maintainer(SMALL, time, posix)) {
      assertThat(maintainer.tick()).isEqualTo(Duration.ofSeconds(1));
      time.advance(Duration.ofSeconds(1));
      assertThat(maintainer.tick()).isEqualTo(Duration.ofSeconds(1));
      time.advance(Duration.ofSeconds(1));
      assertThat(texts(directory.log().since(Instant.EPOCH))).isEqualTo(numberedLines(1, 1000));
      posix.setFailing(false);
      maintainer.tick();
      assertThat(activeBytes()).isLessThanOrEqualTo(4096);
    }
    assertThat(directory.fileNames()).noneMatch(name -> name.startsWith("."));
    assertThat(directory.concatenateFiles().lines().toList()).isEqualTo(numberedLines(1, 1000));
  }

  @Test
  void recoveryIsRetriedWhenIndexIsNotWritable() throws IOException {
    Path index = directory.files().indexFile();
    Files.createDirectory(index);
    directory.writeNumberedLines(1, 1000);
    try (LogMaintainer maintainer = directory.maintainer(SMALL, time, Posix.lazy())) {
      assertThat(maintainer.tick()).isEqualTo(Duration.ofSeconds(1));
      Files.delete(index);
      maintainer.tick();
    }
    assertThat(directory.files().rotatedFiles()).isNotEmpty();
  }

  @Test
  void tickIntervalShrinksWhenFileGrowsFast() throws IOException {
    LogPolicy policy = SMALL.withMaxBytes(1_000_000);
    try (LogMaintainer maintainer = directory.maintainer(policy, time, Posix.lazy())) {
      time.advance(Duration.ofSeconds(1));
      directory.write("x".repeat(99) + "\n");
      assertThat(maintainer.tick()).isEqualTo(Duration.ofSeconds(1));
      time.advance(Duration.ofMillis(100));
      directory.write(("x".repeat(99) + "\n").repeat(4000));
      assertThat(maintainer.tick()).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
      time.advance(Duration.ofMillis(1));
      directory.write(("x".repeat(99) + "\n").repeat(5000));
      assertThat(maintainer.tick()).isEqualTo(TickSchedule.MIN_DELAY);
      time.advance(Duration.ofSeconds(1));
      assertThat(maintainer.tick()).isEqualTo(Duration.ofSeconds(1));
    }
  }

  @Test
  void indexStaysBelowLimitAndFindsInstantAfterManyEntries() throws IOException {
    Instant start = time.now();
    try (LogMaintainer maintainer =
        directory.maintainer(LogPolicy.defaults(), time, Posix.lazy())) {
      for (int i = 0; i < 40_000; i++) {
        directory.write("tick\n");
        time.advance(Duration.ofSeconds(1));
        maintainer.tick();
      }
    }
    assertThat(Files.size(directory.files().indexFile())).isLessThan(1 << 20);
    assertThat(directory.log().since(start.plusSeconds(39_990).plusMillis(1))).hasSize(10);
    assertThat(directory.log().since(start.plusSeconds(20_000)).size()).isBetween(20_000, 20_010);
  }
}
